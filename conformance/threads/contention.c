// flags: -pthread
// timeout: 60
// Many threads at few locks: nothing is lost, nobody is forgotten.
#include "lib/check.h"
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <sys/time.h>
#include <time.h>

enum { Threads = 8, Rounds = 20000 };

static pthread_mutex_t mutex, pi, condition_mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t filled = PTHREAD_COND_INITIALIZER, emptied = PTHREAD_COND_INITIALIZER;
static pthread_rwlock_t rwlock = PTHREAD_RWLOCK_INITIALIZER;
static pthread_barrier_t barrier;
static sem_t semaphore;
static long plain_count, pi_count, write_count, semaphore_count, items, produced, consumed, timeouts, gone;

static void on_timer(int signo)
{
}

static void *works(void *number)
{
    for (int i = 0; i < Rounds; i++) {
        pthread_mutex_lock(&mutex);
        plain_count++;
        pthread_mutex_unlock(&mutex);
        pthread_mutex_lock(&pi);
        pi_count++;
        if (i % 64 == 0)
            sched_yield();
        pthread_mutex_unlock(&pi);
        if (i % 16 == 0) {
            pthread_rwlock_wrlock(&rwlock);
            write_count++;
            pthread_rwlock_unlock(&rwlock);
        } else {
            pthread_rwlock_rdlock(&rwlock);
            pthread_rwlock_unlock(&rwlock);
        }
        sem_wait(&semaphore);
        __atomic_add_fetch(&semaphore_count, 1, __ATOMIC_SEQ_CST);
        sem_post(&semaphore);
        if (i % 1000 == 0)
            pthread_barrier_wait(&barrier);
    }
    return NULL;
}

static void *produces(void *unused)
{
    for (int i = 0; i < Rounds; i++) {
        pthread_mutex_lock(&condition_mutex);
        while (items == 4)
            pthread_cond_wait(&emptied, &condition_mutex);
        items++;
        produced++;
        pthread_cond_signal(&filled);
        pthread_mutex_unlock(&condition_mutex);
    }
    return NULL;
}

static void *consumes(void *unused)
{
    for (int i = 0; i < Rounds; i++) {
        pthread_mutex_lock(&condition_mutex);
        while (items == 0)
            pthread_cond_wait(&filled, &condition_mutex);
        items--;
        consumed++;
        pthread_cond_broadcast(&emptied);
        pthread_mutex_unlock(&condition_mutex);
    }
    return NULL;
}

static void *gives_up(void *unused)
{
    for (int i = 0; i < 300; i++) {
        struct timespec t;
        clock_gettime(CLOCK_REALTIME, &t);
        t.tv_nsec += 20000;
        if (t.tv_nsec >= 1000000000)
            t = (struct timespec){t.tv_sec + 1, t.tv_nsec - 1000000000};
        int error = pthread_mutex_timedlock(&pi, &t);
        if (error == 0) {
            pi_count++;
            pthread_mutex_unlock(&pi);
        } else {
            REQUIRE(error == ETIMEDOUT);
            timeouts++;
        }
    }
    return NULL;
}

/// Leaves while it holds the lock.
static void *goes(void *mutex_)
{
    int error = pthread_mutex_lock(mutex_);
    if (error == EOWNERDEAD)
        pthread_mutex_consistent(mutex_);
    else
        REQUIRE(error == 0);
    gone++;
    return NULL;
}

static void owners_leave(int protocol)
{
    pthread_mutex_t robust;
    pthread_mutexattr_t attributes;
    pthread_t thread[Threads];
    pthread_mutexattr_init(&attributes);
    pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
    pthread_mutexattr_setprotocol(&attributes, protocol);
    REQUIRE(pthread_mutex_init(&robust, &attributes) == 0);
    gone = 0;
    for (int round = 0; round < 50; round++) {
        for (int i = 0; i < Threads; i++)
            REQUIRE(pthread_create(&thread[i], NULL, goes, &robust) == 0);
        for (int i = 0; i < Threads; i++)
            pthread_join(thread[i], NULL);
    }
    printf("gone %ld, then %s\n", gone, strerrorname_np(pthread_mutex_lock(&robust)));
}

int main(void)
{
    pthread_t thread[Threads], others[3];
    pthread_mutexattr_t attributes;
    pthread_mutexattr_init(&attributes);
    pthread_mutex_init(&mutex, &attributes);
    pthread_mutexattr_setprotocol(&attributes, PTHREAD_PRIO_INHERIT);
    REQUIRE(pthread_mutex_init(&pi, &attributes) == 0);
    pthread_barrier_init(&barrier, NULL, Threads);
    sem_init(&semaphore, 0, 2);
    struct sigaction action = {.sa_handler = on_timer, .sa_flags = SA_RESTART};
    sigaction(SIGALRM, &action, NULL);
    struct itimerval value = {{0, 500}, {0, 500}};
    setitimer(ITIMER_REAL, &value, NULL);
    for (long i = 0; i < Threads; i++)
        REQUIRE(pthread_create(&thread[i], NULL, works, (void *)i) == 0);
    REQUIRE(pthread_create(&others[0], NULL, produces, NULL) == 0);
    REQUIRE(pthread_create(&others[1], NULL, consumes, NULL) == 0);
    REQUIRE(pthread_create(&others[2], NULL, gives_up, NULL) == 0);
    for (int i = 0; i < Threads; i++)
        pthread_join(thread[i], NULL);
    for (int i = 0; i < 3; i++)
        pthread_join(others[i], NULL);
    printf("plain %ld, pi %ld, written %ld, semaphore %ld, produced %ld, consumed %ld\n", plain_count, pi_count + timeouts, write_count,
        semaphore_count, produced, consumed);
    owners_leave(PTHREAD_PRIO_NONE);
    owners_leave(PTHREAD_PRIO_INHERIT);
    return 0;
}
