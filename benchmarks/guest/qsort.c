// group: cpu
// qsort of the C library with call-backs; dynamic.
#include "bench.h"

static int compare(const void *a, const void *b)
{
    int x = *(const int *)a, y = *(const int *)b;
    return (x > y) - (x < y);
}

int main(int argc, char **argv)
{
    long count = 100000, rounds = scaled(argc, argv, 50);
    int *values = malloc(count * sizeof *values);
    double spent = 0;
    for (long r = 0; r < rounds; r++) {
        uint32_t x = 12345 + (uint32_t)r;
        for (long i = 0; i < count; i++) {
            x = x * 1664525 + 1013904223;
            values[i] = (int)(x >> 4);
        }
        double started = now_ns();
        qsort(values, count, sizeof *values, compare);
        spent += now_ns() - started;
    }
    report("qsort", now_ns() - spent, (double)count * rounds);
    return 0;
}
