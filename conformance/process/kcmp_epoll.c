// kcmp(2), KCMP_EPOLL_TFD: which open file an epoll set watches.
#include "lib/check.h"
#include <fcntl.h>
#include <linux/kcmp.h>
#include <sys/epoll.h>
#include <sys/syscall.h>

static long compare(int fd, int set, int number, int offset)
{
    struct kcmp_epoll_slot slot = { .efd = (unsigned)set, .tfd = (unsigned)number, .toff = (unsigned)offset };
    long result = syscall(SYS_kcmp, getpid(), getpid(), KCMP_EPOLL_TFD, fd, &slot);
    // The order of different files has no meaning.
    return result > 0 ? 1 : result;
}

int main(void)
{
    int set = epoll_create1(0), first[2], second[2];
    REQUIRE(set >= 0 && pipe(first) == 0 && pipe(second) == 0);
    struct epoll_event event = { .events = EPOLLIN };
    REQUIRE(epoll_ctl(set, EPOLL_CTL_ADD, first[0], &event) == 0);
    SHOW(compare(first[0], set, first[0], 0));
    SHOW(compare(dup(first[0]), set, first[0], 0));
    SHOW(compare(second[0], set, first[0], 0));
    SHOW(compare(first[0], set, second[0], 0));
    SHOW(compare(first[0], set, first[0], 1));
    // The number of a descriptor is used again while its file is still watched.
    int kept = dup(first[0]);
    REQUIRE(dup2(second[0], first[0]) == first[0]);
    REQUIRE(epoll_ctl(set, EPOLL_CTL_ADD, first[0], &event) == 0);
    SHOW((compare(kept, set, first[0], 0) == 0) + (compare(kept, set, first[0], 1) == 0));
    SHOW((compare(second[0], set, first[0], 0) == 0) + (compare(second[0], set, first[0], 1) == 0));
    SHOW(compare(kept, set, first[0], 2));
    SHOW(compare(99, set, first[0], 0));
    SHOW(compare(kept, 99, first[0], 0));
    SHOW(compare(kept, kept, first[0], 0));
    SHOW(syscall(SYS_kcmp, getpid(), getpid(), KCMP_EPOLL_TFD, kept, 1L));
    return 0;
}
