// Connected pairs of local sockets: streams, datagrams, sequenced packets; readiness, ends, options, waiting.
// flags: -pthread
#define _GNU_SOURCE
#include "lib/check.h"
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <time.h>

static int ends[2];
static char text[300000];
static volatile sig_atomic_t pipes;

static void count_pipe(int signo) { (void)signo, pipes++; }

static void pair(int type)
{
    REQUIRE(socketpair(AF_UNIX, type, 0, ends) == 0);
    printf("-- type %d\n", type);
}

static void unpair(void) { close(ends[0]), close(ends[1]); }

static void ready(const char *when)
{
    struct pollfd both[2] = {{ends[0], -1 & ~POLLNVAL & 0x7fff, 0}, {ends[1], -1 & ~POLLNVAL & 0x7fff, 0}};
    int n = poll(both, 2, 0);
    printf("%s: %d ready, %#x %#x\n", when, n, both[0].revents, both[1].revents);
}

static int waiting(int fd)
{
    int n = -1;
    return ioctl(fd, FIONREAD, &n) < 0 ? -errno : n;
}

static void basics(int type)
{
    struct stat status;
    pair(type);
    REQUIRE(fstat(ends[0], &status) == 0);
    printf("mode %o size %ld\n", status.st_mode, (long)status.st_size);
    ready("new");
    SHOW(write(ends[0], "one", 3));
    SHOW(send(ends[0], "second", 6, 0));
    ready("two sent");
    SHOW(waiting(ends[1]));
    memset(text, '.', 20);
    SHOW(recv(ends[1], text, 2, MSG_PEEK));
    SHOW(recv(ends[1], text, 20, MSG_PEEK | MSG_TRUNC));
    printf("%.10s\n", text);
    SHOW(recv(ends[1], text, 2, MSG_TRUNC));
    SHOW(read(ends[1], text, 20));
    printf("%.10s\n", text);
    SHOW(recv(ends[1], text, 20, MSG_DONTWAIT));
    SHOW(waiting(ends[1]));
    SHOW(send(ends[0], "", 0, 0));
    SHOW(recv(ends[1], text, 20, MSG_DONTWAIT));
    SHOW(send(ends[0], (void *)16, 3, 0));
    SHOW(send(ends[0], "both", 4, 0));
    SHOW(recv(ends[1], (void *)16, 4, 0));
    SHOW(recv(ends[1], text, 4, MSG_DONTWAIT));
    SHOW(lseek(ends[0], 0, SEEK_CUR));
    SHOW(pread(ends[0], text, 1, 0));
    unpair();
}

static void ends_of(int type)
{
    pair(type);
    write(ends[0], "left", 4);
    SHOW(shutdown(ends[0], SHUT_WR));
    ready("one way shut");
    SHOW(send(ends[0], "x", 1, MSG_NOSIGNAL));
    SHOW(read(ends[1], text, 20));
    SHOW(recv(ends[1], text, 20, MSG_DONTWAIT));
    SHOW(send(ends[1], "back", 4, 0));
    SHOW(shutdown(ends[0], SHUT_RD));
    ready("both ways shut");
    SHOW(recv(ends[0], text, 20, MSG_DONTWAIT));
    SHOW(recv(ends[0], text, 20, MSG_DONTWAIT));
    pipes = 0;
    SHOW(send(ends[1], "x", 1, 0));
    SHOW(write(ends[1], "x", 1));
    printf("SIGPIPE came %d times\n", pipes);
    SHOW(shutdown(ends[0], 3));
    unpair();
    pair(type);
    write(ends[1], "unread", 6);
    close(ends[1]);
    ends[1] = dup(ends[0]);
    ready("closed with nothing unread");
    SHOW(read(ends[0], text, 20));
    SHOW(recv(ends[0], text, 20, MSG_DONTWAIT));
    SHOW(send(ends[0], "x", 1, MSG_NOSIGNAL));
    unpair();
    pair(type);
    write(ends[0], "unread", 6);
    close(ends[1]);
    ends[1] = dup(ends[0]);
    ready("closed with something unread");
    SHOW(recv(ends[0], text, 20, MSG_DONTWAIT));
    SHOW(recv(ends[0], text, 20, MSG_DONTWAIT));
    SHOW(send(ends[0], "x", 1, MSG_NOSIGNAL));
    unpair();
}

static int number(int option)
{
    int value = -1;
    socklen_t length = sizeof value;
    return getsockopt(ends[0], SOL_SOCKET, option, &value, &length) < 0 ? -errno : value;
}

static void options(int type)
{
    struct ucred who;
    socklen_t length = sizeof who;
    struct timeval soon = {0, 20000};
    struct sockaddr_un name;
    pair(type);
    SHOW(number(SO_TYPE));
    SHOW(number(SO_ERROR));
    SHOW(number(SO_DOMAIN));
    SHOW(number(SO_PROTOCOL));
    SHOW(number(SO_ACCEPTCONN));
    SHOW(number(SO_SNDBUF));
    SHOW(number(SO_RCVBUF));
    int small = 1;
    SHOW(setsockopt(ends[0], SOL_SOCKET, SO_SNDBUF, &small, sizeof small));
    SHOW(number(SO_SNDBUF));
    SHOW(setsockopt(ends[0], SOL_SOCKET, SO_SNDBUF, &small, 2));
    SHOW(getsockopt(ends[0], SOL_SOCKET, SO_PEERCRED, &who, &length));
    printf("made by us %d, uid %d gid %d, %d bytes\n", who.pid == getpid(), who.uid, who.gid, length);
    SHOW(setsockopt(ends[1], SOL_SOCKET, SO_RCVTIMEO, &soon, sizeof soon));
    SHOW(recv(ends[1], text, 1, 0));
    soon.tv_usec = 1000000;
    SHOW(setsockopt(ends[1], SOL_SOCKET, SO_RCVTIMEO, &soon, sizeof soon));
    length = sizeof name;
    SHOW(getsockname(ends[0], (void *)&name, &length));
    printf("family %d length %d\n", name.sun_family, length);
    length = sizeof name;
    SHOW(getpeername(ends[0], (void *)&name, &length));
    printf("family %d length %d\n", name.sun_family, length);
    length = 77;
    SHOW(recvfrom((write(ends[0], "x", 1), ends[1]), text, 1, 0, (void *)&name, &length));
    printf("length %d\n", length);
    unpair();
}

static void *drain(void *fd)
{
    long sum = 0;
    struct timespec pause = {0, 100000};
    for (long n; (n = read((long)fd, text, 7000)) > 0; sum += n)
        nanosleep(&pause, 0);
    return (void *)sum;
}

// A writer that waits for room, a reader that waits for data, and all of it in order.
static void waits(void)
{
    static char out[1 << 20];
    pthread_t thread;
    void *sum;
    pair(SOCK_STREAM);
    REQUIRE(pthread_create(&thread, 0, drain, (void *)(long)ends[1]) == 0);
    SHOW(write(ends[0], out, sizeof out));
    SHOW(send(ends[0], out, 100000, 0));
    shutdown(ends[0], SHUT_WR);
    pthread_join(thread, &sum);
    printf("%ld came\n", (long)sum);
    unpair();
    pair(SOCK_STREAM);
    if (fork() == 0) {
        for (int i = 0; i < 1000; i++)
            write(ends[0], "0123456789", 10), i % 100 || usleep(1000);
        _exit(0);
    }
    close(ends[0]);
    SHOW(recv(ends[1], out, 9000, MSG_WAITALL));
    SHOW(recv(ends[1], out, 9000, MSG_WAITALL));
    close(ends[1]);
    pair(SOCK_DGRAM);
    fcntl(ends[0], F_SETFL, O_NONBLOCK);
    int sent = 0;
    while (send(ends[0], out, 1000, 0) == 1000)
        sent++;
    printf("full: %s, more than 100 %d\n", strerrorname_np(errno), sent > 100);
    ready("full");
    for (int i = 0; i < sent; i++)
        REQUIRE(recv(ends[1], out, 2000, 0) == 1000);
    ready("empty");
    SHOW(send(ends[0], out, sizeof out, 0));
    unpair();
}

int main(void)
{
    struct sigaction action = {.sa_handler = count_pipe};
    sigaction(SIGPIPE, &action, 0);
    setbuf(stdout, 0);
    int types[] = {SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET};
    for (int i = 0; i < 3; i++)
        basics(types[i]), ends_of(types[i]), options(types[i]);
    waits();
    SHOW(socketpair(AF_INET, SOCK_STREAM, 0, ends));
    SHOW(socketpair(AF_UNIX, 9, 0, ends));
    SHOW(socketpair(AF_UNIX, SOCK_STREAM, 7, ends));
    SHOW(socketpair(AF_UNIX, SOCK_STREAM | 0x10, 0, ends));
    SHOW(socketpair(AF_UNIX, SOCK_STREAM, 0, (int *)16));
    return 0;
}
