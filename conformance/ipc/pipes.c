// Pipes: capacity and its rules, pages and merging, packets, readiness, edges, hang-up, FIFOs.
// flags: -pthread
#define _GNU_SOURCE
#include "lib/check.h"
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/vfs.h>

static int p[2];
static char block[1 << 21];

static void fresh(int flags)
{
    if (p[0] > 0) {
        close(p[0]);
        close(p[1]);
    }
    REQUIRE(pipe2(p, flags | O_NONBLOCK) == 0);
}

static int events(int fd)
{
    struct pollfd one = {fd, POLLIN | POLLOUT | POLLRDNORM | POLLWRNORM, 0};
    poll(&one, 1, 0);
    return one.revents;
}

static int waiting(void)
{
    int n = 0;
    ioctl(p[0], FIONREAD, &n);
    return n;
}

static int fill(size_t size)
{
    int count = 0;
    while (write(p[1], block, size) == (ssize_t)size)
        count++;
    return count;
}

static void *open_writer(void *path)
{
    return (void *)(long)open(path, O_WRONLY);
}

static void *write_much(void *argument)
{
    (void)argument;
    return (void *)write(p[1], block, 300000);
}

static int edge(int set)
{
    struct epoll_event e[4];
    int n = epoll_wait(set, e, 4, 0);
    return n > 0 ? (int)e[0].events : n;
}

int main(void)
{
    setvbuf(stdout, NULL, _IONBF, 0);
    signal(SIGPIPE, SIG_IGN);
    int bad[2];
    SHOW(pipe2(bad, O_APPEND));
    SHOW(pipe((int *)8));
    fresh(0);
    SHOW(fcntl(p[0], F_GETPIPE_SZ));
    SHOW(fcntl(p[0], F_GETFL));
    SHOW(fcntl(p[1], F_GETFL));
    int none = open("/dev/null", O_RDWR);
    SHOW(fcntl(none, F_GETPIPE_SZ));
    SHOW(fcntl(none, F_SETPIPE_SZ, 8192));
    SHOW(fcntl(p[0], F_SETPIPE_SZ, 0));
    SHOW(fcntl(p[0], F_SETPIPE_SZ, 4097));
    SHOW(fcntl(p[0], F_SETPIPE_SZ, 100000));
    SHOW(fcntl(p[0], F_SETPIPE_SZ, 1 << 20));
    SHOW(fcntl(p[0], F_SETPIPE_SZ, -1));
    SHOW(fill(4096));
    SHOW(fcntl(p[1], F_SETPIPE_SZ, 65536));
    SHOW(read(p[0], block, 1 << 20));
    SHOW(fcntl(p[1], F_SETPIPE_SZ, 65536));
    struct stat st;
    fstat(p[0], &st);
    printf("mode %o size %ld blksize %ld nlink %ld\n", st.st_mode, (long)st.st_size, (long)st.st_blksize, (long)st.st_nlink);
    struct statfs sf;
    SHOW(fstatfs(p[0], &sf));
    printf("type %lx\n", (long)sf.f_type);
    char link[64], name[64] = {0};
    sprintf(link, "/proc/self/fd/%d", p[0]);
    readlink(link, name, 63);
    sprintf(link, "pipe:[%lu]", (long)st.st_ino);
    printf("name %d\n", strcmp(link, name));

    // Opened again by its name in /proc a pipe waits for nobody, even when all its writers, or readers, are gone.
    int again = (sprintf(link, "/proc/self/fd/%d", p[0]), write(p[1], "left", 4), close(p[1]), open(link, O_RDONLY));
    printf("again %d events %#x read %ld then %ld\n", again > 0, events(again), (long)read(again, name, 10), (long)read(again, name, 10));
    close(again);
    REQUIRE(pipe(p) == 0);
    sprintf(link, "/proc/self/fd/%d", p[1]);
    close(p[0]);
    again = open(link, O_WRONLY | O_NONBLOCK);
    printf("again %d events %#x\n", again > 0, events(again));
    SHOW(write(again, "x", 1));
    close(again);
    REQUIRE(pipe(p) == 0);

    static const int sizes[] = {1, 100, 1000, 2048, 2049, 3000, 4095, 4096, 4097, 5000, 65536, 70000};
    for (unsigned i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        fresh(0);
        int whole = fill(sizes[i]);
        printf("writes of %d: %d whole, %d bytes, events %x %x\n", sizes[i], whole, waiting(), events(p[0]), events(p[1]));
        printf(" then 1: %ld, read 1: %ld, events %x, then 1: %ld, ", (long)write(p[1], block, 1), (long)read(p[0], block, 1), events(p[1]), (long)write(p[1], block, 1));
        printf("read 4096: %ld, events %x, write 4096: %ld, left %d\n", (long)read(p[0], block, 4096), events(p[1]), (long)write(p[1], block, 4096), waiting());
        printf(" shrink: %d\n", fcntl(p[1], F_SETPIPE_SZ, 4096) < 0 ? errno : 0);
    }

    fresh(0);
    SHOW(write(p[1], block, 0));
    SHOW(read(p[0], block, 0));
    SHOW(read(p[0], block, 1));
    SHOW(write(p[1], (void *)8, 1));
    SHOW(write(p[1], "abc", 3));
    SHOW(read(p[0], (void *)8, 1));
    SHOW(waiting());
    SHOW(write(p[0], "x", 1));
    SHOW(read(p[1], block, 1));
    SHOW(lseek(p[0], 0, SEEK_CUR));
    SHOW(pread(p[0], block, 1, 0));
    SHOW(ftruncate(p[1], 0));
    SHOW(fsync(p[0]));

    fresh(O_DIRECT);
    SHOW(fcntl(p[1], F_GETFL));
    SHOW(write(p[1], "one", 3));
    SHOW(write(p[1], "three", 5));
    SHOW(write(p[1], block, 5000));
    SHOW(waiting());
    SHOW(read(p[0], block, 2));
    SHOW(read(p[0], block, 100));
    SHOW(read(p[0], block, 10000));
    SHOW(read(p[0], block, 10000));
    SHOW(read(p[0], block, 10000));
    SHOW(fcntl(p[1], F_SETFL, O_NONBLOCK));
    SHOW(write(p[1], "a", 1));
    SHOW(write(p[1], "b", 1));
    SHOW(read(p[0], block, 100));
    SHOW(fill(1));

    fresh(0);
    printf("events %x %x\n", events(p[0]), events(p[1]));
    int reader = epoll_create1(0), writer = epoll_create1(0);
    struct epoll_event e = {EPOLLIN | EPOLLET};
    epoll_ctl(reader, EPOLL_CTL_ADD, p[0], &e);
    e.events = EPOLLOUT | EPOLLET;
    epoll_ctl(writer, EPOLL_CTL_ADD, p[1], &e);
    SHOW(edge(reader));
    SHOW(edge(writer));
    SHOW(edge(writer));
    write(p[1], "a", 1);
    SHOW(edge(reader));
    SHOW(edge(reader));
    write(p[1], "b", 1);
    SHOW(edge(reader));
    SHOW(read(p[0], block, 1));
    SHOW(edge(reader));
    SHOW(fill(4096));
    SHOW(edge(writer));
    SHOW(read(p[0], block, 4095));
    SHOW(edge(writer));
    SHOW(read(p[0], block, 4096));
    SHOW(edge(writer));
    close(p[1]);
    SHOW(edge(reader));
    printf("events %x\n", events(p[0]));
    while (read(p[0], block, sizeof block) > 0)
        ;
    SHOW(read(p[0], block, 1));
    printf("events %x\n", events(p[0]));
    close(p[0]);
    p[0] = 0;
    fresh(0);
    close(p[0]);
    SHOW(write(p[1], "x", 1));
    printf("events %x\n", events(p[1]));
    close(p[1]);
    p[0] = 0;

    // A write that waits is taken in whole.
    REQUIRE(pipe(p) == 0);
    pthread_t thread;
    pthread_create(&thread, NULL, write_much, NULL);
    long total = 0;
    while (total < 300000)
        total += read(p[0], block, 1000);
    void *result;
    pthread_join(thread, &result);
    printf("written %ld read %ld\n", (long)result, total);

    char path[] = "/tmp/zonix-fifo-XXXXXX";
    REQUIRE(mkdtemp(path));
    chdir(path);
    const char *folders[] = {".", "/dev/shm"};
    for (int i = 0; i < 2; i++) {
        chdir(folders[i]);
        unlink("zonix-fifo");
        SHOW(mkfifo("zonix-fifo", 0600));
        SHOW(mkfifo("zonix-fifo", 0600));
        SHOW(open("zonix-fifo", O_WRONLY | O_NONBLOCK));
        int r = open("zonix-fifo", O_RDONLY | O_NONBLOCK);
        printf("events without a writer %x\n", events(r));
        SHOW(read(r, block, 1));
        int w = open("zonix-fifo", O_WRONLY | O_NONBLOCK);
        printf("events with a writer %x\n", events(r));
        SHOW(write(w, "fifo", 4));
        SHOW(fcntl(w, F_SETPIPE_SZ, 8192));
        SHOW(fcntl(r, F_GETPIPE_SZ));
        close(w);
        printf("events after it %x\n", events(r));
        SHOW(read(r, block, 10));
        SHOW(read(r, block, 10));
        close(r);
        int both = open("zonix-fifo", O_RDWR);
        SHOW(fcntl(both, F_GETPIPE_SZ));
        SHOW(write(both, "x", 1));
        printf("events of both %x\n", events(both));
        SHOW(read(both, block, 1));
        close(both);
        pthread_create(&thread, NULL, open_writer, "zonix-fifo");
        r = open("zonix-fifo", O_RDONLY);
        pthread_join(thread, &result);
        SHOW(write((long)result, "met", 3));
        SHOW(read(r, block, 3));
        fstat(r, &st);
        printf("mode %o\n", st.st_mode);
        close(r);
        close((long)result);
        SHOW(unlink("zonix-fifo"));
    }
    rmdir(path);
    return 0;
}
