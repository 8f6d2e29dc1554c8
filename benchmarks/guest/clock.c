// group: kernel
// clock_gettime through the vDSO.
#include "bench.h"

int main(int argc, char **argv)
{
    long rounds = scaled(argc, argv, 8000000);
    struct timespec t;
    double started = now_ns();
    for (long r = 0; r < rounds; r++)
        clock_gettime(CLOCK_MONOTONIC, &t);
    report("clock_gettime", started, (double)rounds);
    return 0;
}
