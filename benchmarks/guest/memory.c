// group: cpu
// flags: -fno-builtin
// memcpy and strlen of the C library, over small and large pieces.
#include "bench.h"

int main(int argc, char **argv)
{
    enum { SIZE = 32768 };
    static char from[SIZE + 64], to[SIZE + 64];
    memset(from, 'x', SIZE);
    long rounds = scaled(argc, argv, 1000);
    double started = now_ns(), bytes = 0;
    for (long r = 0; r < rounds * 40000; r++) {
        size_t size = 16 + (size_t)(r * 37 & 255);
        memcpy(to + (r & 31), from + (r >> 5 & 31), size);
        bytes += (double)size;
    }
    for (long r = 0; r < rounds * 200; r++) {
        memcpy(to, from, SIZE);
        KEEP(to);
        bytes += SIZE;
    }
    report("memcpy", started, bytes);
    started = now_ns();
    bytes = 0;
    size_t sum = 0;
    for (long r = 0; r < rounds * 40000; r++) {
        size_t start = SIZE - 8 - (size_t)(r * 37 & 255);
        sum += strlen(from + start);
        bytes += (double)(SIZE - start);
    }
    for (long r = 0; r < rounds * 200; r++) {
        sum += strlen(from);
        bytes += SIZE;
    }
    report("strlen", started, bytes);
    KEEP(sum);
    return 0;
}
