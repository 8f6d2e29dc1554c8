// group: process
// A pty: a byte to the other side and back, and 64 KiB at a time from the slave to a process at the master that drops them.
#define _GNU_SOURCE
#include "bench.h"
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

static int master, slave;

static void open_pty(int raw)
{
    struct termios t;
    master = posix_openpt(O_RDWR | O_NOCTTY);
    if (master < 0 || unlockpt(master) != 0 || (slave = open(ptsname(master), O_RDWR | O_NOCTTY)) < 0)
        _exit(1);
    tcgetattr(slave, &t);
    if (raw)
        cfmakeraw(&t);
    else
        t.c_lflag &= ~ECHO;
    tcsetattr(slave, TCSANOW, &t);
}

static void measure_round(long rounds)
{
    char c = 0;
    open_pty(1);
    if (fork() == 0) {
        close(master);
        while (read(slave, &c, 1) == 1)
            if (write(slave, &c, 1) != 1)
                _exit(1);
        _exit(0);
    }
    close(slave);
    double started = now_ns();
    for (long r = 0; r < rounds; r++)
        if (write(master, &c, 1) != 1 || read(master, &c, 1) != 1)
            _exit(1);
    report("pty-round-trip", started, (double)rounds);
    close(master);
    wait(0);
}

static void measure_blocks(const char *name, int raw, long blocks)
{
    static char block[1 << 16], dropped[1 << 16];
    memset(block, 'x', sizeof block);
    for (int k = 79; k < (int)sizeof block; k += 80)
        block[k] = '\n';
    open_pty(raw);
    pid_t child = fork();
    if (child == 0) {
        close(master);
        for (long b = 0; b < blocks; b++)
            if (write(slave, block, sizeof block) != sizeof block)
                _exit(1);
        _exit(0);
    }
    close(slave);
    double started = now_ns();
    while (read(master, dropped, sizeof dropped) > 0)
        ;
    report(name, started, (double)blocks);
    close(master);
    waitpid(child, 0, 0);
}

int main(int argc, char **argv)
{
    measure_round(scaled(argc, argv, 20000));
    measure_blocks("pty-64k-raw", 1, scaled(argc, argv, 400));
    measure_blocks("pty-64k-lines", 0, scaled(argc, argv, 400));
    return 0;
}
