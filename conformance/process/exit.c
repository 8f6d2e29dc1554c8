// exit: 5
// The process ends when its last thread does; exit handlers run once, in order.
// flags: -pthread
#include "lib/check.h"
#include <pthread.h>

static void first(void) { printf("first handler\n"); }
static void second(void) { printf("second handler\n"); _exit(5); }

static void *end(void *p)
{
    usleep(20000);
    printf("last thread\n");
    exit(3);
    return p;
}

int main(void)
{
    pthread_t thread;
    setvbuf(stdout, NULL, _IONBF, 0);
    atexit(second);
    atexit(first);
    pthread_create(&thread, NULL, end, NULL);
    pthread_exit(NULL);
}
