// flags: -pthread
#include "lib/check.h"
#include <pthread.h>

static pthread_mutex_t mutex;
static int taken;

static void *die_with_it(void *wait)
{
    REQUIRE(pthread_mutex_lock(&mutex) == 0);
    taken = 1;
    if (wait)
        usleep(50000);
    return NULL;
}

int main(void)
{
    pthread_mutexattr_t robust;
    pthread_mutexattr_init(&robust);
    pthread_mutexattr_setrobust(&robust, PTHREAD_MUTEX_ROBUST);
    pthread_mutex_init(&mutex, &robust);
    pthread_t thread;
    for (long wait = 0; wait < 2; wait++) {
        taken = 0;
        REQUIRE(pthread_create(&thread, NULL, die_with_it, (void *)wait) == 0);
        if (!wait)
            pthread_join(thread, NULL);
        while (!__atomic_load_n(&taken, __ATOMIC_ACQUIRE))
            usleep(1000);
        // The second time the owner dies while we wait.
        printf("lock: %s\n", strerrorname_np(pthread_mutex_lock(&mutex)));
        SHOW(pthread_mutex_consistent(&mutex));
        SHOW(pthread_mutex_unlock(&mutex));
        if (wait)
            pthread_join(thread, NULL);
    }

    REQUIRE(pthread_create(&thread, NULL, die_with_it, NULL) == 0);
    pthread_join(thread, NULL);
    printf("lock: %s\n", strerrorname_np(pthread_mutex_lock(&mutex)));
    SHOW(pthread_mutex_unlock(&mutex));
    printf("lock: %s\n", strerrorname_np(pthread_mutex_lock(&mutex)));
    return 0;
}
