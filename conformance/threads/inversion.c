// flags: -pthread
// A low thread that holds a lock with priority inheritance runs before a middle one while a high one waits for it.
#include "lib/check.h"
#include <pthread.h>
#include <sched.h>
#include <time.h>

static pthread_mutex_t mutex;
static volatile int held, high_waits, middle_done, order;
static int got_when_middle_done = -1;

static void pin(int policy, int priority)
{
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(0, &one);
    struct sched_param param = {priority};
    REQUIRE(sched_setaffinity(0, sizeof one, &one) == 0);
    REQUIRE(pthread_setschedparam(pthread_self(), policy, &param) == 0);
}

static void burn(long ms)
{
    struct timespec t, end;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &end);
    do
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    while ((t.tv_sec - end.tv_sec) * 1000 + (t.tv_nsec - end.tv_nsec) / 1000000 < ms);
}

static void *low(void *unused)
{
    pin(SCHED_OTHER, 0);
    pthread_mutex_lock(&mutex);
    held = 1;
    while (!high_waits)
        usleep(1000);
    burn(60);
    pthread_mutex_unlock(&mutex);
    return NULL;
}

static void *middle(void *unused)
{
    pin(SCHED_FIFO, 10);
    while (!high_waits)
        usleep(1000);
    burn(300);
    middle_done = 1;
    return NULL;
}

static void *high(void *unused)
{
    pin(SCHED_FIFO, 20);
    while (!held)
        usleep(1000);
    high_waits = 1;
    pthread_mutex_lock(&mutex);
    got_when_middle_done = middle_done;
    pthread_mutex_unlock(&mutex);
    return NULL;
}

int main(void)
{
    pthread_t thread[3];
    pthread_mutexattr_t attributes;
    pthread_mutexattr_init(&attributes);
    pthread_mutexattr_setprotocol(&attributes, PTHREAD_PRIO_INHERIT);
    REQUIRE(pthread_mutex_init(&mutex, &attributes) == 0);
    REQUIRE(pthread_create(&thread[0], NULL, low, NULL) == 0);
    REQUIRE(pthread_create(&thread[1], NULL, middle, NULL) == 0);
    REQUIRE(pthread_create(&thread[2], NULL, high, NULL) == 0);
    for (int i = 0; i < 3; i++)
        pthread_join(thread[i], NULL);
    printf("the middle one was done first: %d\n", got_when_middle_done);
    return 0;
}
