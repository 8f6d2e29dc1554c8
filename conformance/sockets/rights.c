// Open files and credentials that are sent along with messages between local sockets.
#define _GNU_SOURCE
#include "lib/check.h"
#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/wait.h>

static int ends[2];
static char text[100];

static long give(const void *bytes, size_t count, const int *fds, int n)
{
    char control[CMSG_SPACE(300 * sizeof(int))] = {0};
    struct iovec part = {(void *)bytes, count};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = control, .msg_controllen = CMSG_SPACE(n * sizeof(int))};
    struct cmsghdr *head = CMSG_FIRSTHDR(&message);
    head->cmsg_level = SOL_SOCKET;
    head->cmsg_type = SCM_RIGHTS;
    head->cmsg_len = CMSG_LEN(n * sizeof(int));
    memcpy(CMSG_DATA(head), fds, n * sizeof(int));
    return sendmsg(ends[0], &message, 0);
}

static void take(size_t count, size_t room, int flags)
{
    char control[1024] = {0};
    struct iovec parts[2] = {{text, 2}, {text + 2, count - 2}};
    struct msghdr message = {.msg_iov = parts, .msg_iovlen = 2, .msg_control = room ? control : 0, .msg_controllen = room};
    memset(text, 0, sizeof text);
    errno = 0;
    long n = recvmsg(ends[1], &message, flags);
    printf("recvmsg %ld %s \"%s\" flags %#x control %zu\n", n, n < 0 ? strerrorname_np(errno) : "", text, message.msg_flags, message.msg_controllen);
    if (n < 0)
        return;
    for (struct cmsghdr *head = CMSG_FIRSTHDR(&message); head; head = CMSG_NXTHDR(&message, head)) {
        printf(" level %d type %d length %zu:", head->cmsg_level, head->cmsg_type, (size_t)head->cmsg_len);
        int *values = (int *)CMSG_DATA(head), many = (head->cmsg_len - CMSG_LEN(0)) / 4;
        for (int i = 0; i < many; i++)
            if (head->cmsg_type == SCM_RIGHTS) {
                printf(" fd %d cloexec %d", values[i], fcntl(values[i], F_GETFD));
                close(values[i]);
            } else {
                printf(" %d", i == 0 ? values[i] == getpid() : values[i]);
            }
        printf("\n");
    }
}

static void between_processes(void)
{
    int file = open("sent.txt", O_RDWR | O_CREAT | O_TRUNC, 0600), status;
    REQUIRE(file >= 0);
    if (fork() == 0) {
        char control[64];
        int fd;
        struct iovec part = {text, sizeof text};
        struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
        close(file);
        REQUIRE(recvmsg(ends[1], &message, 0) == 4);
        memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&message)), 4);
        SHOW(lseek(fd, 0, SEEK_CUR));
        SHOW(write(fd, "child", 5));
        fflush(stdout);
        _exit(0);
    }
    write(file, "parent ", 7);
    // The child's lines come first.
    long given = give("file", 4, &file, 1);
    wait(&status);
    SHOW(given);
    SHOW(pread(file, text, 20, 0));
    printf("%.12s\n", text);
    close(file);
}

// The end of a pipe stays open while it is on its way, and closes with the socket that nobody read from.
static void in_transit(void)
{
    int pipes[2], pair[2];
    REQUIRE(pipe(pipes) == 0);
    fcntl(pipes[0], F_SETFL, O_NONBLOCK);
    SHOW(give("x", 1, &pipes[1], 1));
    close(pipes[1]);
    SHOW(read(pipes[0], text, 1));
    SHOW(read(ends[1], text, 10));
    SHOW(read(pipes[0], text, 1));
    close(pipes[0]);
    REQUIRE(pipe(pipes) == 0 && socketpair(AF_UNIX, SOCK_DGRAM, 0, pair) == 0);
    fcntl(pipes[0], F_SETFL, O_NONBLOCK);
    int keep = ends[0];
    ends[0] = pair[0];
    SHOW(give("y", 1, &pipes[1], 1));
    ends[0] = keep;
    close(pipes[1]);
    SHOW(read(pipes[0], text, 1));
    close(pair[1]);
    SHOW(read(pipes[0], text, 1));
    close(pair[0]);
    close(pipes[0]);
}

static void run(int type)
{
    int three[300] = {0, 1, 2}, on = 1;
    REQUIRE(socketpair(AF_UNIX, type, 0, ends) == 0);
    printf("-- type %d\n", type);
    write(ends[0], "before", 6);
    SHOW(give("with", 4, three, 3));
    write(ends[0], "after", 5);
    take(50, 100, 0);
    take(50, 100, 0);
    take(50, 100, MSG_DONTWAIT);
    SHOW(give("some", 4, three, 3));
    take(3, CMSG_LEN(8), MSG_CMSG_CLOEXEC);
    take(50, 100, MSG_DONTWAIT);
    SHOW(give("none", 4, three, 3));
    take(50, 0, 0);
    SHOW(give("peek", 4, three, 1));
    take(50, 100, MSG_PEEK);
    take(50, 100, 0);
    SHOW(give("", 0, three, 1));
    take(50, 100, MSG_DONTWAIT);
    three[1] = 99;
    SHOW(give("bad", 3, three, 2));
    memset(three, 0, sizeof three);
    SHOW(give("many", 4, three, 253));
    SHOW(read(ends[1], text, 50));
    SHOW(give("more", 4, three, 254));
    between_processes();
    in_transit();
    SHOW(setsockopt(ends[1], SOL_SOCKET, SO_PASSCRED, &on, sizeof on));
    write(ends[0], "who", 3);
    SHOW(give("both", 4, three, 1));
    take(50, 200, 0);
    take(50, 200, MSG_DONTWAIT);
    take(50, 20, (write(ends[0], "cut", 3), 0));
    close(ends[0]), close(ends[1]);
}

int main(void)
{
    setbuf(stdout, 0);
    run(SOCK_STREAM);
    run(SOCK_DGRAM);
    run(SOCK_SEQPACKET);
    unlink("sent.txt");
    return 0;
}
