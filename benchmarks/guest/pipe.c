// group: kernel
// A byte to another process and back, through two pipes; then 64 KiB at a time to a process that drops them.
#include "bench.h"
#include <sys/wait.h>
#include <unistd.h>

static char block[1 << 16];

int main(int argc, char **argv)
{
    int forth[2], back[2];
    long rounds = scaled(argc, argv, 50000);
    if (pipe(forth) || pipe(back))
        return 99;
    if (fork() == 0) {
        close(forth[1]);
        while (read(forth[0], block, 1) == 1)
            if (write(back[1], block, 1) != 1)
                break;
        _exit(0);
    }
    double started = now_ns();
    for (long r = 0; r < rounds; r++)
        if (write(forth[1], block, 1) != 1 || read(back[0], block, 1) != 1)
            return 1;
    report("pipe-round-trip", started, (double)rounds);
    close(forth[1]);
    wait(NULL);

    long blocks = scaled(argc, argv, 4000);
    if (pipe(forth))
        return 99;
    if (fork() == 0) {
        close(forth[1]);
        while (read(forth[0], block, sizeof block) > 0)
            ;
        _exit(0);
    }
    started = now_ns();
    for (long b = 0; b < blocks; b++)
        if (write(forth[1], block, sizeof block) != sizeof block)
            return 1;
    close(forth[1]);
    wait(NULL);
    report("pipe-64k", started, (double)blocks);
    return 0;
}
