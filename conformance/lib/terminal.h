// A pty and what tests do with it. Include after _GNU_SOURCE is defined.
#pragma once
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

static int master, slave;

static void open_pty(void) {
    master = posix_openpt(O_RDWR | O_NOCTTY);
    if (master < 0 || unlockpt(master) != 0) exit(99);
    slave = open(ptsname(master), O_RDWR | O_NOCTTY);
    if (slave < 0) exit(99);
}

static void close_pty(void) {
    close(slave);
    close(master);
}

static void show(const char *what, const char *bytes, ssize_t n) {
    printf("%s: ", what);
    if (n < 0) {
        printf("%s\n", strerrorname_np(errno));
        return;
    }
    printf("%zd \"", n);
    for (ssize_t i = 0; i < n; i++) {
        unsigned char c = bytes[i];
        if (c == '"' || c == '\\') printf("\\%c", c);
        else if (c >= 32 && c < 127) putchar(c);
        else printf("\\x%02x", c);
    }
    printf("\"\n");
}

// All that comes within a while; the other side may be a little late.
static ssize_t collect(int fd, char *to, size_t size) {
    size_t n = 0;
    struct pollfd p = {fd, POLLIN, 0};
    while (n < size && poll(&p, 1, 60) > 0 && (p.revents & POLLIN)) {
        ssize_t r = read(fd, to + n, size - n);
        if (r <= 0) return n > 0 ? (ssize_t)n : r;
        n += r;
    }
    return n;
}

static void show_all(const char *what, int fd) {
    static char buffer[65536];
    ssize_t n = collect(fd, buffer, sizeof buffer);
    show(what, buffer, n);
}

// Types at the master, and lets the line take it.
static void type(const char *text, size_t n) {
    if (write(master, text, n) != (ssize_t)n) printf("short write: %s\n", strerrorname_np(errno));
    struct pollfd p = {slave, POLLIN, 0};
    poll(&p, 1, 30);
}

static void modes(tcflag_t i, tcflag_t o, tcflag_t l) {
    struct termios t;
    tcgetattr(slave, &t);
    t.c_iflag = i, t.c_oflag = o, t.c_lflag = l;
    if (tcsetattr(slave, TCSANOW, &t) != 0) printf("tcsetattr: %s\n", strerrorname_np(errno));
}

// Reads what is there without waiting.
static void read_now(const char *what, int fd, size_t size) {
    static char buffer[65536];
    fcntl(fd, F_SETFL, O_RDWR | O_NONBLOCK);
    ssize_t n = read(fd, buffer, size);
    show(what, buffer, n);
    fcntl(fd, F_SETFL, O_RDWR);
}
