// VMIN and VTIME, readiness, and descriptors that do not wait.
#define _GNU_SOURCE
#include <time.h>
#include "lib/terminal.h"

static long elapsed(struct timespec from) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return ((now.tv_sec - from.tv_sec) * 1000 + (now.tv_nsec - from.tv_nsec) / 1000000 + 50) / 100;
}

static void set(int min, int time) {
    struct termios t;
    tcgetattr(slave, &t);
    cfmakeraw(&t);
    t.c_cc[VMIN] = min, t.c_cc[VTIME] = time;
    tcsetattr(slave, TCSANOW, &t);
}

// A child types after a tenth of a second each.
static void later(const char *text, int each) {
    if (fork() == 0) {
        for (const char *p = text; *p; p += each) {
            usleep(200000);
            write(master, p, strlen(p) < (size_t)each ? strlen(p) : (size_t)each);
        }
        _exit(0);
    }
}

static void timed(const char *name, int min, int time, const char *text, int each, size_t size) {
    open_pty();
    set(min, time);
    later(text, each);
    struct timespec begin;
    clock_gettime(CLOCK_MONOTONIC, &begin);
    char buffer[100];
    ssize_t n = read(slave, buffer, size);
    int saved = errno;
    long took = elapsed(begin);
    errno = saved;
    printf("%s (%ld tenths): ", name, took);
    show("read", buffer, n);
    wait(NULL);
    close_pty();
}

static void ready(const char *name) {
    struct pollfd p[2] = {{slave, POLLIN | POLLOUT | POLLPRI, 0}, {master, POLLIN | POLLOUT | POLLPRI, 0}};
    poll(p, 2, 50);
    printf("%s: slave %x master %x\n", name, p[0].revents, p[1].revents);
}

int main(void) {
    setvbuf(stdout, NULL, _IONBF, 0);
    timed("MIN 0 TIME 0", 0, 0, "", 1, 10);
    timed("MIN 0 TIME 3", 0, 3, "", 1, 10);
    timed("MIN 0 TIME 9, a byte", 0, 9, "x", 1, 10);
    timed("MIN 1", 1, 0, "ab", 2, 10);
    timed("MIN 3", 3, 0, "abcd", 1, 10);
    timed("MIN 3, short buffer", 3, 0, "abcd", 1, 2);
    timed("MIN 5 TIME 4", 5, 4, "abc", 1, 10);
    timed("MIN 5 TIME 4, two at once", 5, 4, "ab", 2, 10);

    open_pty();
    set(5, 0);
    read_now("MIN 5, nothing", slave, 10);
    type("ab", 2);
    ready("MIN 5, two bytes");
    read_now("MIN 5, two bytes", slave, 10);
    set(0, 5);
    read_now("MIN 0 TIME 5, nothing", slave, 10);
    set(0, 0);
    read_now("MIN 0 TIME 0, nothing", slave, 10);
    close_pty();

    open_pty();
    ready("new");
    type("abc", 3);
    ready("half a line");
    type("\n", 1);
    ready("a line");
    write(slave, "x", 1);
    show_all("master", master);
    show_all("slave", slave);
    ready("read");
    close(slave);
    struct pollfd p = {master, POLLIN | POLLOUT, 0};
    poll(&p, 1, 50);
    printf("slave closed: %x\n", p.revents);
    char c;
    ssize_t n = read(master, &c, 1);
    show("read of master", &c, n);
    n = write(master, "q\n", 2);
    printf("write to master %zd\n", n);
    slave = open(ptsname(master), O_RDWR | O_NOCTTY);
    ready("opened again");
    show_all("what was written meanwhile", slave);
    close(master);
    p = (struct pollfd){slave, POLLIN | POLLOUT, 0};
    poll(&p, 1, 50);
    printf("master closed: %x\n", p.revents);
    n = read(slave, &c, 1);
    show("read", &c, n);
    n = write(slave, &c, 1);
    show("write", &c, n);
    struct termios t;
    printf("tcgetattr %s\n", tcgetattr(slave, &t) ? strerrorname_np(errno) : "ok");
    int pgrp = getpid();
    printf("TIOCSPGRP %s\n", ioctl(slave, TIOCSPGRP, &pgrp) ? strerrorname_np(errno) : "ok");
    close(slave);

    printf("== a full line\n");
    open_pty();
    set(1, 0);
    fcntl(master, F_SETFL, O_RDWR | O_NONBLOCK);
    static char big[4096];
    long total = 0;
    while ((n = write(master, big, sizeof big)) > 0 || (usleep(20000), n = write(master, big, sizeof big)) > 0) total += n;
    printf("%s, more than a queue: %d\n", strerrorname_np(errno), total > 4096);
    long got = 0;
    static char buffer[65536];
    fcntl(slave, F_SETFL, O_RDWR | O_NONBLOCK);
    while ((n = read(slave, buffer, sizeof buffer)) > 0 || (usleep(20000), n = read(slave, buffer, sizeof buffer)) > 0) got += n;
    printf("all came: %d\n", got == total);
    close_pty();
    return 0;
}
