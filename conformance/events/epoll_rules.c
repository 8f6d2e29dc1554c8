// epoll(7): exclusive registrations wake one, what epoll_ctl(2) refuses, nested sets, one-shot and edges; what select(2) leaves of its time.
// flags: -pthread
#define _GNU_SOURCE
#include "lib/check.h"
#include <fcntl.h>
#include <pthread.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>

static int event, woken;

static int add(int set, int op, int fd, unsigned events)
{
    struct epoll_event e = {events, {.fd = fd}};
    return epoll_ctl(set, op, fd, &e);
}

static void *waits(void *exclusive)
{
    int set = epoll_create1(0);
    struct epoll_event e;
    REQUIRE(add(set, EPOLL_CTL_ADD, event, EPOLLIN | (exclusive ? EPOLLEXCLUSIVE : 0)) == 0);
    if (epoll_wait(set, &e, 1, 400) == 1)
        __atomic_add_fetch(&woken, 1, __ATOMIC_SEQ_CST);
    return NULL;
}

static void herd(int exclusive)
{
    pthread_t t[5];
    uint64_t one = 1;
    woken = 0;
    event = eventfd(0, EFD_NONBLOCK);
    for (int i = 0; i < 5; i++)
        pthread_create(&t[i], NULL, waits, (void *)(long)exclusive);
    usleep(150000);
    write(event, &one, 8);
    for (int i = 0; i < 5; i++)
        pthread_join(t[i], NULL);
    printf("exclusive %d: %s\n", exclusive, exclusive ? woken < 5 && woken > 0 ? "not all" : "wrong" : woken == 5 ? "all" : "wrong");
    close(event);
}

static long left(struct timeval *t)
{
    return t->tv_sec * 1000000 + t->tv_usec;
}

int main(void)
{
    herd(0);
    herd(1);
    int set = epoll_create1(0), inner = epoll_create1(0), fd = eventfd(0, EFD_NONBLOCK), s[2], file = open("/etc/passwd", O_RDONLY);
    struct epoll_event e[4];
    SHOW(add(set, EPOLL_CTL_ADD, fd, EPOLLIN | EPOLLEXCLUSIVE | EPOLLET));
    SHOW(add(set, EPOLL_CTL_MOD, fd, EPOLLIN));
    SHOW(add(set, EPOLL_CTL_MOD, fd, EPOLLIN | EPOLLEXCLUSIVE));
    SHOW(add(set, EPOLL_CTL_DEL, fd, EPOLLIN | EPOLLEXCLUSIVE));
    SHOW(add(set, EPOLL_CTL_ADD, fd, EPOLLIN));
    SHOW(add(set, EPOLL_CTL_MOD, fd, EPOLLIN | EPOLLEXCLUSIVE));
    SHOW(add(set, EPOLL_CTL_ADD, inner, EPOLLIN | EPOLLEXCLUSIVE));
    SHOW(add(inner, EPOLL_CTL_ADD, fd, EPOLLIN | EPOLLEXCLUSIVE | EPOLLONESHOT));
    SHOW(add(inner, EPOLL_CTL_ADD, fd, EPOLLIN | EPOLLEXCLUSIVE | EPOLLRDHUP));
    SHOW(add(set, EPOLL_CTL_ADD, set, EPOLLIN));
    SHOW(add(set, EPOLL_CTL_ADD, file, EPOLLIN));
    SHOW(add(set, EPOLL_CTL_ADD, fd, EPOLLIN));
    SHOW(add(set, EPOLL_CTL_ADD, inner, EPOLLIN));
    SHOW(add(inner, EPOLL_CTL_ADD, set, EPOLLIN));
    SHOW(add(set, 9, fd, EPOLLIN));
    SHOW(add(fd, EPOLL_CTL_ADD, set, EPOLLIN));
    SHOW(add(set, EPOLL_CTL_ADD, 99, EPOLLIN));
    SHOW(add(99, EPOLL_CTL_ADD, fd, EPOLLIN));
    SHOW(epoll_ctl(set, EPOLL_CTL_MOD, fd, NULL));
    SHOW(epoll_ctl(set, EPOLL_CTL_DEL, fd, NULL));
    SHOW(epoll_ctl(set, EPOLL_CTL_DEL, fd, NULL));
    int chain[6];
    for (int i = 0; i < 6; i++)
        chain[i] = epoll_create1(0);
    for (int i = 0; i < 5; i++)
        SHOW(add(chain[i + 1], EPOLL_CTL_ADD, chain[i], EPOLLIN));

    uint64_t one = 1;
    SHOW(add(inner, EPOLL_CTL_ADD, fd, EPOLLIN | EPOLLONESHOT));
    write(fd, &one, 8);
    SHOW(epoll_wait(set, e, 4, 0));
    SHOW(epoll_wait(inner, e, 4, 0));
    SHOW(epoll_wait(inner, e, 4, 0));
    SHOW(epoll_wait(set, e, 4, 0));
    SHOW(add(inner, EPOLL_CTL_MOD, fd, EPOLLIN | EPOLLONESHOT));
    SHOW(epoll_wait(inner, e, 4, 0));
    SHOW(add(inner, EPOLL_CTL_MOD, fd, EPOLLIN | EPOLLET));
    SHOW(epoll_wait(inner, e, 4, 0));
    SHOW(epoll_wait(inner, e, 4, 0));
    write(fd, &one, 8);
    SHOW(epoll_wait(inner, e, 4, 0));
    SHOW(epoll_wait(inner, e, 4, 0));
    REQUIRE(socketpair(AF_UNIX, SOCK_STREAM, 0, s) == 0);
    SHOW(add(set, EPOLL_CTL_ADD, s[0], EPOLLIN | EPOLLRDHUP));
    shutdown(s[1], SHUT_WR);
    SHOW(epoll_wait(set, e, 4, 0));
    printf("%x\n", e[0].events);
    close(s[1]);
    SHOW(epoll_wait(set, e, 4, 0));
    printf("%x\n", e[0].events);
    SHOW(epoll_wait(set, e, 0, 0));
    SHOW(epoll_wait(fd, e, 1, 0));

    struct timeval t = {5, 0};
    fd_set r;
    FD_ZERO(&r);
    FD_SET(fd, &r);
    SHOW(select(fd + 1, &r, NULL, NULL, &t));
    SHOW(left(&t) > 4000000 && left(&t) <= 5000000);
    t = (struct timeval){0, 20000};
    SHOW(select(0, NULL, NULL, NULL, &t));
    SHOW(left(&t));
    struct timespec ts = {5, 0};
    SHOW(syscall(SYS_pselect6, fd + 1, &r, NULL, NULL, &ts, NULL));
    SHOW(ts.tv_sec == 4);
    return 0;
}
