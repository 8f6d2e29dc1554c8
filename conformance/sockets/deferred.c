// TCP_DEFER_ACCEPT: accept(2) hears of a connection when it says something, ends, or has been silent for long enough.
// timeout: 20
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static struct sockaddr_in where;

static int ready(int fd, int ms)
{
    struct pollfd p = { fd, POLLIN, 0 };
    return poll(&p, 1, ms);
}

static int listener(int seconds)
{
    socklen_t length = sizeof where;
    int fd = socket(AF_INET, SOCK_STREAM, 0), value = 0;
    memset(&where, 0, sizeof where);
    where.sin_family = AF_INET;
    where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (bind(fd, (void *)&where, sizeof where) || setsockopt(fd, IPPROTO_TCP, TCP_DEFER_ACCEPT, &seconds, sizeof seconds) || listen(fd, 8))
        return -1;
    getsockname(fd, (void *)&where, &length);
    length = sizeof value;
    getsockopt(fd, IPPROTO_TCP, TCP_DEFER_ACCEPT, &value, &length);
    printf("deferred for %d: %d\n", seconds, value);
    return fd;
}

static int client(void)
{
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    return connect(fd, (void *)&where, sizeof where) ? -1 : fd;
}

// A listener goes while a connection is silent: its other end hears of it when it speaks, or ends.
static void forsaken(int seconds)
{
    char text[8];
    int fd = listener(seconds), one = client(), two = client(), error = 0;
    socklen_t length = sizeof error;
    struct sockaddr_in there = where;
    close(fd);
    struct pollfd both[] = { { one, POLLIN | POLLOUT, 0 }, { two, POLLIN | POLLOUT, 0 } };
    printf("the listener is gone: %d", poll(both, 2, 200));
    printf(" %#x %#x\n", both[0].revents, both[1].revents);
    ssize_t got = recv(one, text, sizeof text, MSG_DONTWAIT);
    printf("recv %zd, %s\n", got, strerror(errno));
    fd = socket(AF_INET, SOCK_STREAM, 0);
    printf("the port is free: %d\n", bind(fd, (void *)&there, sizeof there));
    printf("send %zd\n", send(one, "abc", 3, 0));
    printf("has spoken: ready %d\n", ready(one, 2000));
    getsockopt(one, SOL_SOCKET, SO_ERROR, &error, &length);
    got = send(one, "abc", 3, 0);
    printf("error %s, send %zd, recv %zd\n", strerror(error), got, recv(one, text, sizeof text, 0));
    printf("shutdown %d\n", shutdown(two, SHUT_WR));
    printf("has ended: ready %d\n", ready(two, 2000));
    got = recv(two, text, sizeof text, 0);
    printf("recv %zd, %s\n", got, strerror(errno));
    close(fd);
    close(one);
    close(two);
}

int main(void)
{
    char text[8];
    signal(SIGPIPE, SIG_IGN);
    int values[] = { -1, 0, 1, 2, 3, 4, 7, 8, 200, 100000 };
    for (unsigned i = 0; i < sizeof values / sizeof *values; i++)
        close(listener(values[i]));

    int fd = listener(10), one = client();
    printf("silent: ready %d\n", ready(fd, 100));
    printf("send %zd\n", send(one, "abc", 3, 0));
    printf("has spoken: ready %d\n", ready(fd, 2000));
    int end = accept(fd, 0, 0);
    printf("recv %zd\n", recv(end, text, sizeof text, 0));
    close(end);
    close(one);

    one = client();
    close(one);
    printf("has ended: ready %d\n", ready(fd, 2000));
    end = accept(fd, 0, 0);
    printf("recv %zd\n", recv(end, text, sizeof text, 0));
    close(end);

    struct linger abort = { 1, 0 };
    one = client();
    setsockopt(one, SOL_SOCKET, SO_LINGER, &abort, sizeof abort);
    close(one);
    printf("was reset: ready %d\n", ready(fd, 100));

    one = client();
    int two = client();
    send(two, "2", 1, 0);
    printf("the second speaks: ready %d\n", ready(fd, 2000));
    end = accept(fd, 0, 0);
    printf("recv %zd\n", recv(end, text, sizeof text, 0));
    printf("the first is silent: ready %d\n", ready(fd, 100));
    close(fd);
    forsaken(10);

    fd = listener(1);
    one = client();
    printf("silent at first: ready %d\n", ready(fd, 300));
    printf("silent for long: ready %d\n", ready(fd, 5000));
    end = accept(fd, 0, 0);
    printf("send %zd\n", send(end, "x", 1, 0));
    printf("recv %zd\n", recv(one, text, sizeof text, 0));
    return 0;
}
