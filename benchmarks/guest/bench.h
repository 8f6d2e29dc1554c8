// Shared by the guest programs of the benchmark. Each measures its own loops with clock_gettime, so that start-up does
// not count, and prints lines `result NAME NANOSECONDS-PER-OPERATION`. The first argument scales the work, in percent.
#ifndef BENCH_H
#define BENCH_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static inline double now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1e9 + t.tv_nsec;
}

static inline long scaled(int argc, char **argv, long work)
{
    long percent = argc > 1 ? atol(argv[1]) : 100;
    // Wider than a long of 32 bits.
    long result = (long)((int64_t)work * percent / 100);
    return result < 1 ? 1 : result;
}

static inline void report(const char *name, double started_ns, double operations)
{
    printf("result %s %.4f\n", name, (now_ns() - started_ns) / operations);
    fflush(stdout);
}

/// Keeps the compiler from dropping a computation.
#define KEEP(value) __asm__ volatile("" : : "g"(value) : "memory")

#endif
