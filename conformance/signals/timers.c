// Timers that send signals: setitimer, alarm, timer_create; overruns; interrupted sleeps.
#include "lib/check.h"
#include <signal.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>

static volatile int ticks, last_code, last_overrun;

static void count(int signal, siginfo_t *info, void *context)
{
    (void)signal, (void)context;
    ticks++;
    last_code = info->si_code;
    last_overrun = info->si_overrun;
}

static int within(long ns, long low_ms, long high_ms) { return ns >= low_ms * 1000000 && ns <= high_ms * 1000000; }

static long now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000000 + t.tv_nsec;
}

int main(void)
{
    struct sigaction action = {.sa_sigaction = count, .sa_flags = SA_SIGINFO};
    sigaction(SIGALRM, &action, NULL);
    sigaction(SIGUSR1, &action, NULL);
    sigset_t block, none;
    sigemptyset(&none);
    sigemptyset(&block);
    sigaddset(&block, SIGALRM);
    sigaddset(&block, SIGUSR1);

    struct itimerval it = {{0, 10000}, {0, 10000}}, old;
    sigprocmask(SIG_BLOCK, &block, NULL);
    long start = now();
    SHOW(setitimer(ITIMER_REAL, &it, NULL));
    while (ticks < 5)
        sigsuspend(&none);
    printf("five ticks in time: %d, code %d\n", within(now() - start, 45, 500), last_code);
    memset(&it, 0, sizeof it);
    SHOW(setitimer(ITIMER_REAL, &it, &old));
    printf("interval %ld, left within it: %d\n", (long)old.it_interval.tv_usec, old.it_value.tv_usec <= 10000);
    SHOW(getitimer(ITIMER_REAL, &old));
    printf("stopped: %d\n", old.it_value.tv_sec == 0 && old.it_value.tv_usec == 0);
    SHOW(setitimer(9, &it, NULL));
    it.it_value.tv_usec = 1000000;
    SHOW(setitimer(ITIMER_REAL, &it, NULL));
    SHOW(alarm(100));
    SHOW(alarm(0));
    SHOW(alarm(0));

    timer_t timer;
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1, .sigev_value.sival_int = 7};
    struct itimerspec spec = {{0, 1000000}, {0, 1000000}}, left;
    SHOW(timer_create(CLOCK_MONOTONIC, &event, &timer));
    SHOW(timer_settime(timer, 0, &spec, NULL));
    usleep(30000);
    siginfo_t info;
    SHOW(sigwaitinfo(&block, &info));
    printf("code %d value %d overruns counted: %d\n", info.si_code, info.si_value.sival_int, info.si_overrun >= 20);
    printf("getoverrun agrees: %d\n", timer_getoverrun(timer) == info.si_overrun);
    SHOW(timer_gettime(timer, &left));
    printf("interval %ld, left within it: %d\n", left.it_interval.tv_nsec, left.it_value.tv_nsec <= 1000000);
    spec.it_interval.tv_nsec = 0;
    spec.it_value.tv_nsec = 0;
    SHOW(timer_settime(timer, 0, &spec, &left));
    SHOW(timer_gettime(timer, &left));
    printf("disarmed: %d\n", left.it_value.tv_nsec == 0 && left.it_value.tv_sec == 0);
    clock_gettime(CLOCK_MONOTONIC, &spec.it_value);
    sigtimedwait(&block, NULL, &(struct timespec){0, 0});
    SHOW(timer_settime(timer, TIMER_ABSTIME, &spec, NULL));
    SHOW(sigwaitinfo(&block, &info));
    SHOW(timer_delete(timer));
    SHOW(timer_delete(timer));
    SHOW(timer_settime(timer, 0, &spec, NULL));
    event.sigev_notify = 9;
    SHOW(timer_create(CLOCK_MONOTONIC, &event, &timer));
    event.sigev_notify = SIGEV_THREAD_ID;
    SHOW(timer_create(CLOCK_MONOTONIC, &event, &timer));
    SHOW(timer_create(77, NULL, &timer));

    sigprocmask(SIG_UNBLOCK, &block, NULL);
    ticks = 0;
    memset(&it, 0, sizeof it);
    it.it_value.tv_usec = 20000;
    SHOW(setitimer(ITIMER_REAL, &it, NULL));
    struct timespec sleep = {0, 300000000}, rest = {9, 9};
    start = now();
    SHOW(nanosleep(&sleep, &rest));
    printf("early: %d, rest plausible: %d, ticks %d\n", within(now() - start, 15, 200), within(rest.tv_nsec, 100, 285), ticks);
    SHOW(nanosleep(&(struct timespec){0, 1000000000}, NULL));
    SHOW(nanosleep(&(struct timespec){-1, 0}, NULL));
    SHOW(clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &(struct timespec){1, 0}, NULL));
    SHOW(clock_nanosleep(CLOCK_THREAD_CPUTIME_ID, 0, &(struct timespec){0, 1}, NULL));
    SHOW(clock_nanosleep(CLOCK_MONOTONIC_RAW, 0, &(struct timespec){0, 1}, NULL));
    return 0;
}
