// group: process
// flags: -pthread
// Threads: made and joined, a futex handed over, a yield between two, a signal to oneself.
#include "bench.h"
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/syscall.h>
#include <unistd.h>

static void *nothing(void *arg)
{
    return arg;
}

static _Atomic int turn;
static long hand_overs;

static void take(int mine)
{
    int seen;
    while ((seen = atomic_load(&turn)) != mine)
        syscall(SYS_futex, &turn, FUTEX_WAIT_PRIVATE, seen, 0, 0, 0);
}

static void give(int other)
{
    atomic_store(&turn, other);
    syscall(SYS_futex, &turn, FUTEX_WAKE_PRIVATE, 1, 0, 0, 0);
}

static void *partner(void *arg)
{
    for (long r = 0; r < hand_overs; r++) {
        take(1);
        give(0);
    }
    return arg;
}

static _Atomic int stop;

static void *yielder(void *arg)
{
    while (!atomic_load(&stop))
        sched_yield();
    return arg;
}

static volatile sig_atomic_t caught;

static void handler(int signo)
{
    (void)signo;
    caught++;
}

int main(int argc, char **argv)
{
    pthread_t thread;
    long rounds = scaled(argc, argv, 20000);
    double started = now_ns();
    for (long r = 0; r < rounds; r++) {
        pthread_create(&thread, 0, nothing, 0);
        pthread_join(thread, 0);
    }
    report("thread-create+join", started, (double)rounds);

    signal(SIGUSR1, handler);
    rounds = scaled(argc, argv, 200000);
    started = now_ns();
    for (long r = 0; r < rounds; r++)
        raise(SIGUSR1);
    report("signal-to-oneself", started, (double)rounds);

    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(0, &one);
    sched_setaffinity(0, sizeof one, &one);
    hand_overs = scaled(argc, argv, 100000);
    pthread_create(&thread, 0, partner, 0);
    started = now_ns();
    for (long r = 0; r < hand_overs; r++) {
        give(1);
        take(0);
    }
    report("futex-hand-over", started, (double)hand_overs);
    pthread_join(thread, 0);

    pthread_create(&thread, 0, yielder, 0);
    rounds = scaled(argc, argv, 200000);
    sched_yield();
    started = now_ns();
    for (long r = 0; r < rounds; r++)
        sched_yield();
    report("context-switch", started, (double)rounds);
    atomic_store(&stop, 1);
    pthread_join(thread, 0);
    return 0;
}
