// io_submit(2) and its kin: reads, writes, syncs, polls, events through an eventfd, cancelling, refusals, the ring in memory.
// flags: -pthread
#define _GNU_SOURCE
#include "lib/check.h"
#include <fcntl.h>
#include <linux/aio_abi.h>
#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>

#define io_setup(n, c) syscall(SYS_io_setup, n, c)
#define io_destroy(c) syscall(SYS_io_destroy, c)
#define io_submit(c, n, b) syscall(SYS_io_submit, c, n, b)
#define io_cancel(c, b, e) syscall(SYS_io_cancel, c, b, e)
#define io_getevents(c, a, b, e, t) syscall(SYS_io_getevents, c, a, b, e, t)

struct ring { unsigned id, nr, head, tail, magic, compat, incompat, length; };

static aio_context_t ctx;
static int made;

static struct iocb *fill(int opcode, int fd, void *buffer, uint64_t bytes, int64_t offset)
{
    static struct iocb blocks[64];
    struct iocb *b = &blocks[made++ % 64];
    memset(b, 0, sizeof *b);
    b->aio_data = made;
    b->aio_lio_opcode = opcode;
    b->aio_fildes = fd;
    b->aio_buf = (uintptr_t)buffer;
    b->aio_nbytes = bytes;
    b->aio_offset = offset;
    return b;
}

static void submit(const char *what, struct iocb *b)
{
    errno = 0;
    long n = io_submit(ctx, 1, &b);
    printf("%s: %ld %s", what, n, n < 0 ? strerrorname_np(errno) : "");
    struct io_event e;
    struct timespec t = {0, 20000000};
    while (io_getevents(ctx, 1, 1, &e, &t) == 1)
        printf(" [%lld at its place %d: %lld]", (long long)e.data - made, e.obj == (uintptr_t)b, (long long)e.res);
    printf("\n");
}

static void *writer(void *fd)
{
    usleep(50000);
    write(*(int *)fd, "late", 4);
    return NULL;
}

int main(void)
{
    setvbuf(stdout, NULL, _IOLBF, 0);
    char place[] = "/tmp/aioXXXXXX", a[64] = "", b[64] = "";
    REQUIRE(mkdtemp(place) && chdir(place) == 0);
    int fd = open("file", O_CREAT | O_RDWR, 0644), p[2], only = open("file", O_RDONLY);
    REQUIRE(fd >= 0 && pipe(p) == 0);
    SHOW(io_setup(0, &ctx));
    SHOW(io_setup(1, (void *)16));
    ctx = 1;
    SHOW(io_setup(1, &ctx));
    ctx = 0;
    SHOW(io_setup(0x20000000, &ctx));
    SHOW(io_setup(10, &ctx));
    struct ring *r = (void *)ctx;
    printf("magic %x, %u %u, enough %d, features %u %u, header %u\n", r->magic, r->head, r->tail, r->nr >= 10, r->compat, r->incompat, r->length);

    submit("write", fill(IOCB_CMD_PWRITE, fd, "hello world", 11, 0));
    submit("read", fill(IOCB_CMD_PREAD, fd, a, 60, 0));
    printf("'%s'\n", a);
    submit("read on", fill(IOCB_CMD_PREAD, fd, a, 60, 6));
    submit("end", fill(IOCB_CMD_PREAD, fd, a, 60, 100));
    struct iovec v[2] = {{"abc", 3}, {"defg", 4}}, w[2] = {{a, 2}, {b, 60}};
    submit("writev", fill(IOCB_CMD_PWRITEV, fd, v, 2, 20));
    submit("readv", fill(IOCB_CMD_PREADV, fd, w, 2, 20));
    printf("'%.2s' '%s'\n", a, b);
    submit("fsync", fill(IOCB_CMD_FSYNC, fd, 0, 0, 0));
    submit("fdsync", fill(IOCB_CMD_FDSYNC, fd, 0, 0, 0));
    submit("fsync of a pipe", fill(IOCB_CMD_FSYNC, p[0], 0, 0, 0));
    submit("noop", fill(IOCB_CMD_NOOP, fd, 0, 0, 0));
    submit("unknown", fill(99, fd, 0, 0, 0));
    submit("bad descriptor", fill(IOCB_CMD_PREAD, 99, a, 1, 0));
    submit("write only", fill(IOCB_CMD_PREAD, p[1], a, 1, 0));
    submit("read only", fill(IOCB_CMD_PWRITE, only, a, 1, 0));
    submit("negative", fill(IOCB_CMD_PREAD, fd, a, 1, -1));
    submit("bad memory", fill(IOCB_CMD_PREAD, fd, (void *)16, 10, 0));
    submit("bad length", fill(IOCB_CMD_PREAD, fd, a, -1, 0));
    struct iocb *x = fill(IOCB_CMD_PREAD, fd, a, 1, 0);
    x->aio_reserved2 = 1;
    submit("reserved", x);
    x = fill(IOCB_CMD_PREAD, fd, a, 1, 0);
    x->aio_flags = IOCB_FLAG_RESFD;
    x->aio_resfd = fd;
    submit("not an eventfd", x);

    int e = eventfd(0, EFD_NONBLOCK);
    x = fill(IOCB_CMD_PREAD, fd, a, 5, 0);
    x->aio_flags = IOCB_FLAG_RESFD;
    x->aio_resfd = e;
    submit("eventfd", x);
    uint64_t value = 0;
    SHOW(read(e, &value, 8));
    SHOW(value);

    x = fill(IOCB_CMD_POLL, p[0], (void *)POLLIN, 0, 0);
    submit("poll", x);
    write(p[1], "x", 1);
    struct io_event events[10];
    SHOW(io_getevents(ctx, 1, 10, events, NULL));
    printf("%lld\n", (long long)events[0].res);
    submit("poll, ready", fill(IOCB_CMD_POLL, p[0], (void *)POLLIN, 0, 0));
    read(p[0], a, 1);
    x = fill(IOCB_CMD_POLL, p[0], (void *)POLLIN, 0, 0);
    submit("poll", x);
    SHOW(io_cancel(ctx, x, events));
    SHOW(io_getevents(ctx, 1, 10, events, NULL));
    SHOW(io_cancel(ctx, x, events));
    SHOW(io_cancel(ctx, (void *)16, events));
    pthread_t t;
    x = fill(IOCB_CMD_POLL, p[0], (void *)POLLIN, 0, 0);
    SHOW(io_submit(ctx, 1, &x));
    pthread_create(&t, NULL, writer, &p[1]);
    SHOW(io_getevents(ctx, 1, 10, events, NULL));
    pthread_join(t, NULL);

    struct iocb *many[3] = {fill(IOCB_CMD_PREAD, fd, a, 5, 0), fill(IOCB_CMD_PREAD, 99, a, 5, 0), fill(IOCB_CMD_PREAD, fd, a, 5, 0)};
    SHOW(io_submit(ctx, 3, many));
    SHOW(io_submit(ctx, 0, many));
    SHOW(io_submit(ctx, -1L, many));
    SHOW(io_submit(ctx, 1, (void *)16));
    SHOW(io_submit(ctx + 1, 1, many));
    SHOW(r->head != r->tail);
    struct timespec none = {0, 0};
    SHOW(io_getevents(ctx, 0, 10, events, &none));
    SHOW(io_getevents(ctx, 0, 10, events, &none));
    SHOW(io_getevents(ctx, 1, 10, events, &none));
    SHOW(io_getevents(ctx, -1L, 10, events, &none));
    SHOW(io_getevents(ctx, 11, 10, events, &none));
    SHOW(io_getevents(ctx, 0, -1L, events, &none));
    SHOW(io_getevents(0, 0, 1, events, &none));
    SHOW(r->head == r->tail);

    // Another process sees the memory, not the context.
    if (fork() == 0) {
        SHOW(io_getevents(ctx, 0, 1, events, &none));
        fflush(stdout);
        _exit(0);
    }
    wait(NULL);
    SHOW(io_destroy(ctx));
    SHOW(io_destroy(ctx));
    SHOW(io_destroy(0));
    return 0;
}
