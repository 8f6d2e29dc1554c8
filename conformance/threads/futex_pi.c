// flags: -pthread
// Locks with priority inheritance: the word's bits, errors, hand-over, owners that die, waits that are moved.
#include "lib/check.h"
#include <fcntl.h>
#include <linux/futex.h>
#include <pthread.h>
#include <signal.h>
#include <sys/syscall.h>
#include <time.h>

#ifndef FUTEX_LOCK_PI2
#define FUTEX_LOCK_PI2 13
#endif

static uint32_t word, condition;
static int stage;

static long futex(uint32_t *at, int op, uint32_t val, void *timeout, uint32_t *at2, uint32_t val3)
{
    return syscall(SYS_futex, at, op | FUTEX_PRIVATE_FLAG, val, timeout, at2, val3);
}

static uint32_t tid(void)
{
    return (uint32_t)syscall(SYS_gettid);
}

static void show_word(const char *when)
{
    uint32_t value = __atomic_load_n(&word, __ATOMIC_SEQ_CST);
    printf("%s: %s%s%s\n", when, value & FUTEX_WAITERS ? "WAITERS " : "", value & FUTEX_OWNER_DIED ? "OWNER_DIED " : "",
        (value & FUTEX_TID_MASK) == 0 ? "nobody" : (value & FUTEX_TID_MASK) == tid() ? "mine" : "other");
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

static volatile pid_t waiting;

static void await(int wanted)
{
    while (__atomic_load_n(&stage, __ATOMIC_SEQ_CST) < wanted)
        usleep(1000);
}

static void next_stage(void)
{
    __atomic_add_fetch(&stage, 1, __ATOMIC_SEQ_CST);
}

// Whoever is about to wait says so in a stage of its own; this returns when it does wait.
static void await_sleep(int wanted, const volatile pid_t *who)
{
    char path[64], text[256], state = 0;
    await(wanted);
    snprintf(path, sizeof path, "/proc/self/task/%d/stat", *who);
    while (state != 'S') {
        int fd = open(path, O_RDONLY);
        REQUIRE(fd >= 0);
        long n = read(fd, text, sizeof text - 1);
        REQUIRE(n > 0 && close(fd) == 0);
        text[n] = 0;
        state = strrchr(text, ')')[2];
        usleep(1000);
    }
}

static void *waiter(void *unused)
{
    waiting = tid();
    next_stage();
    long result = futex(&word, FUTEX_LOCK_PI, 0, NULL, NULL, 0);
    await(2);
    printf("waiter: %ld\n", result);
    show_word("waiter has it");
    next_stage();
    REQUIRE(futex(&word, FUTEX_UNLOCK_PI, 0, NULL, NULL, 0) == 0);
    return NULL;
}

static void *owner_dies(void *unused)
{
    word = tid();
    next_stage();
    pid_t main_thread = getpid();
    await_sleep(2, &main_thread);
    return NULL;
}

static void *deadlocks(void *unused)
{
    SHOW(futex(&condition, FUTEX_LOCK_PI, 0, NULL, NULL, 0));
    waiting = tid();
    next_stage();
    long result = futex(&word, FUTEX_LOCK_PI, 0, NULL, NULL, 0);
    await(2);
    printf("deadlocks: %ld\n", result);
    REQUIRE(futex(&word, FUTEX_UNLOCK_PI, 0, NULL, NULL, 0) == 0);
    REQUIRE(futex(&condition, FUTEX_UNLOCK_PI, 0, NULL, NULL, 0) == 0);
    return NULL;
}

static void basics(void)
{
    struct timespec bad = {0, 1000000000}, t;
    SHOW(futex(&word, FUTEX_LOCK_PI, 0, NULL, NULL, 0));
    show_word("locked");
    SHOW(futex(&word, FUTEX_LOCK_PI, 0, NULL, NULL, 0));
    SHOW(futex(&word, FUTEX_TRYLOCK_PI, 0, NULL, NULL, 0));
    SHOW(futex(&word, FUTEX_UNLOCK_PI, 0, NULL, NULL, 0));
    show_word("unlocked");
    SHOW(futex(&word, FUTEX_UNLOCK_PI, 0, NULL, NULL, 0));
    SHOW(futex(&word, FUTEX_TRYLOCK_PI, 0, NULL, NULL, 0));
    SHOW(futex(&word, FUTEX_UNLOCK_PI, 0, NULL, NULL, 0));
    SHOW(futex(&word, FUTEX_LOCK_PI2, 0, NULL, NULL, 0));
    SHOW(futex(&word, FUTEX_UNLOCK_PI, 0, NULL, NULL, 0));
    SHOW(futex(&word, FUTEX_LOCK_PI, 0, &bad, NULL, 0));
    SHOW(futex(&word, FUTEX_LOCK_PI, 0, (void *)8, NULL, 0));
    SHOW(futex((uint32_t *)64, FUTEX_LOCK_PI, 0, NULL, NULL, 0));
    SHOW(futex((uint32_t *)64, FUTEX_UNLOCK_PI, 0, NULL, NULL, 0));
    SHOW(futex((uint32_t *)((char *)&word + 2), FUTEX_LOCK_PI, 0, NULL, NULL, 0));
    SHOW(futex(&word, FUTEX_LOCK_PI | FUTEX_CLOCK_REALTIME, 0, NULL, NULL, 0));
    SHOW(futex(&word, FUTEX_WAIT | FUTEX_CLOCK_REALTIME, 1, NULL, NULL, 0));
    word = FUTEX_OWNER_DIED;
    SHOW(futex(&word, FUTEX_LOCK_PI, 0, NULL, NULL, 0));
    show_word("after a dead owner");
    SHOW(futex(&word, FUTEX_UNLOCK_PI, 0, NULL, NULL, 0));
    show_word("unlocked");
    word = 0x3ffffff0;
    SHOW(futex(&word, FUTEX_LOCK_PI, 0, NULL, NULL, 0));
    SHOW(futex(&word, FUTEX_TRYLOCK_PI, 0, NULL, NULL, 0));
    show_word("nobody's number");
    word = 0;
    t = after(CLOCK_MONOTONIC, -5);
    SHOW(futex(&word, FUTEX_LOCK_PI, 0, &t, NULL, 0));
    SHOW(futex(&word, FUTEX_UNLOCK_PI, 0, NULL, NULL, 0));
}

static void hand_over(void)
{
    pthread_t thread, second;
    struct timespec t;
    SHOW(futex(&word, FUTEX_LOCK_PI, 0, NULL, NULL, 0));
    stage = 0;
    REQUIRE(pthread_create(&thread, NULL, waiter, NULL) == 0);
    await_sleep(1, &waiting);
    show_word("somebody waits");
    SHOW(futex(&word, FUTEX_WAKE, 1, NULL, NULL, 0));
    SHOW(futex(&word, FUTEX_UNLOCK_PI, 0, NULL, NULL, 0));
    next_stage();
    pthread_join(thread, NULL);
    show_word("both are done");

    stage = 0;
    REQUIRE(pthread_create(&second, NULL, owner_dies, NULL) == 0);
    await(1);
    SHOW(futex(&word, FUTEX_TRYLOCK_PI, 0, NULL, NULL, 0));
    show_word("tried");
    next_stage();
    SHOW(futex(&word, FUTEX_LOCK_PI, 0, NULL, NULL, 0));
    show_word("inherited");
    SHOW(futex(&word, FUTEX_UNLOCK_PI, 0, NULL, NULL, 0));
    show_word("unlocked");
    pthread_join(second, NULL);

    word = condition = 0;
    stage = 0;
    SHOW(futex(&word, FUTEX_LOCK_PI, 0, NULL, NULL, 0));
    REQUIRE(pthread_create(&thread, NULL, deadlocks, NULL) == 0);
    await_sleep(1, &waiting);
    t = after(CLOCK_REALTIME, 20);
    SHOW(futex(&condition, FUTEX_LOCK_PI, 0, &t, NULL, 0));
    t = after(CLOCK_MONOTONIC, 20);
    SHOW(futex(&condition, FUTEX_LOCK_PI2, 0, &t, NULL, 0));
    SHOW(futex(&word, FUTEX_UNLOCK_PI, 0, NULL, NULL, 0));
    next_stage();
    pthread_join(thread, NULL);
    show_word("end");
}

static void *times_out(void *unused)
{
    struct timespec t = after(CLOCK_REALTIME, 20);
    SHOW(futex(&word, FUTEX_LOCK_PI, 0, &t, NULL, 0));
    t = after(CLOCK_MONOTONIC, 20);
    SHOW(futex(&word, FUTEX_LOCK_PI2, 0, &t, NULL, 0));
    t = after(CLOCK_REALTIME, 20);
    SHOW(futex(&word, FUTEX_LOCK_PI2 | FUTEX_CLOCK_REALTIME, 0, &t, NULL, 0));
    return NULL;
}

static void *moved(void *number)
{
    waiting = tid();
    next_stage();
    long result = futex(&condition, FUTEX_WAIT_REQUEUE_PI, 0, NULL, &word, 0);
    await(4);
    printf("moved: %ld\n", result);
    show_word("moved");
    REQUIRE(futex(&word, FUTEX_UNLOCK_PI, 0, NULL, NULL, 0) == 0);
    return NULL;
}

static void requeue(void)
{
    pthread_t thread[3];
    struct timespec t;
    word = condition = 0;
    t = after(CLOCK_MONOTONIC, 10);
    SHOW(futex(&condition, FUTEX_WAIT_REQUEUE_PI, 0, &t, &word, 0));
    SHOW(futex(&condition, FUTEX_WAIT_REQUEUE_PI, 1, &t, &word, 0));
    SHOW(futex(&condition, FUTEX_WAIT_REQUEUE_PI, 0, &t, &condition, 0));
    SHOW(futex(&condition, FUTEX_CMP_REQUEUE_PI, 1, (void *)1, &condition, 0));
    SHOW(futex(&condition, FUTEX_CMP_REQUEUE_PI, 2, (void *)1, &word, 0));
    SHOW(futex(&condition, FUTEX_CMP_REQUEUE_PI, 0, (void *)1, &word, 0));
    SHOW(futex(&condition, FUTEX_CMP_REQUEUE_PI, 1, (void *)1, &word, 5));
    SHOW(futex(&condition, FUTEX_CMP_REQUEUE_PI, 1, (void *)1, &word, 0));
    SHOW(futex(&condition, FUTEX_CMP_REQUEUE_PI, 1, (void *)-1, &word, 0));

    stage = 0;
    for (int i = 0; i < 3; i++) {
        REQUIRE(pthread_create(&thread[i], NULL, moved, NULL) == 0);
        await_sleep(i + 1, &waiting);
    }
    SHOW(futex(&condition, FUTEX_WAKE, 1, NULL, NULL, 0));
    SHOW(futex(&condition, FUTEX_CMP_REQUEUE, 1, (void *)1, &stage, 0));
    SHOW(futex(&word, FUTEX_LOCK_PI, 0, NULL, NULL, 0));
    SHOW(futex(&condition, FUTEX_CMP_REQUEUE_PI, 1, (void *)1, &word, 0));
    show_word("two wait for me");
    SHOW(futex(&word, FUTEX_UNLOCK_PI, 0, NULL, NULL, 0));
    next_stage();
    pthread_join(thread[0], NULL);
    pthread_join(thread[1], NULL);
    SHOW(futex(&condition, FUTEX_CMP_REQUEUE_PI, 1, (void *)0, &word, 0));
    pthread_join(thread[2], NULL);
    show_word("end");
}

int main(void)
{
    setvbuf(stdout, NULL, _IONBF, 0);
    basics();
    hand_over();
    pthread_t thread;
    SHOW(futex(&word, FUTEX_LOCK_PI, 0, NULL, NULL, 0));
    REQUIRE(pthread_create(&thread, NULL, times_out, NULL) == 0);
    pthread_join(thread, NULL);
    show_word("they gave up");
    SHOW(futex(&word, FUTEX_UNLOCK_PI, 0, NULL, NULL, 0));
    show_word("end");
    requeue();
    return 0;
}
