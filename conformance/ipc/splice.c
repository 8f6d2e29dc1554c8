// splice, tee, vmsplice, sendfile and copy_file_range: between pipes and files, offsets, errors, blocking, full and empty pipes.
// flags: -pthread
#define _GNU_SOURCE
#include "lib/check.h"
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/uio.h>

static char data[200000], back[300000];
static int a[2], b[2];

static void fresh(void)
{
    if (a[1])
        close(a[0]), close(a[1]), close(b[0]), close(b[1]);
    REQUIRE(pipe(a) == 0 && pipe(b) == 0);
}

static int in(int fd)
{
    int n = -1;
    ioctl(fd, FIONREAD, &n);
    return n;
}

static void check(int fd, long length, long from)
{
    long got = 0, n;
    while (got < length && (n = read(fd, back + got, length - got)) > 0)
        got += n;
    printf("got %ld, %s\n", got, memcmp(back, data + from, got) ? "different" : "the same");
}

static void *late_write(void *fd)
{
    usleep(30000);
    return (void *)write((long)fd, data, 5000);
}

static void *late_read(void *fd)
{
    usleep(30000);
    return (void *)read((long)fd, back + 200000, 8192);
}

static void *late_close(void *fd)
{
    usleep(30000);
    return (void *)(long)close((long)fd);
}

int main(void)
{
    setvbuf(stdout, NULL, _IONBF, 0);
    signal(SIGPIPE, SIG_IGN);
    for (unsigned i = 0; i < sizeof data; i++)
        data[i] = i * 7 + i / 251;
    char path[] = "/tmp/zonix-splice-XXXXXX";
    int file = mkstemp(path), second = memfd_create("second", 0);
    REQUIRE(file >= 0 && write(file, data, sizeof data) == sizeof data);
    int readonly = open(path, O_RDONLY), appending = open(path, O_RDWR | O_APPEND), folder = open("/tmp", O_RDONLY), null = open("/dev/null", O_RDWR),
        zero = open("/dev/zero", O_RDONLY), socket[2], event = eventfd(3, 0), set = epoll_create1(0);
    socketpair(AF_UNIX, SOCK_STREAM, 0, socket);
    fresh();
    loff_t at = 100, out = 0;

    SHOW(splice(a[0], NULL, b[1], NULL, 0, 99));
    SHOW(splice(a[0], NULL, b[1], NULL, 1, 99));
    SHOW(splice(99, NULL, b[1], NULL, 1, 0));
    SHOW(splice(a[0], &at, b[1], NULL, 1, 0));
    SHOW(splice(file, NULL, b[1], &at, 1, 0));
    SHOW(splice(a[1], NULL, b[1], NULL, 1, 0));
    SHOW(splice(a[0], NULL, b[0], NULL, 1, 0));
    SHOW(splice(a[0], NULL, a[1], NULL, 1, 0));
    SHOW(splice(file, NULL, second, NULL, 1, 0));
    SHOW(splice(a[0], NULL, readonly, NULL, 1, 0));
    SHOW(splice(a[0], NULL, appending, NULL, 1, 0));
    SHOW(splice(folder, NULL, a[1], NULL, 1, 0));
    SHOW(splice(event, NULL, a[1], NULL, 1, 0));
    SHOW(splice(set, NULL, a[1], NULL, 1, 0));
    SHOW(splice(file, (loff_t *)8, a[1], NULL, 1, 0));
    at = -1;
    SHOW(splice(file, &at, a[1], NULL, 1, 0));
    SHOW(splice(a[0], NULL, second, &at, 1, SPLICE_F_NONBLOCK));
    at = 5;
    SHOW(splice(socket[0], &at, a[1], NULL, 1, 0));
    SHOW(splice(a[0], NULL, b[1], NULL, 1, SPLICE_F_NONBLOCK));
    SHOW(splice(a[0], NULL, second, NULL, 1, SPLICE_F_NONBLOCK));

    at = 100;
    SHOW(splice(file, &at, a[1], NULL, 10000, 0));
    printf("offset %ld, waiting %d\n", (long)at, in(a[0]));
    SHOW(lseek(file, 0, SEEK_CUR));
    SHOW(lseek(file, 50, SEEK_SET));
    SHOW(splice(file, NULL, b[1], NULL, 200000, 0));
    SHOW(lseek(file, 0, SEEK_CUR));
    SHOW(in(b[0]));
    SHOW(splice(file, NULL, b[1], NULL, 1, SPLICE_F_NONBLOCK));
    SHOW(splice(a[0], NULL, b[1], NULL, 1, SPLICE_F_NONBLOCK));
    SHOW(splice(a[0], NULL, second, NULL, 6000, 0));
    SHOW(splice(a[0], NULL, second, NULL, 6000, 0));
    SHOW(lseek(second, 0, SEEK_SET));
    check(second, 10000, 100);
    out = 20000;
    SHOW(splice(b[0], NULL, second, &out, 70000, 0));
    printf("offset %ld, file's %ld\n", (long)out, (long)lseek(second, 0, SEEK_CUR));
    SHOW(lseek(second, 20000, SEEK_SET));
    check(second, 65486, 50);
    SHOW(lseek(file, 0, SEEK_END));
    SHOW(splice(file, NULL, a[1], NULL, 100, 0));
    SHOW(splice(zero, NULL, a[1], NULL, 100, 0));
    SHOW(splice(a[0], NULL, null, NULL, 100, 0));

    fresh();
    SHOW(write(a[1], data, 10000));
    SHOW(tee(a[0], b[1], 0, 0));
    SHOW(tee(a[0], b[1], 1, 99));
    SHOW(tee(a[0], a[1], 1, 0));
    SHOW(tee(a[0], file, 1, 0));
    SHOW(tee(a[1], b[1], 1, 0));
    SHOW(tee(a[0], b[1], 5000, 0));
    printf("%d %d\n", in(a[0]), in(b[0]));
    SHOW(tee(a[0], b[1], 50000, 0));
    check(a[0], 10000, 0);
    check(b[0], 5000, 0);
    check(b[0], 10000, 0);
    SHOW(tee(a[0], b[1], 1, SPLICE_F_NONBLOCK));
    SHOW(write(a[1], data, 3000));
    SHOW(write(b[1], data, 10));
    SHOW(splice(a[0], NULL, b[1], NULL, 1000, 0));
    SHOW(splice(a[0], NULL, b[1], NULL, 10000, 0));
    SHOW(in(b[0]));
    SHOW(write(b[1], data, 5));
    check(b[0], 10, 0);
    check(b[0], 3000, 0);
    check(b[0], 5, 0);

    struct iovec parts[3] = {{data + 1, 100}, {data + 101, 5000}, {data + 5101, 0}};
    SHOW(vmsplice(a[1], parts, 3, 0));
    SHOW(in(a[0]));
    check(a[0], 5100, 1);
    SHOW(vmsplice(a[1], &(struct iovec){data, 200000}, 1, SPLICE_F_GIFT));
    SHOW(vmsplice(a[1], parts, 1, SPLICE_F_NONBLOCK));
    SHOW(fcntl(a[1], F_SETPIPE_SZ, 4096));
    memset(back, 0, sizeof back);
    SHOW(vmsplice(a[0], &(struct iovec){back, 65536}, 1, 0) > 60000);
    printf("%s\n", memcmp(back, data, 60000) ? "different" : "the same");
    while (in(a[0]) > 0)
        REQUIRE(read(a[0], back, sizeof back) > 0);
    SHOW(vmsplice(a[0], parts, 1, SPLICE_F_NONBLOCK));
    SHOW(vmsplice(file, parts, 1, 0));
    SHOW(vmsplice(99, parts, 1, 0));
    SHOW(vmsplice(a[1], parts, 1, 99));
    SHOW(vmsplice(a[1], parts, 0, 0));
    SHOW(vmsplice(a[1], parts, 1025, 0));
    SHOW(vmsplice(a[1], &(struct iovec){(void *)8, 10}, 1, 0));
    SHOW(vmsplice(a[1], (void *)8, 1, 0));

    fresh();
    pthread_t thread;
    pthread_create(&thread, NULL, late_write, (void *)(long)a[1]);
    SHOW(splice(a[0], NULL, b[1], NULL, 10000, 0));
    pthread_join(thread, NULL);
    pthread_create(&thread, NULL, late_write, (void *)(long)a[1]);
    SHOW(tee(a[0], b[1], 10000, 0));
    pthread_join(thread, NULL);
    while (fcntl(b[1], F_SETFL, O_NONBLOCK) == 0 && write(b[1], data, 4096) > 0)
        ;
    fcntl(b[1], F_SETFL, 0);
    int before = in(b[0]);
    pthread_create(&thread, NULL, late_read, (void *)(long)b[0]);
    SHOW(splice(a[0], NULL, b[1], NULL, 10, 0));
    pthread_join(thread, NULL);
    printf("made room: %d\n", before - in(b[0]) > 4000);
    fresh();
    pthread_create(&thread, NULL, late_close, (void *)(long)a[1]);
    SHOW(splice(a[0], NULL, b[1], NULL, 10, 0));
    pthread_join(thread, NULL);
    a[1] = dup(0);
    close(b[0]);
    SHOW(splice(file, &(loff_t){0}, b[1], NULL, 10, 0));
    SHOW(vmsplice(b[1], parts, 1, 0));
    b[0] = dup(0);
    fresh();
    SHOW(write(socket[0], data, 3000));
    SHOW(splice(socket[1], NULL, a[1], NULL, 10000, 0));
    SHOW(splice(a[0], NULL, socket[1], NULL, 10000, 0));
    check(socket[0], 3000, 0);
    SHOW(splice(socket[1], NULL, a[1], NULL, 10000, SPLICE_F_NONBLOCK));

    off_t from = 10;
    SHOW(sendfile(a[1], file, &from, 100000));
    printf("offset %ld\n", (long)from);
    SHOW(in(a[0]));
    check(a[0], from - 10, 10);
    SHOW(sendfile(a[1], b[0], NULL, 10));
    SHOW(sendfile(a[1], b[0], &from, 10));
    SHOW(sendfile(readonly, file, NULL, 10));
    SHOW(sendfile(appending, file, NULL, 10));
    from = -5;
    SHOW(sendfile(second, file, &from, 10));
    from = 199990;
    SHOW(sendfile(second, file, &from, 100));
    SHOW(sendfile(second, file, &from, 100));
    SHOW(lseek(file, 3, SEEK_SET));
    SHOW(ftruncate(second, 0));
    SHOW(lseek(second, 0, SEEK_SET));
    SHOW(sendfile(second, file, NULL, 150000));
    SHOW(lseek(file, 0, SEEK_CUR));
    SHOW(lseek(second, 0, SEEK_SET));
    check(second, 150000, 3);
    SHOW(sendfile(socket[0], file, NULL, 1000));
    check(socket[1], 1000, 150003);
    unlink(path);
    return 0;
}
