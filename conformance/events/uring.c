// io_uring(7): requests of many kinds, chains, draining, timeouts, cancelling, overflow, registration, eventfd, refusals.
// flags: -luring
// needs: /usr/include/liburing.h
#define _GNU_SOURCE
#include "lib/check.h"
#include <fcntl.h>
#include <liburing.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <signal.h>

static struct io_uring ring;
static unsigned long long next_data;

static struct io_uring_sqe *get(void)
{
    struct io_uring_sqe *s = io_uring_get_sqe(&ring);
    REQUIRE(s);
    return s;
}

static struct io_uring_sqe *tag(struct io_uring_sqe *s, unsigned flags)
{
    s->user_data = ++next_data;
    s->flags |= flags;
    return s;
}

#define PREP(kind, flags, ...) (tmp_ = get(), io_uring_prep_##kind(tmp_, ##__VA_ARGS__), tag(tmp_, flags))
static struct io_uring_sqe *tmp_;

// Takes what comes until nothing has come for a while, and shows it in the order of the requests.
static void reap(const char *what)
{
    struct { unsigned long long data; int res; unsigned flags; int order; } got[64];
    int n = 0;
    struct io_uring_cqe *c;
    struct __kernel_timespec ts = {0, 150000000};
    while (io_uring_wait_cqe_timeout(&ring, &c, &ts) == 0) {
        got[n].data = c->user_data, got[n].res = c->res, got[n].flags = c->flags, got[n].order = n;
        io_uring_cqe_seen(&ring, c);
        n++;
    }
    printf("%s:", what);
    for (unsigned long long d = 0; d <= next_data; d++)
        for (int i = 0; i < n; i++)
            if (got[i].data == d) {
                if (got[i].res < 0)
                    printf(" [%llu %s", d, strerrorname_np(-got[i].res));
                else
                    printf(" [%llu %d", d, got[i].res);
                printf(got[i].flags & ~IORING_CQE_F_SOCK_NONEMPTY ? " flags %x]" : "]", got[i].flags);
            }
    printf("\n");
    next_data = 0;
}

#define RUN(what) do { int r_ = io_uring_submit(&ring); if (r_ < 0) printf("submit %d ", r_); else printf("%d ", r_); reap(what); } while (0)

static void files(void)
{
    char a[16] = "", b[16] = "";
    int fd = open("file", O_CREAT | O_RDWR | O_TRUNC, 0644);
    struct iovec v[2] = {{"hello", 5}, {" world", 6}}, w[2] = {{a, 4}, {b, 16}};
    PREP(writev, 0, fd, v, 2, 0);
    RUN("writev");
    PREP(readv, 0, fd, w, 2, 0);
    RUN("readv");
    printf("'%s' '%s'\n", a, b);
    PREP(write, 0, fd, "abc", 3, 100);
    PREP(write, 0, fd, "abc", 3, -1);
    RUN("write");
    printf("offset %ld\n", lseek(fd, 0, SEEK_CUR));
    PREP(read, 0, fd, a, 8, -1);
    PREP(read, 0, fd, a, 8, 1000);
    PREP(read, 0, fd, a, 8, -2);
    PREP(read, 0, fd, (void *)16, 8, 0);
    PREP(read, 0, -1, a, 8, 0);
    PREP(read, 0, 1000, a, 8, 0);
    PREP(readv, 0, fd, (void *)16, 1, 0);
    PREP(readv, 0, fd, w, 5000, 0);
    RUN("reads");
    PREP(fsync, 0, fd, 0);
    PREP(fsync, 0, fd, IORING_FSYNC_DATASYNC);
    PREP(fsync, 0, fd, 4);
    PREP(fallocate, 0, fd, 0, 0, 5000);
    PREP(fallocate, 0, fd, 0, 0, 0);
    PREP(fadvise, 0, fd, 0, 100, POSIX_FADV_DONTNEED);
    PREP(sync_file_range, 0, fd, 100, 0, 0);
    RUN("fsync and others");
    struct stat st;
    fstat(fd, &st);
    printf("size %ld\n", (long)st.st_size);
    PREP(openat, 0, AT_FDCWD, "none", O_RDONLY, 0);
    PREP(openat, 0, AT_FDCWD, "made", O_CREAT | O_RDWR, 0600);
    RUN("openat");
    struct open_how how = {.flags = O_RDONLY, .resolve = RESOLVE_NO_SYMLINKS};
    PREP(openat2, 0, AT_FDCWD, "made", &how);
    PREP(close, 0, 1000);
    RUN("openat2");
    static struct statx x;
    PREP(statx, 0, AT_FDCWD, "file", 0, STATX_SIZE, &x);
    PREP(statx, 0, AT_FDCWD, "none", 0, STATX_SIZE, &x);
    RUN("statx");
    printf("size %lld\n", (long long)x.stx_size);
    PREP(mkdirat, IOSQE_IO_LINK, AT_FDCWD, "dir", 0755);
    PREP(renameat, IOSQE_IO_LINK, AT_FDCWD, "made", AT_FDCWD, "dir/moved", 0);
    PREP(symlinkat, IOSQE_IO_LINK, "moved", AT_FDCWD, "dir/link");
    PREP(linkat, IOSQE_IO_LINK, AT_FDCWD, "dir/moved", AT_FDCWD, "dir/second", 0);
    PREP(unlinkat, IOSQE_IO_LINK, AT_FDCWD, "dir/moved", 0);
    PREP(unlinkat, 0, AT_FDCWD, "dir", AT_REMOVEDIR);
    RUN("names");
    PREP(unlinkat, IOSQE_IO_LINK, AT_FDCWD, "dir/second", 0);
    PREP(unlinkat, IOSQE_IO_LINK, AT_FDCWD, "dir/link", 0);
    PREP(unlinkat, 0, AT_FDCWD, "dir", AT_REMOVEDIR);
    RUN("away");
    void *m = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    *(char *)m = 1;
    PREP(madvise, 0, m, 4096, MADV_DONTNEED);
    RUN("madvise");
    printf("%d\n", *(char *)m);
    close(fd);
}

static void waiting(void)
{
    int p[2], s[2];
    char a[32] = "", b[32] = "";
    REQUIRE(pipe(p) == 0 && socketpair(AF_UNIX, SOCK_STREAM, 0, s) == 0);
    PREP(read, 0, p[0], a, 10, 0);
    PREP(read, 0, p[0], b, 10, 0);
    RUN("two readers");
    write(p[1], "first", 5);
    usleep(20000);
    write(p[1], "other", 5);
    next_data = 2;
    reap("both are served");
    fcntl(p[0], F_SETFL, O_NONBLOCK);
    PREP(read, 0, p[0], a, 10, 0);
    RUN("nonblocking");
    write(p[1], "now", 3);
    next_data = 1;
    reap("waits all the same");
    fcntl(p[0], F_SETFL, 0);

    PREP(poll_add, 0, p[0], POLLIN);
    PREP(poll_add, 0, p[1], POLLOUT);
    RUN("poll");
    write(p[1], "x", 1);
    next_data = 2;
    reap("poll answers");
    PREP(poll_add, 0, p[0], POLLIN);
    RUN("poll, ready");
    read(p[0], a, 1);
    PREP(poll_multishot, 0, p[0], POLLIN);
    RUN("multishot");
    for (int i = 0; i < 3; i++) {
        next_data = 1;
        write(p[1], "x", 1);
        reap("shot");
    }
    PREP(poll_remove, 0, 1);
    next_data = 1;
    tmp_->user_data = 2;
    next_data = 2;
    RUN("removed");
    PREP(poll_remove, 0, 99);
    RUN("nothing to remove");
    read(p[0], a, 10);

    memset(a, 0, sizeof a);
    PREP(recv, 0, s[0], a, sizeof a, 0);
    PREP(send, 0, s[1], "hello", 5, 0);
    RUN("send and recv");
    printf("%s\n", a);
    struct iovec v[2] = {{"gath", 4}, {"ered", 4}}, w = {b, sizeof b};
    struct msghdr out = {.msg_iov = v, .msg_iovlen = 2}, in = {.msg_iov = &w, .msg_iovlen = 1};
    memset(b, 0, sizeof b);
    PREP(recvmsg, 0, s[0], &in, 0);
    PREP(sendmsg, 0, s[1], &out, 0);
    RUN("sendmsg and recvmsg");
    printf("%s\n", b);
    PREP(recv, 0, s[0], a, sizeof a, MSG_DONTWAIT);
    PREP(recv, 0, p[0], a, sizeof a, 0);
    PREP(shutdown, 0, s[1], SHUT_WR);
    PREP(recv, 0, s[0], a, sizeof a, 0);
    RUN("shutdown");

    int q[2], fd = open("file", O_RDWR);
    REQUIRE(pipe(q) == 0);
    PREP(splice, 0, fd, 0, q[1], -1, 5, 0);
    RUN("file to pipe");
    PREP(tee, 0, q[0], p[1], 5, 0);
    RUN("tee");
    PREP(splice, 0, p[0], -1, fd, 200, 5, 0);
    RUN("pipe to file");
    PREP(splice, 0, q[0], 3, fd, 0, 5, 0);
    RUN("pipes have no offset");
    read(q[0], a, 5);
    PREP(splice, 0, q[0], -1, p[1], -1, 100, 0);
    RUN("splice waits");
    write(q[1], "late", 4);
    next_data = 1;
    reap("splice");
    read(p[0], a, 4);

    // An end that closes.
    PREP(read, 0, p[0], a, 10, 0);
    RUN("reader");
    close(p[1]);
    next_data = 1;
    reap("end of file");
    close(q[0]);
    signal(SIGPIPE, SIG_IGN);
    PREP(write, 0, q[1], "x", 1, 0);
    RUN("broken pipe");
    close(q[1]), close(p[0]), close(s[0]), close(s[1]), close(fd);
}

static void chains(void)
{
    char a[32];
    int fd = open("file", O_RDWR), p[2];
    REQUIRE(pipe(p) == 0);
    PREP(nop, IOSQE_IO_LINK);
    PREP(read, IOSQE_IO_LINK, -1, a, 1, 0);
    PREP(nop, IOSQE_IO_LINK);
    PREP(nop, 0);
    PREP(nop, 0);
    RUN("broken chain");
    PREP(read, IOSQE_IO_LINK, fd, a, 30, 5000 - 10);
    PREP(nop, 0);
    RUN("short read");
    PREP(read, IOSQE_IO_HARDLINK, -1, a, 1, 0);
    PREP(nop, IOSQE_IO_HARDLINK);
    PREP(nop, 0);
    RUN("hard link");
    PREP(read, IOSQE_IO_LINK, p[0], a, 3, 0);
    PREP(write, IOSQE_IO_LINK, fd, "chained", 7, 0);
    PREP(read, 0, fd, a, 7, 0);
    RUN("chain waits");
    write(p[1], "abc", 3);
    next_data = 3;
    reap("chain goes on");
    printf("%.7s\n", a);
    PREP(read, 0, p[0], a, 3, 0);
    PREP(nop, IOSQE_IO_DRAIN);
    PREP(nop, 0);
    RUN("drain");
    write(p[1], "abc", 3);
    next_data = 3;
    reap("drained");
    PREP(nop, IOSQE_CQE_SKIP_SUCCESS);
    PREP(nop, 0);
    PREP(read, IOSQE_CQE_SKIP_SUCCESS, -1, a, 1, 0);
    RUN("silent");
    PREP(read, IOSQE_IO_LINK | IOSQE_CQE_SKIP_SUCCESS, -1, a, 1, 0);
    PREP(nop, 0);
    RUN("silent chain");
    PREP(nop, IOSQE_IO_DRAIN);
    RUN("no drain after silence");
    PREP(nop, IOSQE_ASYNC);
    PREP(read, IOSQE_ASYNC, fd, a, 3, 0);
    RUN("async");
    for (int i = 0; i < 30; i++)
        PREP(nop, i < 29 ? IOSQE_IO_LINK : 0);
    RUN("long chain");
    close(fd), close(p[0]), close(p[1]);
}

static void timeouts(void)
{
    char a[8];
    int p[2];
    struct __kernel_timespec soon = {0, 20000000}, late = {30, 0}, bad = {0, -1};
    REQUIRE(pipe(p) == 0);
    PREP(timeout, 0, &soon, 0, 0);
    RUN("timeout");
    PREP(timeout, 0, &late, 2, 0);
    PREP(nop, 0);
    PREP(nop, 0);
    PREP(nop, 0);
    RUN("counted");
    PREP(timeout, 0, &bad, 0, 0);
    PREP(timeout, 0, (void *)16, 0, 0);
    PREP(timeout, 0, &soon, 0, 0x1000);
    RUN("refused");
    PREP(timeout, IOSQE_IO_LINK, &soon, 0, 0);
    PREP(nop, 0);
    RUN("a timeout fails its chain");
    PREP(timeout, IOSQE_IO_LINK, &soon, 0, IORING_TIMEOUT_ETIME_SUCCESS);
    PREP(nop, 0);
    RUN("or not");
    PREP(timeout, 0, &late, 0, 0);
    PREP(timeout_remove, 0, 1, 0);
    PREP(timeout_remove, 0, 77, 0);
    RUN("removed");
    PREP(timeout, 0, &late, 0, 0);
    PREP(timeout_update, 0, &soon, 1, 0);
    RUN("updated");
    PREP(timeout, 0, &soon, 3, 64 /* IORING_TIMEOUT_MULTISHOT */);
    RUN("multishot");
    PREP(read, IOSQE_IO_LINK, p[0], a, 8, 0);
    PREP(link_timeout, 0, &soon, 0);
    RUN("link timeout");
    PREP(read, IOSQE_IO_LINK, p[0], a, 8, 0);
    PREP(link_timeout, IOSQE_IO_LINK, &late, 0);
    PREP(nop, 0);
    RUN("watched");
    write(p[1], "12345678", 8);
    next_data = 3;
    reap("in time");
    PREP(nop, IOSQE_IO_LINK);
    PREP(link_timeout, 0, &late, 0);
    RUN("at once");
    PREP(link_timeout, 0, &late, 0);
    RUN("nothing to watch");
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    struct __kernel_timespec at = {now.tv_sec, now.tv_nsec};
    PREP(timeout, 0, &at, 0, IORING_TIMEOUT_ABS);
    RUN("absolute");
    close(p[0]), close(p[1]);
}

static void cancelling(void)
{
    char a[8];
    int p[2], q[2];
    REQUIRE(pipe(p) == 0 && pipe(q) == 0);
    PREP(read, 0, p[0], a, 8, 0);
    PREP(cancel64, 0, 1, 0);
    PREP(cancel64, 0, 55, 0);
    RUN("by data");
    PREP(read, 0, p[0], a, 8, 0);
    PREP(poll_add, 0, p[0], POLLIN);
    PREP(read, 0, q[0], a, 8, 0);
    PREP(cancel_fd, 0, p[0], IORING_ASYNC_CANCEL_ALL);
    RUN("by descriptor");
    PREP(cancel64, 0, 0, IORING_ASYNC_CANCEL_ANY);
    next_data = 4;
    tmp_->user_data = 4;
    RUN("any");
    PREP(read, IOSQE_IO_LINK, p[0], a, 8, 0);
    PREP(nop, 0);
    PREP(cancel64, 0, 1, 0);
    RUN("chain");
    // Closing the descriptor does not end a request.
    PREP(read, 0, p[0], a, 8, 0);
    RUN("reader");
    close(p[0]);
    write(p[1], "still", 5);
    next_data = 1;
    reap("still there");
    close(p[1]), close(q[0]), close(q[1]);
}

static void registering(void)
{
    char block[64] = "registered memory";
    int p[2], fd = open("file", O_RDWR), e = eventfd(0, EFD_NONBLOCK);
    REQUIRE(pipe(p) == 0);
    struct iovec v[2] = {{block, 32}, {block + 32, 32}};
    SHOW(io_uring_register_buffers(&ring, v, 2));
    SHOW(io_uring_register_buffers(&ring, v, 2));
    PREP(write_fixed, 0, fd, block, 17, 0, 0);
    PREP(write_fixed, 0, fd, block, 33, 0, 0);
    PREP(write_fixed, 0, fd, block, 17, 0, 1);
    PREP(write_fixed, 0, fd, block, 17, 0, 2);
    RUN("fixed buffers");
    PREP(read_fixed, 0, fd, block + 40, 10, 0, 1);
    RUN("read back");
    printf("%.10s\n", block + 40);
    SHOW(io_uring_unregister_buffers(&ring));
    SHOW(io_uring_unregister_buffers(&ring));
    int fds[3] = {fd, -1, p[0]};
    SHOW(io_uring_register_files(&ring, fds, 3));
    SHOW(io_uring_register_files(&ring, fds, 3));
    PREP(read, IOSQE_FIXED_FILE, 0, block, 5, 0);
    PREP(read, IOSQE_FIXED_FILE, 1, block, 5, 0);
    PREP(read, IOSQE_FIXED_FILE, 3, block, 5, 0);
    PREP(read, IOSQE_FIXED_FILE, 2, block, 5, 0);
    PREP(fsync, IOSQE_FIXED_FILE, 0, 0);
    RUN("fixed files");
    close(p[0]);
    write(p[1], "12345", 5);
    next_data = 4;
    reap("pipe");
    SHOW(io_uring_register_files_update(&ring, 1, &p[1], 1));
    int none = -1;
    SHOW(io_uring_register_files_update(&ring, 0, &none, 1));
    SHOW(io_uring_register_files_update(&ring, 3, &none, 1));
    PREP(write, IOSQE_FIXED_FILE, 1, "x", 1, 0);
    PREP(read, IOSQE_FIXED_FILE, 0, block, 5, 0);
    RUN("updated");
    SHOW(io_uring_unregister_files(&ring));
    SHOW(io_uring_unregister_files(&ring));

    SHOW(io_uring_register_eventfd(&ring, fd));
    SHOW(io_uring_register_eventfd(&ring, e));
    SHOW(io_uring_register_eventfd(&ring, e));
    uint64_t value = 0;
    PREP(nop, 0);
    PREP(nop, 0);
    RUN("eventfd");
    SHOW(read(e, &value, 8));
    SHOW(value > 0);
    SHOW(io_uring_unregister_eventfd(&ring));
    SHOW(io_uring_unregister_eventfd(&ring));
    struct io_uring_probe *probe = io_uring_get_probe_ring(&ring);
    for (int op = 0; op <= IORING_OP_SPLICE; op++)
        printf("%d", io_uring_opcode_supported(probe, op));
    printf("\n");
    SHOW(syscall(SYS_io_uring_register, ring.ring_fd, 999, NULL, 0));
    SHOW(syscall(SYS_io_uring_register, fd, IORING_REGISTER_PROBE, NULL, 0));
    close(fd), close(p[1]), close(e);
}

static int setup(unsigned entries, unsigned flags, unsigned cq)
{
    struct io_uring_params p = {.flags = flags, .cq_entries = cq};
    int fd = syscall(SYS_io_uring_setup, entries, &p);
    if (fd >= 0) {
        printf("%u requests, %u completions; ", p.sq_entries, p.cq_entries);
        close(fd);
        return 0;
    }
    return fd;
}

static void rings(void)
{
    SHOW(setup(0, 0, 0));
    SHOW(setup(3, 0, 0));
    SHOW(setup(32768, 0, 0));
    SHOW(setup(32769, 0, 0));
    SHOW(setup(100000, IORING_SETUP_CLAMP, 0));
    SHOW(setup(4, IORING_SETUP_CQSIZE, 0));
    SHOW(setup(4, IORING_SETUP_CQSIZE, 2));
    SHOW(setup(4, IORING_SETUP_CQSIZE, 100));
    SHOW(setup(4, 1u << 31, 0));
    SHOW(setup(4, IORING_SETUP_DEFER_TASKRUN, 0));
    SHOW(setup(4, IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN, 0));
    SHOW(setup(4, IORING_SETUP_COOP_TASKRUN | IORING_SETUP_TASKRUN_FLAG | IORING_SETUP_SUBMIT_ALL, 0));
    SHOW(setup(4, IORING_SETUP_TASKRUN_FLAG, 0));
    SHOW(setup(4, IORING_SETUP_SQE128 | IORING_SETUP_CQE32, 0));
    SHOW(syscall(SYS_io_uring_setup, 4, NULL));
    SHOW(syscall(SYS_io_uring_enter, 0, 0, 0, 0, NULL, 0));
    SHOW(syscall(SYS_io_uring_enter, -1, 0, 0, 0, NULL, 0));
    SHOW(syscall(SYS_io_uring_enter, ring.ring_fd, 0, 0, 1u << 31, NULL, 0));
    SHOW(syscall(SYS_io_uring_enter, ring.ring_fd, 5, 0, 0, NULL, 0));
    SHOW(mmap(NULL, 4096, PROT_READ, MAP_SHARED, ring.ring_fd, 0x20000000) == MAP_FAILED);

    // More completions than the ring has room for.
    struct io_uring small, keep = ring;
    SHOW(io_uring_queue_init(2, &small, 0));
    ring = small;
    for (int round = 0; round < 4; round++) {
        PREP(nop, 0);
        PREP(nop, 0);
        SHOW(io_uring_submit(&ring));
    }
    SHOW(io_uring_cq_has_overflow(&ring));
    SHOW(io_uring_cq_ready(&ring));
    reap("all are there");
    SHOW(io_uring_cq_has_overflow(&ring));
    struct pollfd p = {ring.ring_fd, POLLIN | POLLOUT, 0};
    SHOW(poll(&p, 1, 0));
    printf("%x\n", p.revents);
    PREP(nop, 0);
    io_uring_submit(&ring);
    SHOW(poll(&p, 1, 0));
    printf("%x\n", p.revents);
    reap("polled");
    io_uring_queue_exit(&ring);

    // A refused request ends a submission, unless IORING_SETUP_SUBMIT_ALL.
    for (unsigned flags = 0; flags <= IORING_SETUP_SUBMIT_ALL; flags += IORING_SETUP_SUBMIT_ALL) {
        SHOW(io_uring_queue_init(8, &ring, flags));
        PREP(nop, 0);
        tmp_ = get();
        memset(tmp_, 0, sizeof *tmp_);
        tmp_->opcode = 250;
        tag(tmp_, 0);
        PREP(nop, 0);
        RUN("a bad one");
        RUN("again");
        io_uring_queue_exit(&ring);
    }
    struct io_uring_params params = {.flags = IORING_SETUP_R_DISABLED};
    SHOW(io_uring_queue_init_params(4, &ring, &params));
    PREP(nop, 0);
    SHOW(io_uring_submit(&ring));
    SHOW(syscall(SYS_io_uring_register, ring.ring_fd, IORING_REGISTER_ENABLE_RINGS, NULL, 0));
    SHOW(syscall(SYS_io_uring_register, ring.ring_fd, IORING_REGISTER_ENABLE_RINGS, NULL, 0));
    RUN("enabled");
    io_uring_queue_exit(&ring);
    ring = keep;
}

int main(void)
{
    setvbuf(stdout, NULL, _IOLBF, 0);
    char place[] = "/tmp/uringXXXXXX";
    REQUIRE(mkdtemp(place) && chdir(place) == 0);
    REQUIRE(io_uring_queue_init(64, &ring, IORING_SETUP_SUBMIT_ALL) == 0);
    files();
    waiting();
    chains();
    timeouts();
    cancelling();
    registering();
    rings();
    io_uring_queue_exit(&ring);
    return 0;
}
