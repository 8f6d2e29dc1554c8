// How programs of the time of Linux 2.0 to 2.4 had threads: processes that share memory, descriptors and handlers, made by clone(2) with a
// signal that tells their maker of their end, waited for with __WCLONE, and stopped and woken by signals. Frames of signals without
// SA_RESTORER, memory of old_mmap, thread-local memory by the local descriptor table. Built for x86-64 it has the same threads.
// machine: i386
// flags: -static -fno-stack-protector -Wno-unused-function
#include "lib/check.h"
#include <asm/ldt.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>

enum { RESTART = 32, CANCEL = 33, STACK = 64 << 10, THREADS = 4, ROUNDS = 200 };

// struct sigaction as rt_sigaction(2) takes it.
struct kernel_action {
    void (*handler)(int);
    unsigned long flags;
#ifndef __i386__
    void (*restorer)(void);
#endif
    unsigned long long mask;
};

static volatile int restarted, cancelled, told_of_ends, counter, lock, order[THREADS], served;
static int requests[2];
static pid_t maker;

static void tell(const char *what, long result)
{
    printf("%s: %s\n", what, result == -1 ? strerrorname_np(errno) : "done");
}

static void on_restart(int signo) { restarted += signo == RESTART; }
static void on_cancel(int signo) { cancelled += signo == CANCEL; }
static void on_end(int signo) { told_of_ends += signo == SIGUSR1; }

#ifndef __i386__
void give_back(void);
__asm__("give_back: mov $15, %eax; syscall");
#endif

// The library keeps these signals to itself.
static void handle(int signo, void (*handler)(int))
{
#ifdef __i386__
    // No restorer: the kernel finds the way back from a handler itself.
    struct kernel_action action = { .handler = handler };
#else
    struct kernel_action action = { .handler = handler, .flags = 0x04000000, .restorer = give_back };
#endif
    if (syscall(SYS_rt_sigaction, signo, &action, NULL, 8) != 0)
        printf("rt_sigaction %d: %s\n", signo, strerrorname_np(errno));
}

static void block(int how, unsigned long long set)
{
    syscall(SYS_rt_sigprocmask, how, &set, NULL, 8);
}

static pid_t start(int (*what)(void *), void *argument, int signo)
{
    char *stack = mmap(NULL, STACK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return clone(what, stack + STACK, CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | signo, argument);
}

static void take(void)
{
    while (__sync_lock_test_and_set(&lock, 1))
        sched_yield();
}

static int count(void *argument)
{
    for (int i = 0; i < ROUNDS; i++) {
        take();
        counter++;
        __sync_lock_release(&lock);
        if (i % 16 == 0)
            sched_yield();
    }
    order[(long)argument] = syscall(SYS_getpid) != maker && syscall(SYS_getppid) == maker;
    syscall(SYS_exit, 10 + (int)(long)argument);
    return 0;
}

static void counting(void)
{
    pid_t threads[THREADS];
    for (long i = 0; i < THREADS; i++)
        threads[i] = start(count, (void *)i, SIGUSR1);
    int status, sum = 0, ended = 0;
    tell("without __WCLONE", waitpid(threads[0], &status, WNOHANG));
    while (ended < THREADS) {
        pid_t pid = waitpid(-1, &status, __WCLONE);
        if (pid == -1 && errno == EINTR)
            continue;
        if (pid == -1) {
            printf("wait: %s\n", strerrorname_np(errno));
            break;
        }
        sum += WEXITSTATUS(status);
        ended++;
    }
    printf("counter %d, statuses %d, own numbers %d%d%d%d, signals of ends came: %d\n", counter, sum, order[0], order[1], order[2], order[3],
        told_of_ends > 0);
}

// A thread that has to wait suspends itself until it is sent the restart signal.
static void suspend_self(void)
{
    unsigned long long but_restart = ~0ULL & ~(1ULL << (RESTART - 1)) & ~(1ULL << (CANCEL - 1));
    int before = restarted + cancelled;
    while (restarted + cancelled == before)
        syscall(SYS_rt_sigsuspend, &but_restart, 8);
}

static int wait_for_restart(void *argument)
{
    order[0] = 7;
    suspend_self();
    order[0] = 8;
    suspend_self();
    syscall(SYS_exit, cancelled == 1 ? 5 : 6);
    return 0;
}

static void restarting(void)
{
    block(SIG_BLOCK, 1ULL << (RESTART - 1) | 1ULL << (CANCEL - 1));
    order[0] = 0;
    pid_t thread = start(wait_for_restart, NULL, SIGCHLD);
    while (order[0] != 7)
        sched_yield();
    printf("restart %d\n", kill(thread, RESTART));
    while (order[0] != 8)
        sched_yield();
    printf("cancel %d\n", kill(thread, CANCEL));
    int status;
    printf("an ordinary child %d", waitpid(thread, &status, 0) == thread);
    printf(", status %d, restarted %d\n", WEXITSTATUS(status), restarted);
}

// A manager thread makes the others, as it is asked to through a pipe.
static int manager(void *argument)
{
    char request;
    while (read(requests[0], &request, 1) == 1 && request == 'c') {
        int status;
        pid_t made = start(count, (void *)1, CANCEL);
        served += waitpid(made, &status, __WCLONE) == made && WEXITSTATUS(status) == 11;
    }
    // Descriptors are shared: closed here, closed there.
    close(requests[1]);
    syscall(SYS_exit, 0);
    return 0;
}

static void managing(void)
{
    block(SIG_BLOCK, 1ULL << (CANCEL - 1));
    if (pipe(requests) != 0)
        return;
    counter = 0;
    pid_t thread = start(manager, NULL, SIGCHLD);
    write(requests[1], "cccx", 4);
    int status;
    waitpid(thread, &status, 0);
    printf("served %d, counter %d\n", served, counter);
    tell("descriptor", write(requests[1], "c", 1));
}

static void local_memory(void)
{
#ifdef __i386__
    static unsigned block[4] = { 0, 0x1234, 0x5678, 0x9abc };
    block[0] = (unsigned)block;
    struct user_desc entry = { .entry_number = 3, .base_addr = (unsigned)block, .limit = 15, .seg_32bit = 1, .useable = 1 };
    long set = syscall(SYS_modify_ldt, 1, &entry, sizeof entry);
    unsigned short kept, selector = 3 * 8 + 7;
    unsigned self, third;
    __asm__ volatile("mov %%gs, %2; mov %3, %%gs; mov %%gs:0, %0; mov %%gs:8, %1; mov %2, %%gs" : "=&r"(self), "=&r"(third), "=&r"(kept) : "r"(selector));
    printf("local table %ld, itself %d, third %x\n", set, self == (unsigned)block, third);
    unsigned args[] = { 0, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1u, 0 };
    char *page = (char *)syscall(90, args);
    strcpy(page + 4090, "crosses");
    printf("old_mmap %s\n", page + 4090);
    tell("vm86old", syscall(113, page));
    tell("vm86", syscall(166, 1, page));
#else
    puts("local table 0, itself 1, third 5678\nold_mmap crosses\nvm86old: ENOSYS\nvm86: ENOSYS");
#endif
}

int main(void)
{
    setbuf(stdout, NULL);
    maker = getpid();
    handle(RESTART, on_restart);
    handle(CANCEL, on_cancel);
    handle(SIGUSR1, on_end);
    counting();
    restarting();
    managing();
    local_memory();
    return 0;
}
