// flags: -pthread
// Timers, clocks, sleeps and limits that count CPU time.
#include "lib/check.h"
#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/timex.h>
#include <sys/times.h>
#include <sys/wait.h>
#include <time.h>

static volatile sig_atomic_t signals;
static volatile int stop;

static void count(int signo)
{
    signals++;
}

static long cpu_ms(clockid_t clock)
{
    struct timespec t;
    REQUIRE(clock_gettime(clock, &t) == 0);
    return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void burn(long ms)
{
    long end = cpu_ms(CLOCK_PROCESS_CPUTIME_ID) + ms;
    while (cpu_ms(CLOCK_PROCESS_CPUTIME_ID) < end)
        for (volatile int i = 0; i < 10000; i++)
            ;
}

static void *spin(void *unused)
{
    while (!stop)
        ;
    return NULL;
}

static void interval_timers(void)
{
    struct itimerval value = {{0, 10000}, {0, 10000}}, off = {{0, 0}, {0, 0}}, old;
    static const int which[] = {ITIMER_VIRTUAL, ITIMER_PROF};
    static const int signo[] = {SIGVTALRM, SIGPROF};
    for (int i = 0; i < 2; i++) {
        signal(signo[i], count);
        signals = 0;
        SHOW(getitimer(which[i], &old));
        printf("%ld %ld\n", (long)old.it_value.tv_usec, (long)old.it_interval.tv_usec);
        SHOW(setitimer(which[i], &value, NULL));
        usleep(30000);
        printf("asleep: %s\n", signals <= 1 ? "few" : "many");
        while (signals < 3)
            for (volatile int k = 0; k < 1000; k++)
                ;
        SHOW(setitimer(which[i], &off, &old));
        printf("interval %ld, left %d\n", (long)old.it_interval.tv_usec, old.it_value.tv_usec > 0 && old.it_value.tv_usec <= 14000);
    }
    SHOW(setitimer(3, &value, NULL));
    SHOW(getitimer(-1, &old));
    value.it_value.tv_usec = 1000000;
    SHOW(setitimer(ITIMER_VIRTUAL, &value, NULL));
    SHOW(setitimer(ITIMER_PROF, NULL, &old));
}

static void posix_timers(void)
{
    timer_t timer;
    static const clockid_t clocks[] = {CLOCK_PROCESS_CPUTIME_ID, CLOCK_THREAD_CPUTIME_ID};
    struct itimerspec value = {{0, 5000000}, {0, 5000000}}, old;
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1};
    signal(SIGUSR1, count);
    for (int i = 0; i < 2; i++) {
        signals = 0;
        REQUIRE(timer_create(clocks[i], &event, &timer) == 0);
        SHOW(timer_settime(timer, 0, &value, NULL));
        while (signals < 3)
            for (volatile int k = 0; k < 1000; k++)
                ;
        SHOW(timer_gettime(timer, &old));
        printf("interval %ld, left %d\n", (long)old.it_interval.tv_nsec, old.it_value.tv_nsec > 0 && old.it_value.tv_nsec <= 9000000);
        SHOW(timer_delete(timer));
    }
    event.sigev_notify = SIGEV_NONE;
    REQUIRE(timer_create(CLOCK_MONOTONIC, &event, &timer) == 0);
    value = (struct itimerspec){{0, 0}, {0, 5000000}};
    SHOW(timer_settime(timer, 0, &value, NULL));
    usleep(20000);
    SHOW(timer_gettime(timer, &old));
    printf("left %ld\n", (long)old.it_value.tv_nsec);
    SHOW(timer_delete(timer));
    clockid_t bad = (~99999u << 3) | 2;
    SHOW(timer_create(bad, &event, &timer));
    SHOW(timer_create(CLOCK_MONOTONIC_RAW, &event, &timer));
    SHOW(timer_create(77, &event, &timer));
}

static void clocks(void)
{
    clockid_t own, thread;
    struct timespec t;
    REQUIRE(clock_getcpuclockid(0, &own) == 0 && pthread_getcpuclockid(pthread_self(), &thread) == 0);
    printf("%d %d\n", cpu_ms(own) >= 0, cpu_ms(thread) >= 0);
    SHOW(clock_getres(own, &t));
    printf("%ld\n", t.tv_nsec);
    SHOW(clock_getcpuclockid(getpid(), &own));
    printf("%d\n", cpu_ms(own) >= 0);
    SHOW(clock_gettime((~99999u << 3) | 2, &t));
    SHOW(clock_gettime((~0u << 3) | 3, &t));
    SHOW(clock_settime(CLOCK_MONOTONIC, &t));
    t.tv_nsec = -1;
    SHOW(clock_settime(CLOCK_REALTIME, &t));
    t = (struct timespec){0, 1000000};
    SHOW(syscall(SYS_clock_nanosleep, CLOCK_THREAD_CPUTIME_ID, 0, &t, NULL));
    SHOW(syscall(SYS_clock_nanosleep, CLOCK_MONOTONIC_RAW, 0, &t, NULL));
    SHOW(syscall(SYS_clock_nanosleep, 77, 0, &t, NULL));
    SHOW(syscall(SYS_clock_nanosleep, CLOCK_MONOTONIC_COARSE, 0, &t, NULL));
    SHOW(syscall(SYS_clock_nanosleep, CLOCK_TAI, 0, &t, NULL));
    pthread_t other;
    REQUIRE(pthread_create(&other, NULL, spin, NULL) == 0);
    t = (struct timespec){0, 20000000};
    SHOW(syscall(SYS_clock_nanosleep, CLOCK_PROCESS_CPUTIME_ID, 0, &t, NULL));
    REQUIRE(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t) == 0);
    t.tv_nsec += 20000000;
    t.tv_sec += t.tv_nsec / 1000000000;
    t.tv_nsec %= 1000000000;
    SHOW(syscall(SYS_clock_nanosleep, CLOCK_PROCESS_CPUTIME_ID, TIMER_ABSTIME, &t, NULL));
    struct timespec now;
    REQUIRE(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now) == 0);
    printf("not early: %d\n", now.tv_sec > t.tv_sec || (now.tv_sec == t.tv_sec && now.tv_nsec >= t.tv_nsec));
    stop = 1;
    pthread_join(other, NULL);
    struct timex timex = {.modes = 0};
    printf("adjtimex %d, tick %ld\n", adjtimex(&timex) >= 0, timex.tick);
    SHOW(adjtimex((void *)8));
}

static void usage(void)
{
    struct rusage before, after;
    struct tms tms;
    // Calls that do some work in the kernel.
    static char buffer[65536];
    int fd[2];
    REQUIRE(pipe(fd) == 0);
    getrusage(RUSAGE_SELF, &before);
    for (int i = 0; i < 30000; i++) {
        REQUIRE(write(fd[1], buffer, 4096) == 4096);
        REQUIRE(read(fd[0], buffer, 4096) == 4096);
    }
    burn(30);
    getrusage(RUSAGE_SELF, &after);
    printf("user %d system %d\n", timercmp(&after.ru_utime, &before.ru_utime, >), timercmp(&after.ru_stime, &before.ru_stime, >));
    SHOW(times(&tms) > 0);
    printf("%d\n", tms.tms_utime + tms.tms_stime > 0);
    usleep(1000);
    getrusage(RUSAGE_SELF, &before);
    printf("waits %d\n", before.ru_nvcsw > 0);
    SHOW(getrusage(RUSAGE_THREAD, &after));
    SHOW(getrusage(5, &after));
}

static void limit(void)
{
    int status;
    pid_t child = fork();
    if (child == 0) {
        struct rlimit limit = {1, 2};
        REQUIRE(setrlimit(RLIMIT_CPU, &limit) == 0);
        signal(SIGXCPU, count);
        signals = 0;
        while (!signals)
            ;
        printf("SIGXCPU after %ld s\n", (cpu_ms(CLOCK_PROCESS_CPUTIME_ID) + 500) / 1000);
        getrlimit(RLIMIT_CPU, &limit);
        printf("limit now %ld %ld\n", (long)limit.rlim_cur, (long)limit.rlim_max);
        fflush(stdout);
        for (;;)
            ;
    }
    REQUIRE(waitpid(child, &status, 0) == child);
    printf("killed by %d\n", WIFSIGNALED(status) ? WTERMSIG(status) : -1);
}

int main(void)
{
    setvbuf(stdout, NULL, _IONBF, 0);
    interval_timers();
    posix_timers();
    clocks();
    usage();
    limit();
    return 0;
}
