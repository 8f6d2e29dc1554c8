// group: cpu
// flags: -static
// A chain of dependent loads within the first-level cache.
#include "bench.h"

int main(int argc, char **argv)
{
    enum { COUNT = 2048 };
    static void *chain[COUNT];
    int order[COUNT];
    for (int i = 0; i < COUNT; i++)
        order[i] = i;
    uint32_t x = 7;
    for (int i = COUNT - 1; i > 0; i--) {
        x = x * 1664525 + 1013904223;
        int j = (int)((x >> 8) % (uint32_t)(i + 1)), t = order[i];
        order[i] = order[j];
        order[j] = t;
    }
    for (int i = 0; i < COUNT; i++)
        chain[order[i]] = &chain[order[(i + 1) % COUNT]];
    long rounds = scaled(argc, argv, 300000);
    void **p = chain;
    double started = now_ns();
    for (long r = 0; r < rounds; r++)
        for (int i = 0; i < COUNT / 8; i++) {
            p = *p; p = *p; p = *p; p = *p; p = *p; p = *p; p = *p; p = *p;
            KEEP(p);
        }
    report("chase", started, (double)COUNT * rounds);
    return 0;
}
