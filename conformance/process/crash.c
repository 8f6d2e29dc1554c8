// exit: 139
// Death by a fault, in a thread.
// flags: -pthread
#include "lib/check.h"
#include <pthread.h>
#include <sys/resource.h>

static void *crash(void *p)
{
    *(volatile int *)p = 1;
    return p;
}

int main(void)
{
    pthread_t thread;
    setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
    pthread_create(&thread, NULL, crash, NULL);
    pthread_join(thread, NULL);
    return 0;
}
