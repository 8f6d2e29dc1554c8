// The clocks of the vDSO against those of the system calls.
#include "lib/check.h"
#include <sched.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>

static long long ns(struct timespec t)
{
    return t.tv_sec * 1000000000LL + t.tv_nsec;
}

int main(void)
{
    const int clocks[] = {CLOCK_REALTIME, CLOCK_MONOTONIC, CLOCK_MONOTONIC_RAW, CLOCK_BOOTTIME, CLOCK_TAI, CLOCK_PROCESS_CPUTIME_ID};
    for (unsigned i = 0; i < sizeof clocks / sizeof *clocks; i++) {
        int ordered = 1, near = 1;
        for (int j = 0; j < 200; j++) {
            struct timespec a, b, c;
            REQUIRE(syscall(SYS_clock_gettime, clocks[i], &a) == 0 && clock_gettime(clocks[i], &b) == 0);
            REQUIRE(syscall(SYS_clock_gettime, clocks[i], &c) == 0);
            ordered &= ns(a) <= ns(b) && ns(b) <= ns(c) && b.tv_nsec < 1000000000;
            near &= ns(c) - ns(a) < 1000000000LL;
            if (j % 50 == 0)
                usleep(5000);
        }
        printf("clock %d: ordered %d near %d\n", clocks[i], ordered, near);
    }
    struct timespec coarse, fine, resolution;
    clock_gettime(CLOCK_MONOTONIC_COARSE, &coarse);
    clock_gettime(CLOCK_MONOTONIC, &fine);
    printf("coarse is near: %d\n", llabs(ns(fine) - ns(coarse)) < 1000000000LL);
    SHOW(clock_getres(CLOCK_MONOTONIC, &resolution));
    printf("%ld\n", resolution.tv_nsec);
    SHOW(clock_getres(CLOCK_MONOTONIC, 0));
    SHOW(clock_gettime(99, &fine));
    SHOW(clock_getres(-99, &fine));
    struct timeval now;
    gettimeofday(&now, 0);
    printf("gettimeofday agrees with time: %d\n", labs(time(0) - now.tv_sec) <= 1);
    struct timeval *volatile none = 0;
    SHOW(gettimeofday(none, 0));
    unsigned cpu = 999, node = 999;
    SHOW(getcpu(&cpu, &node));
    printf("%d %u\n", cpu < 1024, node);
    SHOW(getcpu(0, 0));
    long long last = 0;
    int back = 0;
    for (int i = 0; i < 200000; i++) {
        clock_gettime(CLOCK_MONOTONIC, &fine);
        back += ns(fine) < last;
        last = ns(fine);
    }
    printf("went back %d times\n", back);
    return 0;
}
