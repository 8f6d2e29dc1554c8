// group: process
// A byte there and back between two processes through two pipes: on one CPU, and wherever they are put; then 64 KiB at a time
// to a process that drops them.
#include "bench.h"
#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

static void measure(const char *name, long rounds)
{
    int there[2], back[2], status;
    char c = 0;
    if (pipe(there) != 0 || pipe(back) != 0)
        _exit(1);
    pid_t child = fork();
    if (child == 0) {
        while (read(there[0], &c, 1) == 1 && c == 0)
            if (write(back[1], &c, 1) != 1)
                _exit(1);
        _exit(0);
    }
    double started = now_ns();
    for (long r = 0; r < rounds; r++)
        if (write(there[1], &c, 1) != 1 || read(back[0], &c, 1) != 1)
            _exit(1);
    report(name, started, (double)rounds);
    c = 1;
    if (write(there[1], &c, 1) != 1)
        _exit(1);
    waitpid(child, &status, 0);
}

static void measure_blocks(long blocks)
{
    static char block[1 << 16];
    int ends[2];
    if (pipe(ends) != 0)
        _exit(1);
    if (fork() == 0) {
        close(ends[1]);
        while (read(ends[0], block, sizeof block) > 0)
            ;
        _exit(0);
    }
    double started = now_ns();
    for (long b = 0; b < blocks; b++)
        if (write(ends[1], block, sizeof block) != sizeof block)
            _exit(1);
    close(ends[1]);
    wait(0);
    report("pipe-64k", started, (double)blocks);
}

int main(int argc, char **argv)
{
    long rounds = scaled(argc, argv, 100000);
    measure("pipe-round-trip", rounds / 4);
    measure_blocks(scaled(argc, argv, 4000));
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(0, &one);
    sched_setaffinity(0, sizeof one, &one);
    measure("pipe-round-trip-one-cpu", rounds);
    return 0;
}
