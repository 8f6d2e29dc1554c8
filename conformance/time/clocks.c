// Clocks through the vDSO and by system call: they agree, never go back, and are near the host's idea of time.
#include "lib/check.h"
#include <dlfcn.h>
#include <sched.h>
#include <sys/auxv.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>

static int64_t ns(struct timespec t) { return t.tv_sec * 1000000000L + t.tv_nsec; }

static int64_t by_call(clockid_t clock)
{
    struct timespec t;
    REQUIRE(syscall(SYS_clock_gettime, clock, &t) == 0);
    return ns(t);
}

static int64_t by_library(clockid_t clock)
{
    struct timespec t;
    REQUIRE(clock_gettime(clock, &t) == 0 && t.tv_nsec >= 0 && t.tv_nsec < 1000000000);
    return ns(t);
}

int main(void)
{
    static const struct { const char *name; clockid_t id; int64_t slack_ns; } clocks[] = {
        {"REALTIME", CLOCK_REALTIME, 0}, {"MONOTONIC", CLOCK_MONOTONIC, 0}, {"MONOTONIC_RAW", CLOCK_MONOTONIC_RAW, 0},
        {"REALTIME_COARSE", CLOCK_REALTIME_COARSE, 0}, {"MONOTONIC_COARSE", CLOCK_MONOTONIC_COARSE, 0}, {"BOOTTIME", CLOCK_BOOTTIME, 0},
        {"TAI", CLOCK_TAI, 0}, {"PROCESS_CPUTIME", CLOCK_PROCESS_CPUTIME_ID, 0}, {"THREAD_CPUTIME", CLOCK_THREAD_CPUTIME_ID, 0},
    };
    for (unsigned i = 0; i < sizeof clocks / sizeof *clocks; i++) {
        int backwards = 0;
        int64_t last = by_call(clocks[i].id), first = last;
        for (int j = 0; j < 20000; j++) {
            int64_t now = j & 1 ? by_call(clocks[i].id) : by_library(clocks[i].id);
            backwards += now < last;
            last = now;
        }
        struct timespec r = {0, 0};
        clock_getres(clocks[i].id, &r);
        printf("%s: backwards %d, advanced %d, fine %d\n", clocks[i].name, backwards, strstr(clocks[i].name, "COARSE") || last > first, clocks[i].id == CLOCK_REALTIME_COARSE || clocks[i].id == CLOCK_MONOTONIC_COARSE ? ns(r) > 100000 : ns(r) == 1);
    }
    struct timeval tv;
    gettimeofday(&tv, NULL);
    int64_t real = by_call(CLOCK_REALTIME);
    printf("gettimeofday near: %d\n", llabs(real / 1000 - (tv.tv_sec * 1000000L + tv.tv_usec)) < 100000);
    printf("time near: %d\n", labs(time(NULL) - real / 1000000000) <= 1);
    printf("coarse near: %d\n", llabs(by_library(CLOCK_MONOTONIC_COARSE) - by_call(CLOCK_MONOTONIC)) < 100000000);
    printf("raw near: %d\n", llabs(by_library(CLOCK_MONOTONIC_RAW) - by_call(CLOCK_MONOTONIC)) < 100000000000);
    printf("year %d\n", gmtime(&tv.tv_sec)->tm_year > 120);
    unsigned cpu = 999, node = 999;
    REQUIRE(getcpu(&cpu, &node) == 0);
    printf("cpu in range: %d node %u\n", (int)cpu < sysconf(_SC_NPROCESSORS_CONF), node);

    int64_t start = by_call(CLOCK_MONOTONIC);
    struct timespec pause = {0, 30000000};
    SHOW(nanosleep(&pause, NULL));
    int64_t slept = by_library(CLOCK_MONOTONIC) - start;
    printf("slept enough: %d, not too much: %d\n", slept >= 30000000, slept < 2000000000);
    pause = (struct timespec){start / 1000000000 + 0, start % 1000000000};
    SHOW(clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &pause, NULL));
    pause = (struct timespec){0, 1000000000};
    SHOW(nanosleep(&pause, NULL));
    SHOW(clock_gettime(77, &pause));
    clock_t t0 = clock();
    volatile long spin = 0;
    while (by_library(CLOCK_MONOTONIC) - start < 150000000)
        spin++;
    double used = (double)(clock() - t0) / CLOCKS_PER_SEC;
    printf("processor time counted: %d\n", used > 0.005 && used < 1.0);

    // The vDSO itself: an ELF image with the four functions.
    const unsigned char *vdso = (void *)getauxval(AT_SYSINFO_EHDR);
    printf("vDSO: %s\n", vdso && memcmp(vdso, "\177ELF", 4) == 0 ? "ELF" : "none");
    void *handle = dlopen("linux-vdso.so.1", RTLD_NOLOAD | RTLD_NOW);
    const char *names[] = {"__vdso_clock_gettime", "__vdso_gettimeofday", "__vdso_time", "__vdso_getcpu"};
    for (int i = 0; i < 4; i++)
        printf("%s: %s\n", names[i], handle && dlvsym(handle, names[i], "LINUX_2.6") ? "there" : "missing");
    return 0;
}
