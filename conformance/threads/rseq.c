// flags: -pthread
// env: GLIBC_TUNABLES=glibc.pthread.rseq=0
// Restartable sequences: registration, the CPU's number, aborts by signals, moves and other threads' barriers.
#include "lib/check.h"
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>

#define SIGNATURE 0x53053053

struct area {
    uint32_t cpu_id_start, cpu_id;
    uint64_t section;
    uint32_t flags, node_id, mm_cid, padding;
} __attribute__((aligned(32)));

struct section {
    uint32_t version, flags;
    uint64_t start, length, abort;
} __attribute__((aligned(32)));

static __thread struct area area, second;
static struct section bad;
static volatile int ready, stop;
static volatile sig_atomic_t signals;

static long rseq(void *at, unsigned length, int flags, unsigned signature)
{
    return syscall(SYS_rseq, at, length, flags, signature);
}

static void on_alarm(int signo)
{
    signals++;
}

/// Waits in a critical section until it is aborted; answers 1 then.
static int wait_for_abort(void)
{
    int aborted;
    __asm__ volatile(
        ".pushsection .data.rseq, \"aw\"\n\t"
        ".balign 32\n\t"
        "3: .long 0, 0\n\t"
        ".quad 1f, 2f - 1f, 4f\n\t"
        ".popsection\n\t"
        "leaq 3b(%%rip), %%rax\n\t"
        "movq %%rax, %[section]\n\t"
        "1: movl $1, %[ready]\n\t"
        "5: pause\n\t"
        "jmp 5b\n\t"
        "2: movl $0, %[aborted]\n\t"
        "jmp 6f\n\t"
        ".long 0x53053053\n\t"
        "4: movl $1, %[aborted]\n\t"
        "6:\n\t"
        : [aborted] "=r"(aborted), [section] "=m"(area.section), [ready] "=m"(ready)
        :
        : "rax", "memory");
    return aborted;
}

static void *waits(void *unused)
{
    REQUIRE(rseq(&area, 32, 0, SIGNATURE) == 0);
    int aborted = wait_for_abort();
    printf("aborted %d, section %lu\n", aborted, (unsigned long)area.section);
    return NULL;
}

static void *spins(void *unused)
{
    while (!stop)
        ;
    return NULL;
}

static void registration(void)
{
    SHOW(rseq(&area, 32, 1, SIGNATURE));
    SHOW(rseq((char *)&area + 8, 32, 0, SIGNATURE));
    SHOW(rseq(&area, 16, 0, SIGNATURE));
    SHOW(rseq(&area, 32, 4, SIGNATURE));
    SHOW(rseq((void *)0xffffffffffffff00ul, 32, 0, SIGNATURE));
    SHOW(rseq(&area, 32, 0, SIGNATURE));
    SHOW(rseq(&area, 32, 0, SIGNATURE));
    SHOW(rseq(&area, 32, 0, 1));
    SHOW(rseq(&second, 32, 0, SIGNATURE));
    printf("cpu %d\n", area.cpu_id == area.cpu_id_start && area.cpu_id < 1024);
    SHOW(rseq(&second, 32, 1, SIGNATURE));
    SHOW(rseq(&area, 32, 1, 1));
    SHOW(rseq(&area, 32, 1, SIGNATURE));
    printf("%d %d\n", (int)area.cpu_id, (int)area.cpu_id_start);
    SHOW(rseq(&area, 32, 1, SIGNATURE));
    SHOW(rseq(&area, 32, 0, SIGNATURE));
}

static void numbers(void)
{
    cpu_set_t all, one;
    REQUIRE(sched_getaffinity(0, sizeof all, &all) == 0);
    int wrong = 0;
    for (int round = 0; round < 20; round++)
        for (int cpu = 0; cpu < 2; cpu++) {
            if (!CPU_ISSET(cpu, &all))
                continue;
            CPU_ZERO(&one);
            CPU_SET(cpu, &one);
            REQUIRE(sched_setaffinity(0, sizeof one, &one) == 0);
            unsigned now;
            syscall(SYS_getcpu, &now, NULL, NULL);
            wrong += area.cpu_id != cpu || now != cpu || sched_getcpu() != cpu;
        }
    printf("wrong numbers: %d\n", wrong);
    sched_setaffinity(0, sizeof all, &all);
}

static void child(void)
{
    int status;
    fflush(stdout);
    pid_t pid = fork();
    if (pid == 0) {
        SHOW(rseq(&area, 32, 0, SIGNATURE));
        fflush(stdout);
        // Not a section that anybody meant.
        bad = (struct section){0, 0, (uintptr_t)child, 16, (uintptr_t)&bad};
        area.section = (uintptr_t)&bad;
        for (;;) {
            struct itimerval value = {{0, 0}, {0, 1000}};
            setitimer(ITIMER_REAL, &value, NULL);
            pause();
        }
    }
    REQUIRE(waitpid(pid, &status, 0) == pid);
    printf("child ended by %d\n", WIFSIGNALED(status) ? WTERMSIG(status) : -1);
}

int main(void)
{
    setvbuf(stdout, NULL, _IONBF, 0);
    pthread_t thread;
    registration();
    numbers();
    struct itimerval value = {{0, 0}, {0, 20000}};
    signal(SIGALRM, on_alarm);
    setitimer(ITIMER_REAL, &value, NULL);
    int aborted = wait_for_abort();
    printf("aborted %d, section %lu\n", aborted, (unsigned long)area.section);

    SHOW(syscall(SYS_membarrier, 128, 0, 0));
    SHOW(syscall(SYS_membarrier, 256, 0, 0));
    SHOW(syscall(SYS_membarrier, 128, 2, 0));
    SHOW(syscall(SYS_membarrier, 128, 1, 5000));
    SHOW(syscall(SYS_membarrier, 8, 1, 0));
    SHOW(syscall(SYS_membarrier, 3, 0, 0));
    ready = 0;
    REQUIRE(pthread_create(&thread, NULL, waits, NULL) == 0);
    while (!ready)
        ;
    REQUIRE(syscall(SYS_membarrier, 128, 0, 0) == 0);
    pthread_join(thread, NULL);

    // Preempted by another thread on the same CPU.
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(0, &one);
    REQUIRE(sched_setaffinity(0, sizeof one, &one) == 0);
    REQUIRE(pthread_create(&thread, NULL, spins, NULL) == 0);
    printf("aborted %d\n", wait_for_abort());
    stop = 1;
    pthread_join(thread, NULL);
    child();
    return 0;
}
