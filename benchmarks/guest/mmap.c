// group: kernel
// Maps and unmaps 64 KiB of anonymous memory without touching it.
#include "bench.h"
#include <sys/mman.h>

int main(int argc, char **argv)
{
    long rounds = scaled(argc, argv, 100000);
    double started = now_ns();
    for (long r = 0; r < rounds; r++) {
        void *p = mmap(NULL, 65536, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (p == MAP_FAILED)
            return 1;
        munmap(p, 65536);
    }
    report("mmap+munmap", started, (double)rounds);
    return 0;
}
