// flags: -pthread
#include "lib/check.h"
#include <linux/futex.h>
#include <pthread.h>
#include <sys/syscall.h>
#include <time.h>

static uint32_t word, other;

static long futex(uint32_t *at, int op, uint32_t val, void *timeout, uint32_t *at2, uint32_t val3)
{
    return syscall(SYS_futex, at, op, val, timeout, at2, val3);
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

struct waiter {
    pthread_t thread;
    uint32_t *at;
    uint32_t bits;
    long result;
    int error;
};

static int asleep;

static void *wait_for(void *argument)
{
    struct waiter *w = argument;
    __atomic_add_fetch(&asleep, 1, __ATOMIC_SEQ_CST);
    w->result = futex(w->at, FUTEX_WAIT_BITSET | FUTEX_PRIVATE_FLAG, *w->at, NULL, NULL, w->bits);
    w->error = errno;
    return NULL;
}

static void start(struct waiter *w, uint32_t *at, uint32_t bits)
{
    w->at = at;
    w->bits = bits;
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

int main(void)
{
    struct timespec ms10 = {0, 10000000}, bad = {0, 1000000000}, past = {1, 0}, t;
    SHOW(futex(&word, FUTEX_WAIT, 1, NULL, NULL, 0));
    SHOW(futex(&word, FUTEX_WAIT, 0, &ms10, NULL, 0));
    SHOW(futex(&word, FUTEX_WAIT | FUTEX_PRIVATE_FLAG, 0, &bad, NULL, 0));
    SHOW(futex(&word, FUTEX_WAIT, 0, (void *)8, NULL, 0));
    SHOW(futex((uint32_t *)((char *)&word + 1), FUTEX_WAIT, 0, &ms10, NULL, 0));
    SHOW(futex((uint32_t *)64, FUTEX_WAIT, 0, &ms10, NULL, 0));
    SHOW(futex(&word, FUTEX_WAIT_BITSET, 0, &past, NULL, ~0u));
    SHOW(futex(&word, FUTEX_WAIT_BITSET, 0, &past, NULL, 0));
    t = after(CLOCK_MONOTONIC, 20);
    SHOW(futex(&word, FUTEX_WAIT_BITSET, 0, &t, NULL, 1));
    t = after(CLOCK_REALTIME, 20);
    SHOW(futex(&word, FUTEX_WAIT_BITSET | FUTEX_CLOCK_REALTIME, 0, &t, NULL, 1));
    SHOW(futex(&word, FUTEX_WAKE, 1, NULL, NULL, 0));
    SHOW(futex(&word, FUTEX_WAKE_BITSET, 1, NULL, NULL, 0));
    SHOW(futex(&word, 99, 1, NULL, NULL, 0));

    struct waiter w[4];
    for (int i = 0; i < 4; i++)
        start(&w[i], &word, 1u << i);
    SHOW(futex(&word, FUTEX_WAKE_BITSET | FUTEX_PRIVATE_FLAG, 9, NULL, NULL, 4));
    finish(&w[2]);
    SHOW(futex(&word, FUTEX_CMP_REQUEUE | FUTEX_PRIVATE_FLAG, 1, (void *)1, &other, 5));
    SHOW(futex(&word, FUTEX_CMP_REQUEUE | FUTEX_PRIVATE_FLAG, 1, (void *)1, &other, 0));
    finish(&w[0]);
    SHOW(futex(&other, FUTEX_WAKE | FUTEX_PRIVATE_FLAG, 9, NULL, NULL, 0));
    finish(&w[1]);
    SHOW(futex(&word, FUTEX_WAKE | FUTEX_PRIVATE_FLAG, 9, NULL, NULL, 0));
    finish(&w[3]);

    start(&w[0], &word, ~0u);
    start(&w[1], &other, ~0u);
    int add = FUTEX_OP(FUTEX_OP_ADD, 5, FUTEX_OP_CMP_EQ, 0);
    SHOW(futex(&word, FUTEX_WAKE_OP | FUTEX_PRIVATE_FLAG, 1, (void *)1, &other, add));
    printf("other %u\n", other);
    finish(&w[0]);
    finish(&w[1]);
    SHOW(futex(&word, FUTEX_WAKE_OP | FUTEX_PRIVATE_FLAG, 1, (void *)1, &other, add));
    SHOW(futex(&word, FUTEX_WAKE_OP | FUTEX_PRIVATE_FLAG, 1, (void *)1, (uint32_t *)64, add));
    printf("other %u\n", other);
    return 0;
}
