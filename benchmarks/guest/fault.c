// group: kernel
// First touch of anonymous pages, 4 KiB each.
#include "bench.h"
#include <sys/mman.h>

int main(int argc, char **argv)
{
    enum { SIZE = 64 << 20 };
    long rounds = scaled(argc, argv, 8);
    double spent = 0;
    for (long r = 0; r < rounds; r++) {
        char *p = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (p == MAP_FAILED)
            return 1;
        madvise(p, SIZE, MADV_NOHUGEPAGE);
        double started = now_ns();
        for (long i = 0; i < SIZE; i += 4096)
            p[i] = 1;
        spent += now_ns() - started;
        munmap(p, SIZE);
    }
    report("page-fault", now_ns() - spent, (double)rounds * (SIZE / 4096));
    return 0;
}
