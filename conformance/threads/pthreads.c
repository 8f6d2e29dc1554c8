// flags: -pthread
// Threads: creation, joining, thread-local storage, mutexes of all kinds, conditions, barriers, robust mutexes, keys,
// cancellation, signals to a thread, many short threads.
#include "lib/check.h"
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/syscall.h>
#include <time.h>

static _Thread_local int local = 7;
static _Thread_local char large_local[5000];
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t condition = PTHREAD_COND_INITIALIZER;
static pthread_barrier_t barrier;
static pthread_key_t key;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static long counter;
static atomic_long atomic_counter;
static int queue[16], head, tail, destroyed, once_count;

static void *count(void *n)
{
    local += (int)(long)n;
    memset(large_local, (int)(long)n, sizeof large_local);
    for (int i = 0; i < 20000; i++) {
        pthread_mutex_lock(&mutex);
        counter++;
        pthread_mutex_unlock(&mutex);
        atomic_fetch_add(&atomic_counter, 1);
    }
    pthread_barrier_wait(&barrier);
    return (void *)(long)(local * 1000 + large_local[4999]);
}

static void *consume(void *unused)
{
    long sum = 0;
    (void)unused;
    for (;;) {
        pthread_mutex_lock(&mutex);
        while (head == tail)
            pthread_cond_wait(&condition, &mutex);
        int value = queue[head++ % 16];
        pthread_cond_broadcast(&condition);
        pthread_mutex_unlock(&mutex);
        if (value < 0)
            return (void *)sum;
        sum += value;
    }
}

static void produce(int value)
{
    pthread_mutex_lock(&mutex);
    while (tail - head == 16)
        pthread_cond_wait(&condition, &mutex);
    queue[tail++ % 16] = value;
    pthread_cond_broadcast(&condition);
    pthread_mutex_unlock(&mutex);
}

static void destroy(void *value) { destroyed += (int)(long)value; }
static void initialise(void) { once_count++; }

static void *use_key(void *n)
{
    pthread_setspecific(key, n);
    pthread_once(&once, initialise);
    return (void *)((long)pthread_getspecific(key) * 2);
}

static pthread_mutex_t robust;

static void *die_with_lock(void *unused)
{
    pthread_mutex_lock(&robust);
    return unused;
}

static void *sleep_long(void *cleaned)
{
    pthread_cleanup_push((void (*)(void *))destroy, cleaned);
    sleep(100);
    pthread_cleanup_pop(0);
    return NULL;
}

static atomic_int got_signal;
static pid_t signalled_tid;
static void on_signal(int signal) { signalled_tid = gettid(); atomic_store(&got_signal, signal); }
static void *wait_signal(void *tid)
{
    *(pid_t *)tid = gettid();
    while (!atomic_load(&got_signal))
        usleep(1000);
    return NULL;
}

static void *spin(void *stop)
{
    volatile long n = 0;
    do
        n++;
    while (!atomic_load((atomic_int *)stop));
    return (void *)(n > 0 ? 1L : 0L);
}

static void *nothing(void *n) { return n; }

static sem_t semaphore;
static void *post(void *unused) { usleep(10000); sem_post(&semaphore); return unused; }

int main(void)
{
    pthread_t threads[8];
    void *result;
    pthread_barrier_init(&barrier, NULL, 8);
    for (long i = 0; i < 8; i++)
        REQUIRE(pthread_create(&threads[i], NULL, count, (void *)i) == 0);
    for (int i = 0; i < 8; i++) {
        pthread_join(threads[i], &result);
        printf("thread %d: %ld\n", i, (long)result);
    }
    printf("counted %ld %ld, own %d\n", counter, atomic_load(&atomic_counter), local);

    long sum = 0;
    for (int i = 0; i < 3; i++)
        pthread_create(&threads[i], NULL, consume, NULL);
    for (int i = 0; i < 3000; i++)
        produce(i);
    for (int i = 0; i < 3; i++)
        produce(-1);
    for (int i = 0; i < 3; i++) {
        pthread_join(threads[i], &result);
        sum += (long)result;
    }
    printf("consumed %ld\n", sum);

    pthread_key_create(&key, destroy);
    for (long i = 1; i <= 4; i++)
        pthread_create(&threads[i], NULL, use_key, (void *)i);
    for (int i = 1; i <= 4; i++) {
        pthread_join(threads[i], &result);
        printf("key %ld\n", (long)result);
    }
    printf("destroyed %d, once %d\n", destroyed, once_count);

    pthread_mutexattr_t attributes;
    pthread_mutexattr_init(&attributes);
    pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
    pthread_mutex_init(&robust, &attributes);
    pthread_create(&threads[0], NULL, die_with_lock, NULL);
    pthread_join(threads[0], NULL);
    printf("owner died: %s", strerrorname_np(pthread_mutex_lock(&robust)));
    printf(", consistent %d", pthread_mutex_consistent(&robust));
    printf(", unlock %d", pthread_mutex_unlock(&robust));
    printf(", lock again %d\n", pthread_mutex_lock(&robust));

    pthread_mutex_t checked;
    pthread_mutexattr_init(&attributes);
    pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_ERRORCHECK);
    pthread_mutex_init(&checked, &attributes);
    pthread_mutex_lock(&checked);
    printf("lock twice: %s\n", strerrorname_np(pthread_mutex_lock(&checked)));
    struct timespec when;
    clock_gettime(CLOCK_REALTIME, &when);
    when.tv_nsec += 20000000;
    if (when.tv_nsec >= 1000000000) { when.tv_sec++; when.tv_nsec -= 1000000000; }
    pthread_mutex_lock(&mutex);
    printf("timed wait: %s\n", strerrorname_np(pthread_cond_timedwait(&condition, &mutex, &when)));
    printf("timed lock: %s\n", strerrorname_np(pthread_mutex_timedlock(&mutex, &when)));
    pthread_mutex_unlock(&mutex);

    destroyed = 0;
    pthread_create(&threads[0], NULL, sleep_long, (void *)5);
    usleep(20000);
    pthread_cancel(threads[0]);
    pthread_join(threads[0], &result);
    printf("cancelled %d, cleaned %d\n", result == PTHREAD_CANCELED, destroyed);

    pid_t tid = 0;
    signal(SIGUSR1, on_signal);
    pthread_create(&threads[0], NULL, wait_signal, &tid);
    usleep(10000);
    pthread_kill(threads[0], SIGUSR1);
    pthread_join(threads[0], NULL);
    printf("signal %d to the right thread: %d, main is the leader: %d\n", got_signal, signalled_tid == tid, gettid() == getpid());

    // Threads that never call the kernel must still give way to one another.
    atomic_int stop = 0;
    for (int i = 0; i < 6; i++)
        pthread_create(&threads[i], NULL, spin, &stop);
    usleep(50000);
    atomic_store(&stop, 1);
    sum = 0;
    for (int i = 0; i < 6; i++) {
        pthread_join(threads[i], &result);
        sum += (long)result;
    }
    printf("spinners ended: %ld\n", sum);

    sum = 0;
    for (long i = 0; i < 2000; i++) {
        REQUIRE(pthread_create(&threads[0], NULL, nothing, (void *)i) == 0);
        pthread_join(threads[0], &result);
        sum += (long)result;
    }
    printf("short threads: %ld\n", sum);

    sem_init(&semaphore, 0, 0);
    pthread_create(&threads[0], NULL, post, NULL);
    printf("semaphore: %d", sem_wait(&semaphore));
    pthread_join(threads[0], NULL);
    printf("\n");
    SHOW(sem_trywait(&semaphore));

    pthread_attr_t attr;
    size_t size;
    void *stack;
    pthread_getattr_np(pthread_self(), &attr);
    pthread_attr_getstack(&attr, &stack, &size);
    printf("main's stack holds a local: %d\n", (char *)&attr > (char *)stack && (char *)&attr < (char *)stack + size);
    pthread_create(&threads[0], NULL, sleep_long, NULL);
    pthread_detach(threads[0]);
    fflush(stdout);
    return 0; // with a thread still asleep
}
