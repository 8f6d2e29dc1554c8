// io_uring(7): buffers that are provided, in groups and in rings; requests that repeat; registered slots; messages between rings; SQPOLL.
// flags: -luring
// needs: /usr/include/liburing.h
#define _GNU_SOURCE
#include "lib/check.h"
#include <fcntl.h>
#include <liburing.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>

static struct io_uring ring, other;
static char memory[16][64];

static struct io_uring_sqe *get(struct io_uring *r, unsigned long long data)
{
    struct io_uring_sqe *s = io_uring_get_sqe(r);
    REQUIRE(s);
    memset(s, 0, sizeof *s);
    s->user_data = data;
    return s;
}

#define PREP(r, data, kind, ...) (tmp_ = get(r, data), io_uring_prep_##kind(tmp_, ##__VA_ARGS__), tmp_->user_data = data, tmp_)
static struct io_uring_sqe *tmp_;

static int later(const void *one, const void *two)
{
    unsigned long long a = ((const struct io_uring_cqe *)one)->user_data, b = ((const struct io_uring_cqe *)two)->user_data;
    return a < b ? -1 : a > b;
}

// In the order of the requests; of one request, in the order they came.
static void reap(struct io_uring *r, const char *what)
{
    struct io_uring_cqe *came, got[16];
    struct __kernel_timespec ts = {0, 100000000};
    int n = 0;
    printf("%s:", what);
    while (n < 16 && io_uring_wait_cqe_timeout(r, &came, &ts) == 0) {
        memcpy(&got[n++], came, sizeof *came);
        io_uring_cqe_seen(r, came);
    }
    qsort(got, n, sizeof got[0], later);
    for (struct io_uring_cqe *c = got; c < got + n; c++) {
        if (c->res < 0)
            printf(" [%llu %s", (unsigned long long)c->user_data, strerrorname_np(-c->res));
        else
            printf(" [%llu %d", (unsigned long long)c->user_data, c->res);
        unsigned flags = c->flags & ~IORING_CQE_F_SOCK_NONEMPTY;
        if (flags & IORING_CQE_F_BUFFER)
            printf(" buffer %u '%.*s'", flags >> 16, c->res > 0 ? c->res : 0, memory[(flags >> 16) & 15]);
        printf("%s]", flags & IORING_CQE_F_MORE ? " more" : "");
    }
    printf("\n");
}

static void run(const char *what)
{
    int n = io_uring_submit(&ring);
    printf("%d ", n);
    reap(&ring, what);
}

static struct io_uring_sqe *selecting(struct io_uring_sqe *s, int group)
{
    s->flags |= IOSQE_BUFFER_SELECT;
    s->buf_group = group;
    return s;
}

static void groups(void)
{
    int fd = open("text", O_RDWR | O_CREAT | O_TRUNC, 0600), pipes[2];
    REQUIRE(pwrite(fd, "0123456789abcdefghij", 20, 0) == 20 && pipe(pipes) == 0);
    selecting(PREP(&ring, 1, read, fd, NULL, 8, 0), 3);
    run("no such group");
    PREP(&ring, 2, provide_buffers, memory, 64, 4, 3, 0);
    run("provided");
    selecting(PREP(&ring, 3, read, fd, NULL, 8, 4), 3);
    selecting(PREP(&ring, 4, read, fd, NULL, 0, 0), 3);
    run("read");
    selecting(PREP(&ring, 5, read, pipes[0], NULL, 16, -1), 3);
    run("from an empty pipe");
    REQUIRE(write(pipes[1], "piped", 5) == 5);
    reap(&ring, "something comes");
    selecting(PREP(&ring, 6, read, fd, NULL, 8, 100), 3);
    run("behind the end");
    selecting(PREP(&ring, 7, read, fd, NULL, 8, 0), 3);
    run("none left");
    PREP(&ring, 8, provide_buffers, memory[8], 64, 3, 3, 8);
    PREP(&ring, 9, remove_buffers, 2, 3);
    run("removed");
    PREP(&ring, 10, remove_buffers, 5, 3);
    PREP(&ring, 11, remove_buffers, 5, 4);
    PREP(&ring, 12, remove_buffers, 0, 3);
    PREP(&ring, 13, provide_buffers, memory, 64, 0, 3, 0);
    PREP(&ring, 14, provide_buffers, memory, 64, 2, 3, 65535);
    PREP(&ring, 15, provide_buffers, (void *)-4096, 64, 2, 3, 0);
    for (int i = 0; i < 6; i++) {
        struct io_uring_cqe *c;
        REQUIRE(io_uring_submit(&ring) >= 0);
        if (io_uring_peek_cqe(&ring, &c) != 0)
            break;
        printf("%llu: %s\n", (unsigned long long)c->user_data, c->res < 0 ? strerrorname_np(-c->res) : c->res ? "some" : "0");
        io_uring_cqe_seen(&ring, c);
    }
    reap(&ring, "rest");
    selecting(PREP(&ring, 16, write, fd, NULL, 8, 0), 3);
    run("a write selects none");
    close(fd);
    close(pipes[0]);
    close(pipes[1]);
}

static void buffer_ring(void)
{
    int sockets[2];
    struct io_uring_buf_ring *buffers = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_ANONYMOUS | MAP_PRIVATE, -1, 0);
    struct io_uring_buf_reg registration = {.ring_addr = (unsigned long)buffers, .ring_entries = 8, .bgid = 7};
    REQUIRE(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, sockets) == 0);
    printf("registered %d\n", io_uring_register_buf_ring(&ring, &registration, 0));
    printf("again %d\n", io_uring_register_buf_ring(&ring, &registration, 0));
    registration.bgid = 8, registration.ring_entries = 7;
    printf("seven %d\n", io_uring_register_buf_ring(&ring, &registration, 0));
    registration.ring_entries = 8, registration.ring_addr += 16;
    printf("odd %d\n", io_uring_register_buf_ring(&ring, &registration, 0));
    io_uring_buf_ring_init(buffers);
    for (int i = 0; i < 3; i++)
        io_uring_buf_ring_add(buffers, memory[i], 64, i, io_uring_buf_ring_mask(8), i);
    io_uring_buf_ring_advance(buffers, 3);
    selecting(PREP(&ring, 20, recv, sockets[0], NULL, 0, 0), 7);
    run("receive");
    REQUIRE(send(sockets[1], "one", 3, 0) == 3);
    reap(&ring, "one");
    selecting(PREP(&ring, 21, recv_multishot, sockets[0], NULL, 0, 0), 7);
    run("again and again");
    REQUIRE(send(sockets[1], "two", 3, 0) == 3);
    reap(&ring, "two");
    REQUIRE(send(sockets[1], "three", 5, 0) == 5);
    reap(&ring, "three");
    REQUIRE(send(sockets[1], "four", 4, 0) == 4);
    reap(&ring, "no buffer");
    io_uring_buf_ring_add(buffers, memory[5], 64, 5, io_uring_buf_ring_mask(8), 0);
    io_uring_buf_ring_add(buffers, memory[6], 64, 6, io_uring_buf_ring_mask(8), 1);
    io_uring_buf_ring_advance(buffers, 2);
    selecting(PREP(&ring, 22, recv_multishot, sockets[0], NULL, 0, 0), 7);
    run("it was kept");
    close(sockets[1]);
    reap(&ring, "the end");
    PREP(&ring, 23, provide_buffers, memory, 64, 1, 7, 0);
    run("into a ring");
    printf("gone %d\n", io_uring_unregister_buf_ring(&ring, 7));
    printf("twice %d\n", io_uring_unregister_buf_ring(&ring, 7));
    printf("a group %d\n", io_uring_unregister_buf_ring(&ring, 3));
    close(sockets[0]);
}

static void accepting(void)
{
    struct sockaddr_un name = {.sun_family = AF_UNIX};
    int listener = socket(AF_UNIX, SOCK_STREAM, 0);
    strcpy(name.sun_path + 1, "zonix-uring-more");
    REQUIRE(bind(listener, (void *)&name, sizeof name) == 0 && listen(listener, 5) == 0);
    struct io_uring_sqe *s = PREP(&ring, 30, multishot_accept_direct, listener, NULL, NULL, 0);
    (void)s;
    run("waits");
    int a = socket(AF_UNIX, SOCK_STREAM, 0), b = socket(AF_UNIX, SOCK_STREAM, 0);
    REQUIRE(connect(a, (void *)&name, sizeof name) == 0);
    reap(&ring, "first");
    REQUIRE(connect(b, (void *)&name, sizeof name) == 0);
    reap(&ring, "second");
    PREP(&ring, 31, cancel64, 30, 0);
    run("cancelled");
    close(a);
    close(b);
    close(listener);
}

static void slots(void)
{
    char text[16] = "";
    PREP(&ring, 40, openat_direct, AT_FDCWD, "text", O_RDONLY, 0, 3);
    run("no table");
    printf("sparse %d\n", io_uring_register_files_sparse(&ring, 4));
    PREP(&ring, 41, openat_direct, AT_FDCWD, "text", O_RDONLY, 0, 2);
    run("opened");
    PREP(&ring, 42, openat_direct, AT_FDCWD, "text", O_RDONLY, 0, 9);
    run("beyond");
    PREP(&ring, 43, openat_direct, AT_FDCWD, "text", O_RDONLY | O_CLOEXEC, 0, 1);
    run("with O_CLOEXEC");
    PREP(&ring, 44, openat_direct, AT_FDCWD, "nothing", O_RDONLY, 0, 1);
    run("missing");
    PREP(&ring, 45, read, 2, text, 5, 3)->flags |= IOSQE_FIXED_FILE;
    run("read");
    printf("'%s'\n", text);
    accepting();
    PREP(&ring, 46, socket_direct_alloc, AF_UNIX, SOCK_STREAM, 0, 0);
    run("a socket where there is room");
    PREP(&ring, 47, socket_direct_alloc, AF_UNIX, SOCK_STREAM, 0, 0);
    run("full");
    PREP(&ring, 48, close_direct, 2);
    run("closed");
    PREP(&ring, 49, close_direct, 2);
    run("closed again");
    PREP(&ring, 50, close_direct, 4);
    run("closed beyond");
    PREP(&ring, 51, read, 2, text, 5, 3)->flags |= IOSQE_FIXED_FILE;
    run("not there");
    printf("range %d\n", io_uring_register_file_alloc_range(&ring, 2, 1));
    PREP(&ring, 52, openat_direct, AT_FDCWD, "text", O_RDONLY, 0, 0)->file_index = IORING_FILE_INDEX_ALLOC;
    run("in the range");
    PREP(&ring, 53, openat_direct, AT_FDCWD, "text", O_RDONLY, 0, 0)->file_index = IORING_FILE_INDEX_ALLOC;
    run("the range is full");
    printf("range %d\n", io_uring_register_file_alloc_range(&ring, 3, 2));
}

static void messages(void)
{
    PREP(&ring, 60, msg_ring, other.ring_fd, 77, 1234, 0);
    run("sent");
    reap(&other, "received");
    PREP(&ring, 61, msg_ring, ring.ring_fd, 5, 99, 0);
    run("to itself");
    PREP(&ring, 62, msg_ring, 0, 5, 99, 0);
    run("to what is no ring");
    PREP(&ring, 63, msg_ring, other.ring_fd, 5, 99, 4);
    run("flags");
    PREP(&ring, 64, msg_ring, other.ring_fd, 5, 99, 0)->addr = 9;
    run("command");
}

static void polled(void)
{
    struct io_uring_params p = {.flags = IORING_SETUP_SQPOLL, .sq_thread_idle = 5};
    struct io_uring polling;
    char text[8] = "";
    int pipes[2];
    REQUIRE(pipe(pipes) == 0 && io_uring_queue_init_params(8, &polling, &p) == 0);
    printf("nonfixed %d\n", (p.features & IORING_FEAT_SQPOLL_NONFIXED) != 0);
    PREP(&polling, 1, write, pipes[1], "polled", 6, -1)->flags |= IOSQE_IO_LINK;
    PREP(&polling, 2, read, pipes[0], text, 8, -1);
    printf("submit %d\n", io_uring_submit(&polling));
    reap(&polling, "both");
    printf("'%s'\n", text);
    for (int i = 0; i < 100; i++) {
        struct io_uring_cqe *c;
        PREP(&polling, i, nop);
        REQUIRE(io_uring_submit_and_wait(&polling, 1) >= 0 && io_uring_wait_cqe(&polling, &c) == 0 && c->user_data == (unsigned)i);
        io_uring_cqe_seen(&polling, c);
    }
    PREP(&polling, 3, read, pipes[0], text, 8, -1);
    io_uring_submit(&polling);
    usleep(30000);
    REQUIRE(write(pipes[1], "late", 4) == 4);
    reap(&polling, "late");
    io_uring_queue_exit(&polling);
    static const unsigned refused[] = {IORING_SETUP_SQ_AFF, IORING_SETUP_SQPOLL | IORING_SETUP_COOP_TASKRUN, IORING_SETUP_SQPOLL | IORING_SETUP_SQ_AFF};
    for (int i = 0; i < 3; i++) {
        struct io_uring_params q = {.flags = refused[i], .sq_thread_cpu = 100000};
        printf("%x: %s\n", refused[i], strerrorname_np(-io_uring_queue_init_params(4, &polling, &q)));
    }
}

int main(void)
{
    REQUIRE(io_uring_queue_init(32, &ring, 0) == 0 && io_uring_queue_init(32, &other, 0) == 0);
    groups();
    buffer_ring();
    slots();
    messages();
    polled();
    return 0;
}
