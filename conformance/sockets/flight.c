// Files in flight: sockets that lie only in each other's queues are collected, long chains of them end, and nobody sends more files than
// may be open. Descriptors of the sender's process, groups and credentials of the other end.
#define _GNU_SOURCE
#include "lib/check.h"
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef SO_PEERPIDFD
#define SO_PEERPIDFD 77
#endif
#ifndef SO_PASSPIDFD
#define SO_PASSPIDFD 76
#endif

static long give(int to, const int *fds, int n)
{
    char control[CMSG_SPACE(16 * sizeof(int))] = {0}, byte = 'x';
    struct iovec part = {&byte, 1};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = control, .msg_controllen = CMSG_SPACE(n * sizeof(int))};
    struct cmsghdr *head = CMSG_FIRSTHDR(&message);
    head->cmsg_level = SOL_SOCKET;
    head->cmsg_type = SCM_RIGHTS;
    head->cmsg_len = CMSG_LEN(n * sizeof(int));
    memcpy(CMSG_DATA(head), fds, n * sizeof(int));
    return sendmsg(to, &message, MSG_DONTWAIT);
}

// A pipe's end is collected with the sockets it lies in: its other end hears of that. Collections begin when a socket closes.
static void ends(const char *what, int fd)
{
    struct pollfd p = {fd, POLLIN, 0};
    for (int i = 0; i < 200 && p.revents == 0; i++) {
        int pair[2];
        REQUIRE(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
        close(pair[0]);
        close(pair[1]);
        poll(&p, 1, 50);
    }
    printf("%s: %s\n", what, p.revents & POLLHUP ? "closed" : "open");
    close(fd);
}

static void cycles(void)
{
    int a[2], b[2], pipe_ends[2];
    REQUIRE(pipe(pipe_ends) == 0 && socketpair(AF_UNIX, SOCK_STREAM, 0, a) == 0);
    int own[] = {a[1], pipe_ends[1]};
    REQUIRE(give(a[0], own, 2) == 1);
    close(a[0]), close(a[1]), close(pipe_ends[1]);
    ends("in its own queue", pipe_ends[0]);

    REQUIRE(pipe(pipe_ends) == 0 && socketpair(AF_UNIX, SOCK_DGRAM, 0, a) == 0 && socketpair(AF_UNIX, SOCK_SEQPACKET, 0, b) == 0);
    int first[] = {a[0], a[1], pipe_ends[1]}, second[] = {b[0], b[1]};
    REQUIRE(give(b[0], first, 3) == 1 && give(a[0], second, 2) == 1);
    close(a[0]), close(a[1]), close(b[0]), close(b[1]), close(pipe_ends[1]);
    ends("in each other's", pipe_ends[0]);

    // As long as one of them can be reached nothing is lost.
    char byte;
    REQUIRE(pipe(pipe_ends) == 0 && socketpair(AF_UNIX, SOCK_STREAM, 0, a) == 0 && socketpair(AF_UNIX, SOCK_STREAM, 0, b) == 0);
    int third[] = {b[0], b[1]}, fourth[] = {pipe_ends[1]};
    REQUIRE(give(b[0], fourth, 1) == 1 && give(a[0], third, 2) == 1);
    close(b[0]), close(b[1]), close(pipe_ends[1]);
    struct pollfd p = {pipe_ends[0], POLLIN, 0};
    close(socket(AF_UNIX, SOCK_STREAM, 0));
    printf("in one that is open: %s\n", poll(&p, 1, 300) == 0 ? "open" : "closed");
    char control[64];
    struct iovec part = {&byte, 1};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
    printf("taken out: %zd", recvmsg(a[1], &message, 0));
    int *taken = (int *)CMSG_DATA(CMSG_FIRSTHDR(&message));
    printf(" %zd\n", recv(taken[1], &byte, 1, 0));
    close(a[0]), close(a[1]), close(taken[0]), close(taken[1]);
    ends("and closed", pipe_ends[0]);
}

static void chain(void)
{
    int before[2] = {-1, -1}, next[2], pipe_ends[2];
    REQUIRE(pipe(pipe_ends) == 0 && socketpair(AF_UNIX, SOCK_STREAM, 0, before) == 0);
    REQUIRE(give(before[0], pipe_ends + 1, 1) == 1);
    close(pipe_ends[1]);
    for (int i = 0; i < 3000; i++) {
        REQUIRE(socketpair(AF_UNIX, SOCK_STREAM, 0, next) == 0);
        if (give(next[0], before, 2) != 1)
            break;
        close(before[0]), close(before[1]);
        memcpy(before, next, sizeof next);
    }
    close(before[0]), close(before[1]);
    ends("a chain", pipe_ends[0]);
}

static void bomb(void)
{
    struct rlimit limit = {64, 64};
    if (fork() == 0) {
        int pair[2], many[10], sent = 0;
        REQUIRE(setresuid(12345, 12345, 12345) == 0 || errno == EPERM);
        setrlimit(RLIMIT_NOFILE, &limit);
        REQUIRE(socketpair(AF_UNIX, SOCK_DGRAM, 0, pair) == 0);
        for (int i = 0; i < 10; i++)
            many[i] = 1;
        while (give(pair[0], many, 10) == 1)
            sent += 10;
        printf("sent %d, then %s\n", sent, strerrorname_np(errno));
        fflush(stdout);
        _exit(0);
    }
    wait(0);
}

static int is_process(int fd)
{
    return fd >= 0 && syscall(SYS_pidfd_send_signal, fd, 0, 0, 0) == 0;
}

static void peers(void)
{
    int pair[2], fd = -1, on = 1;
    char control[256], byte;
    socklen_t size = sizeof fd;
    struct ucred who;
    gid_t groups[64];
    REQUIRE(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair) == 0);
    int r = getsockopt(pair[0], SOL_SOCKET, SO_PEERPIDFD, &fd, &size);
    printf("SO_PEERPIDFD %d size %u process %d\n", r, size, is_process(fd));
    size = sizeof who;
    REQUIRE(getsockopt(pair[0], SOL_SOCKET, SO_PEERCRED, &who, &size) == 0);
    printf("SO_PEERCRED %d %d\n", who.pid == getpid(), who.uid == geteuid());
    size = sizeof groups;
    r = getsockopt(pair[0], SOL_SOCKET, SO_PEERGROUPS, groups, &size);
    printf("SO_PEERGROUPS %d %d\n", r, (int)(size / sizeof(gid_t)) == getgroups(0, 0));
    int inet = socket(AF_INET, SOCK_STREAM, 0);
    size = sizeof fd;
    r = getsockopt(inet, SOL_SOCKET, SO_PEERGROUPS, groups, &size);
    printf("of TCP %s\n", r < 0 ? strerrorname_np(errno) : "well");
    printf("SO_PASSPIDFD %d\n", setsockopt(pair[1], SOL_SOCKET, SO_PASSPIDFD, &on, sizeof on));
    REQUIRE(send(pair[0], "x", 1, 0) == 1);
    struct iovec part = {&byte, 1};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
    REQUIRE(recvmsg(pair[1], &message, 0) == 1);
    for (struct cmsghdr *head = CMSG_FIRSTHDR(&message); head; head = CMSG_NXTHDR(&message, head))
        printf(" level %d type %d length %zu process %d\n", head->cmsg_level, head->cmsg_type, (size_t)head->cmsg_len, is_process(*(int *)CMSG_DATA(head)));
}

int main(void)
{
    cycles();
    chain();
    bomb();
    peers();
    return 0;
}
