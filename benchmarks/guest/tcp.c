// group: process
// TCP over the loopback: a byte there and back between two processes, 64 KiB at a time, connections that are made and closed.
// With a second argument one half alone: "serve" for ever, or an address of who serves; so zones are measured against each other.
#include "bench.h"
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PORT = 7777 };

static char block[1 << 16];

static int made(int listens, const char *host)
{
    struct sockaddr_in name = { .sin_family = AF_INET, .sin_port = htons(PORT) };
    int one = 1, s = socket(AF_INET, SOCK_STREAM, 0);
    inet_pton(AF_INET, host, &name.sin_addr);
    setsockopt(s, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (listens ? bind(s, (struct sockaddr *)&name, sizeof name) != 0 || listen(s, 512) != 0 : connect(s, (struct sockaddr *)&name, sizeof name) != 0) {
        perror(host);
        _exit(1);
    }
    return s;
}

// The first byte of a connection says what it is for.
static void serve(int listener)
{
    for (;;) {
        char c = 0;
        int s = accept(listener, 0, 0), one = 1;
        if (s < 0 || read(s, &c, 1) != 1) {
            close(s);
            continue;
        }
        setsockopt(s, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        if (c == 'e')
            while (read(s, &c, 1) == 1 && write(s, &c, 1) == 1)
                ;
        else if (c == 'd') {
            while (read(s, block, sizeof block) > 0)
                ;
            if (write(s, &c, 1) != 1)
                _exit(1);
        }
        close(s);
    }
}

int main(int argc, char **argv)
{
    const char *host = argc > 2 ? argv[2] : "127.0.0.1";
    char c = 'e';
    pid_t child = 0;
    if (argc > 2 && strcmp(host, "serve") == 0)
        serve(made(1, "0.0.0.0"));
    if (argc <= 2) {
        int listener = made(1, host);
        if ((child = fork()) == 0)
            serve(listener);
        close(listener);
    }
    long rounds = scaled(argc, argv, 40000), blocks = scaled(argc, argv, 8000), connections = scaled(argc, argv, 4000);
    int s = made(0, host);
    if (write(s, &c, 1) != 1)
        return 1;
    double started = now_ns();
    for (long r = 0; r < rounds; r++)
        if (write(s, &c, 1) != 1 || read(s, &c, 1) != 1)
            return 1;
    report("tcp-round-trip", started, (double)rounds);
    close(s);

    s = made(0, host);
    c = 'd';
    if (write(s, &c, 1) != 1)
        return 1;
    started = now_ns();
    for (long b = 0; b < blocks; b++)
        for (size_t at = 0; at < sizeof block;) {
            ssize_t n = write(s, block + at, sizeof block - at);
            if (n <= 0)
                return 1;
            at += (size_t)n;
        }
    shutdown(s, SHUT_WR);
    if (read(s, &c, 1) != 1)
        return 1;
    report("tcp-64k", started, (double)blocks);
    close(s);

    started = now_ns();
    for (long n = 0; n < connections; n++) {
        s = made(0, host);
        c = 'c';
        // The other end closes first, and keeps what lingers; who asks has its port back.
        if (write(s, &c, 1) != 1 || read(s, &c, 1) != 0)
            return 1;
        close(s);
    }
    report("tcp-connect-close", started, (double)connections);
    if (child > 0) {
        kill(child, SIGKILL);
        waitpid(child, 0, 0);
    }
    return 0;
}
