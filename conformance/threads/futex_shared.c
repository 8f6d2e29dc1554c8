// flags: -pthread
// Shared futexes are known by the memory, private ones by the address; several at once; the calls of Linux 6.7.
#define _GNU_SOURCE
#include "lib/check.h"
#include <fcntl.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>

struct waitv {
    uint64_t val, uaddr;
    uint32_t flags, reserved;
};

static int asleep;

struct waiter {
    pthread_t thread;
    uint32_t *at;
    int flags;
    long result;
};

static long futex(uint32_t *at, int op, uint32_t val, void *timeout, uint32_t *at2, uint32_t val3)
{
    return syscall(SYS_futex, at, op, val, timeout, at2, val3);
}

static void *wait_for(void *argument)
{
    struct waiter *w = argument;
    __atomic_add_fetch(&asleep, 1, __ATOMIC_SEQ_CST);
    w->result = futex(w->at, FUTEX_WAIT | w->flags, 0, NULL, NULL, 0);
    return NULL;
}

static void start(struct waiter *w, uint32_t *at, int flags)
{
    w->at = at;
    w->flags = flags;
    int before = asleep;
    REQUIRE(pthread_create(&w->thread, NULL, wait_for, w) == 0);
    while (__atomic_load_n(&asleep, __ATOMIC_SEQ_CST) == before)
        usleep(1000);
    usleep(30000);
}

static void finish(struct waiter *w)
{
    pthread_join(w->thread, NULL);
    printf("waiter: %ld\n", w->result);
}

static struct timespec after(clockid_t clock, long ms)
{
    struct timespec t;
    clock_gettime(clock, &t);
    t.tv_nsec += ms * 1000000;
    t.tv_sec += t.tv_nsec / 1000000000;
    t.tv_nsec %= 1000000000;
    return t;
}

static void two_mappings(const char *what, int fd)
{
    struct waiter w;
    printf("%s\n", what);
    uint32_t *one = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    uint32_t *two = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    uint32_t *tail = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 4096);
    uint32_t *own = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
    REQUIRE(one != MAP_FAILED && two != MAP_FAILED && tail != MAP_FAILED && own != MAP_FAILED);
    start(&w, one + 1, 0);
    SHOW(futex(two + 1, FUTEX_WAKE | FUTEX_PRIVATE_FLAG, 1, NULL, NULL, 0));
    SHOW(futex(one + 1, FUTEX_WAKE | FUTEX_PRIVATE_FLAG, 1, NULL, NULL, 0));
    SHOW(futex(own + 1, FUTEX_WAKE, 1, NULL, NULL, 0));
    SHOW(futex(two + 2, FUTEX_WAKE, 1, NULL, NULL, 0));
    SHOW(futex(two + 1, FUTEX_WAKE, 1, NULL, NULL, 0));
    finish(&w);
    start(&w, tail + 3, 0);
    SHOW(futex(one + 3, FUTEX_WAKE, 1, NULL, NULL, 0));
    SHOW(futex(one + 1024 + 3, FUTEX_WAKE, 1, NULL, NULL, 0));
    finish(&w);
    start(&w, one + 1, FUTEX_PRIVATE_FLAG);
    SHOW(futex(one + 1, FUTEX_WAKE, 1, NULL, NULL, 0));
    SHOW(futex(one + 1, FUTEX_WAKE | FUTEX_PRIVATE_FLAG, 1, NULL, NULL, 0));
    finish(&w);
    start(&w, one + 1, 0);
    SHOW(futex(two + 1, FUTEX_CMP_REQUEUE, 0, (void *)1, tail + 5, 0));
    SHOW(futex(two + 1024 + 5, FUTEX_WAKE, 1, NULL, NULL, 0));
    finish(&w);
    munmap(one, 8192);
    munmap(two, 8192);
    SHOW(futex(one, FUTEX_WAKE, 1, NULL, NULL, 0));
    SHOW(futex(one, FUTEX_WAKE | FUTEX_PRIVATE_FLAG, 1, NULL, NULL, 0));
    SHOW(futex(one, FUTEX_WAIT, 0, NULL, NULL, 0));
    SHOW(futex(one, FUTEX_WAIT | FUTEX_PRIVATE_FLAG, 0, NULL, NULL, 0));
    munmap(tail, 4096);
    munmap(own, 8192);
}

static uint32_t a, b, c;
static struct waitv set[129];
static long set_result;

static long futex_waitv(struct waitv *waiters, unsigned count, unsigned flags, struct timespec *timeout, clockid_t clock)
{
    return syscall(449, waiters, count, flags, timeout, clock);
}

static void *wait_for_any(void *count)
{
    __atomic_add_fetch(&asleep, 1, __ATOMIC_SEQ_CST);
    set_result = futex_waitv(set, (unsigned)(long)count, 0, NULL, 0);
    return NULL;
}

static void any(uint32_t *at, int flags)
{
    pthread_t thread;
    int before = asleep;
    REQUIRE(pthread_create(&thread, NULL, wait_for_any, (void *)3) == 0);
    while (__atomic_load_n(&asleep, __ATOMIC_SEQ_CST) == before)
        usleep(1000);
    usleep(30000);
    SHOW(futex(at, FUTEX_WAKE | flags, 1, NULL, NULL, 0));
    pthread_join(thread, NULL);
    printf("any: %ld\n", set_result);
}

static void vectors(void)
{
    set[0] = (struct waitv){0, (uintptr_t)&a, 2 | 128, 0};
    set[1] = (struct waitv){0, (uintptr_t)&b, 2, 0};
    set[2] = (struct waitv){0, (uintptr_t)&c, 2 | 128, 0};
    any(&a, FUTEX_PRIVATE_FLAG);
    any(&b, 0);
    any(&c, FUTEX_PRIVATE_FLAG);
    struct timespec t = after(CLOCK_MONOTONIC, 20), bad = {0, 1000000000};
    SHOW(futex_waitv(set, 3, 0, &t, CLOCK_MONOTONIC));
    t = after(CLOCK_REALTIME, 20);
    SHOW(futex_waitv(set, 3, 0, &t, CLOCK_REALTIME));
    SHOW(futex_waitv(set, 3, 0, &t, CLOCK_BOOTTIME));
    SHOW(futex_waitv(set, 3, 0, &bad, CLOCK_MONOTONIC));
    SHOW(futex_waitv(set, 3, 1, &t, CLOCK_MONOTONIC));
    SHOW(futex_waitv(set, 0, 0, &t, CLOCK_MONOTONIC));
    SHOW(futex_waitv(set, 129, 0, &t, CLOCK_MONOTONIC));
    SHOW(futex_waitv(NULL, 1, 0, &t, CLOCK_MONOTONIC));
    SHOW(futex_waitv((void *)8, 1, 0, &t, CLOCK_MONOTONIC));
    c = 1;
    SHOW(futex_waitv(set, 3, 0, NULL, 0));
    c = 0;
    static const unsigned flags[] = {0, 1, 3, 128, 2 | 128};
    for (int i = 0; i < 5; i++) {
        set[2].flags = flags[i];
        t = after(CLOCK_MONOTONIC, 5);
        printf("flags %u: ", flags[i]);
        SHOW(futex_waitv(set, 3, 0, &t, CLOCK_MONOTONIC));
    }
    set[2].reserved = 1;
    SHOW(futex_waitv(set, 3, 0, &t, CLOCK_MONOTONIC));
    set[2].reserved = 0;
    set[2].val = 1ull << 32;
    SHOW(futex_waitv(set, 3, 0, &t, CLOCK_MONOTONIC));
    set[2].val = 0;
    set[2].uaddr++;
    SHOW(futex_waitv(set, 3, 0, &t, CLOCK_MONOTONIC));
    set[2].uaddr--;
}

static void second_generation(void)
{
    struct timespec t = after(CLOCK_MONOTONIC, 20);
    struct waiter w;
    if (syscall(454, &a, 1ul, 1, 2 | 128) == -1 && errno == ENOSYS)
        return;
    SHOW(syscall(454, &a, 1ul, 1, 2 | 128));
    SHOW(syscall(454, &a, 0ul, 1, 2 | 128));
    SHOW(syscall(454, &a, 1ul, 1, 1));
    SHOW(syscall(454, &a, 1ul << 32, 1, 2));
    SHOW(syscall(455, &a, 1ul, ~0u, 2, NULL, 0));
    SHOW(syscall(455, &a, 0ul, 0ul, 2, NULL, 0));
    SHOW(syscall(455, &a, 0ul, 1ul, 2, &t, CLOCK_MONOTONIC));
    SHOW(syscall(455, &a, 0ul, 1ul, 2, &t, CLOCK_TAI));
    start(&w, &a, FUTEX_PRIVATE_FLAG);
    SHOW(syscall(454, &a, 1ul, 0, 2 | 128));
    set[0] = (struct waitv){0, (uintptr_t)&a, 2 | 128, 0};
    set[1] = (struct waitv){0, (uintptr_t)&b, 2 | 128, 0};
    SHOW(syscall(456, set, 1, 0, 1));
    SHOW(syscall(456, set, 0, -1, 1));
    SHOW(syscall(456, set, 0, 0, 1));
    SHOW(syscall(454, &a, ~0u, 1, 2 | 128));
    SHOW(syscall(454, &b, ~0u, 1, 2 | 128));
    finish(&w);
    set[0].val = 1;
    SHOW(syscall(456, set, 0, 0, 1));
}

int main(void)
{
    int fd = memfd_create("futex", 0);
    REQUIRE(ftruncate(fd, 8192) == 0);
    two_mappings("memfd", fd);
    char path[] = "/tmp/zonix-futex-XXXXXX";
    fd = mkstemp(path);
    REQUIRE(fd >= 0 && ftruncate(fd, 8192) == 0);
    two_mappings("file", fd);
    unlink(path);

    struct waiter w[2];
    start(&w[0], &a, 0);
    start(&w[1], &a, 0);
    SHOW(futex(&a, FUTEX_REQUEUE, 1, (void *)1, &b, 0));
    finish(&w[0]);
    SHOW(futex(&b, FUTEX_WAKE, 0, NULL, NULL, 0));
    finish(&w[1]);
    start(&w[0], &a, 0);
    SHOW(futex(&a, FUTEX_WAKE_OP, 0, (void *)0, &b, FUTEX_OP(FUTEX_OP_SET, 0, FUTEX_OP_CMP_EQ, 9)));
    finish(&w[0]);
    SHOW(futex(&a, FUTEX_WAKE_OP, 0, (void *)0, &b, FUTEX_OP(7, 0, FUTEX_OP_CMP_EQ, 9)));
    SHOW(futex(&a, FUTEX_WAKE_OP, 0, (void *)0, &b, FUTEX_OP(FUTEX_OP_ADD, 3, 9, 9)));
    printf("b %u\n", b);
    b = 0;
    SHOW(futex(&a, FUTEX_REQUEUE, -1, (void *)1, &b, 0));
    vectors();
    second_generation();
    return 0;
}
