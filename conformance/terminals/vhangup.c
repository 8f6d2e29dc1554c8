// vhangup(2): the session loses its terminal, its leader gets SIGHUP and SIGCONT, open files the line; sysfs(2).
// needs: root
// flags: -lutil
#define _GNU_SOURCE
#include "../lib/check.h"
#include <errno.h>
#include <fcntl.h>
#include <pty.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile sig_atomic_t hung, continued;

static void note(int signal)
{
    if (signal == SIGHUP)
        hung++;
    else
        continued++;
}

static const char *answer(long r) { return r < 0 ? strerrorname_np(errno) : "ok"; }

static void session(const char *name)
{
    char c;
    signal(SIGHUP, note);
    signal(SIGCONT, note);
    setsid();
    int fd = open(name, O_RDWR);
    printf("controlling: %d\n", tcgetpgrp(fd) == getpid());
    printf("hung up: %s\n", answer(vhangup()));
    printf("signals: %d %d\n", hung, continued);
    printf("write: %s\n", answer(write(fd, "x", 1)));
    printf("read: %ld\n", (long)read(fd, &c, 1));
    printf("request: %s\n", answer(tcgetpgrp(fd)));
    printf("/dev/tty: %s\n", answer(open("/dev/tty", O_RDWR)));
    printf("without one: %s\n", answer(vhangup()));
    int again = open(name, O_RDWR);
    printf("opened again: %s, written: %s\n", answer(again), answer(write(again, "y", 1)));
    fflush(stdout);
    _exit(0);
}

static void types(void)
{
    char text[64] = "";
    long number = syscall(SYS_sysfs, 1, "tmpfs");
    printf("number: %d\n", number >= 0 && number < syscall(SYS_sysfs, 3));
    printf("name: %s", answer(syscall(SYS_sysfs, 2, number, text)));
    printf(" %s\n", text);
    printf("unknown: %s\n", answer(syscall(SYS_sysfs, 1, "nofs")));
    printf("unknown number: %s\n", answer(syscall(SYS_sysfs, 2, 1000, text)));
    printf("no place: %s\n", answer(syscall(SYS_sysfs, 2, number, 8)));
    printf("no name: %s\n", answer(syscall(SYS_sysfs, 1, 0)));
    printf("other: %s\n", answer(syscall(SYS_sysfs, 4)));
}

int main(void)
{
    int master, slave;
    char name[64];
    openpty(&master, &slave, name, 0, 0);
    if (fork() == 0)
        session(name);
    wait(0);
    if (fork() == 0) {
        if (setuid(65534) == 0)
            printf("without privilege: %s\n", answer(vhangup()));
        fflush(stdout);
        _exit(0);
    }
    wait(0);
    types();
    return 0;
}
