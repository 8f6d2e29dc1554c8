// flags: -pthread
// The stacks of six hundred threads do not fit below 4 GiB: the process moves while threads run, sleep and wait.
#include "lib/check.h"
#include <pthread.h>

#define THREADS 600

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int started, released;
static int pipes[2];

static void *body(void *argument)
{
    long number = (long)argument, result = number;
    char local[100];
    snprintf(local, sizeof local, "%ld", number);
    if (number % 3 == 1) {
        char one;
        pthread_mutex_lock(&mutex);
        started++;
        pthread_cond_broadcast(&changed);
        pthread_mutex_unlock(&mutex);
        REQUIRE(read(pipes[0], &one, 1) == 1);
        return (void *)atol(local);
    }
    pthread_mutex_lock(&mutex);
    started++;
    pthread_cond_broadcast(&changed);
    while (!released)
        pthread_cond_wait(&changed, &mutex);
    pthread_mutex_unlock(&mutex);
    for (int i = 0; i < 1000; i++)
        result += i % 2 ? -1 : 1;
    return (void *)(result == number ? atol(local) : -1);
}

int main(void)
{
    static pthread_t threads[THREADS];
    pthread_attr_t attributes;
    long sum = 0;
    REQUIRE(pipe(pipes) == 0 && pthread_attr_init(&attributes) == 0 && pthread_attr_setstacksize(&attributes, 8 << 20) == 0);
    for (long i = 0; i < THREADS; i++)
        REQUIRE(pthread_create(&threads[i], &attributes, body, (void *)i) == 0);
    pthread_mutex_lock(&mutex);
    while (started < THREADS)
        pthread_cond_wait(&changed, &mutex);
    released = 1;
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&mutex);
    for (int i = 0; i < THREADS; i++)
        if (i % 3 == 1)
            REQUIRE(write(pipes[1], "x", 1) == 1);
    for (int i = 0; i < THREADS; i++) {
        void *result;
        REQUIRE(pthread_join(threads[i], &result) == 0);
        sum += (long)result;
    }
    printf("%ld\n", sum);
    return 0;
}
