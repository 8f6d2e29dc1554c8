// flags: -pthread
// Policies, priorities, nice values and their rules; and that they have an effect.
#include "lib/check.h"
#include <pthread.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>

struct attributes {
    uint32_t size, policy;
    uint64_t flags;
    int32_t nice;
    uint32_t priority;
    uint64_t runtime, deadline, period;
    uint32_t low, high;
};

static volatile int stop;
static struct timespec used[2];

static void show(const char *what)
{
    struct attributes a = {0};
    errno = 0;
    long r = syscall(SYS_sched_getattr, 0, &a, sizeof a, 0);
    printf("%s: %ld policy %u nice %d priority %u flags %lu size %u; scheduler %d, getpriority %d\n", what, r, a.policy, a.nice,
        a.priority, (unsigned long)a.flags, a.size, sched_getscheduler(0), getpriority(PRIO_PROCESS, 0));
}

static long set(int policy, int nice, int priority, uint64_t flags)
{
    struct attributes a = {.size = sizeof a, .policy = policy, .nice = nice, .priority = priority, .flags = flags};
    return syscall(SYS_sched_setattr, 0, &a, 0);
}

static void rules(void)
{
    struct sched_param zero = {0}, ten = {10}, many = {100};
    struct attributes a = {.size = sizeof a};
    struct timespec t;
    show("start");
    SHOW(set(SCHED_OTHER, 5, 0, 0));
    show("nice 5");
    SHOW(set(SCHED_BATCH, 100, 0, 0));
    show("batch, too nice");
    SHOW(set(SCHED_IDLE, 0, 0, 0));
    show("idle");
    SHOW(set(SCHED_OTHER, 0, 1, 0));
    SHOW(set(SCHED_FIFO, 0, 0, 0));
    SHOW(set(SCHED_FIFO, 0, 100, 0));
    SHOW(set(9, 0, 0, 0));
    SHOW(set(SCHED_OTHER, 0, 0, 1ull << 20));
    SHOW(set(6, 0, 0, 0));
    SHOW(sched_setscheduler(0, SCHED_OTHER, &ten));
    SHOW(sched_setscheduler(0, SCHED_RR, &zero));
    SHOW(sched_setscheduler(0, SCHED_RR, &many));
    SHOW(sched_setscheduler(0, -1, &zero));
    SHOW(sched_setscheduler(0, SCHED_OTHER, NULL));
    SHOW(sched_setscheduler(-1, SCHED_OTHER, &zero));
    SHOW(sched_setscheduler(0x3ffffff0, SCHED_OTHER, &zero));
    SHOW(syscall(SYS_sched_setattr, 0, NULL, 0));
    SHOW(syscall(SYS_sched_setattr, 0, &a, 1));
    SHOW(syscall(SYS_sched_setattr, -1, &a, 0));
    SHOW(syscall(SYS_sched_getattr, 0, &a, 47, 0));
    SHOW(syscall(SYS_sched_getattr, 0, &a, 48, 1));
    SHOW(syscall(SYS_sched_getattr, 0, &a, 48, 0));
    printf("size %u\n", a.size);
    a = (struct attributes){.size = 47};
    SHOW(syscall(SYS_sched_setattr, 0, &a, 0));
    printf("size %u\n", a.size);
    for (int policy = -1; policy < 7; policy++)
        printf("policy %d: %d %d\n", policy, sched_get_priority_min(policy), sched_get_priority_max(policy));
    SHOW(syscall(SYS_sched_rr_get_interval, -1, &t));
    SHOW(syscall(SYS_sched_rr_get_interval, 0, (void *)8));
    SHOW(sched_setscheduler(0, SCHED_OTHER, &zero));
    SHOW(set(SCHED_OTHER, 0, 0, 0));
}

static void as_root(void)
{
    struct sched_param ten = {10}, zero = {0};
    struct timespec t;
    SHOW(sched_setscheduler(0, SCHED_FIFO, &ten));
    show("fifo");
    SHOW(syscall(SYS_sched_rr_get_interval, 0, &t));
    printf("%ld\n", t.tv_nsec);
    SHOW(sched_setscheduler(0, SCHED_RR | SCHED_RESET_ON_FORK, &ten));
    show("rr");
    SHOW(syscall(SYS_sched_rr_get_interval, 0, &t));
    printf("%ld\n", t.tv_nsec);
    SHOW(sched_setscheduler(0, SCHED_OTHER, &zero));
    SHOW(setpriority(PRIO_PROCESS, 0, -5));
    show("nice -5");
    SHOW(setpriority(PRIO_PROCESS, 0, 0));
    SHOW(setpriority(3, 0, 0));
    SHOW(getpriority(PRIO_PROCESS, 0x3ffffff0));
}

static void *spin(void *number)
{
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(0, &one);
    REQUIRE(sched_setaffinity(0, sizeof one, &one) == 0);
    if (number)
        REQUIRE(setpriority(PRIO_PROCESS, syscall(SYS_gettid), 10) == 0);
    while (!stop)
        for (volatile int i = 0; i < 1000; i++)
            ;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used[(long)number]);
    return NULL;
}

int main(void)
{
    pthread_t thread[2];
    rules();
    if (geteuid() == 0)
        as_root();
    for (long i = 0; i < 2; i++)
        REQUIRE(pthread_create(&thread[i], NULL, spin, (void *)i) == 0);
    usleep(500000);
    stop = 1;
    pthread_join(thread[0], NULL);
    pthread_join(thread[1], NULL);
    double ratio = (used[0].tv_sec + used[0].tv_nsec / 1e9) / (used[1].tv_sec + used[1].tv_nsec / 1e9);
    // 1024 to 110.
    printf("the nice thread gets little: %d\n", ratio > 1.3);
    cpu_set_t set;
    SHOW(sched_getaffinity(0, sizeof set, &set));
    SHOW(syscall(SYS_sched_getaffinity, 0, 4, &set));
    SHOW(syscall(SYS_sched_getaffinity, 0, 9, &set));
    CPU_ZERO(&set);
    SHOW(sched_setaffinity(0, sizeof set, &set));
    SHOW(sched_setaffinity(0x3ffffff0, sizeof set, &set));
    SHOW(sched_setaffinity(0, sizeof set, (void *)8));
    CPU_SET(0, &set);
    SHOW(sched_setaffinity(0, sizeof set, &set));
    SHOW(sched_getcpu());
    int status;
    fflush(stdout);
    if (fork() == 0) {
        show("child");
        exit(0);
    }
    wait(&status);
    return 0;
}
