// epoll_wait(2) with more ready descriptors than anybody expects: all are told at once, as many as there is room for.
#define _GNU_SOURCE
#include "lib/check.h"
#include <sys/epoll.h>
#include <sys/eventfd.h>

int main(void)
{
    enum { MANY = 300 };
    static struct epoll_event found[1000];
    static int fds[MANY], seen[MANY];
    int set = epoll_create1(0);
    for (int i = 0; i < MANY; i++) {
        struct epoll_event e = {i % 3 == 2 ? EPOLLIN | EPOLLET : EPOLLIN | EPOLLOUT, {.u32 = i}};
        REQUIRE((fds[i] = eventfd(i % 3 == 1 ? 0 : 1, 0)) >= 0 && epoll_ctl(set, EPOLL_CTL_ADD, fds[i], &e) == 0);
    }
    int rooms[] = {1000, 1000, 10, 64, 65, 300, 128, 1};
    for (int r = 0; r < 8; r++) {
        int n = epoll_wait(set, found, rooms[r], 0), twice = 0, both = 0;
        memset(seen, 0, sizeof seen);
        for (int i = 0; i < n; i++) {
            twice += seen[found[i].data.u32]++ > 0;
            both += found[i].events == (EPOLLIN | EPOLLOUT);
        }
        printf("room %d: %d, %d twice, %d for both\n", rooms[r], n, twice, rooms[r] >= 300 ? both : 0);
    }
    SHOW(epoll_wait(set, (void *)16, 500, 0));
    return 0;
}
