// flags: -m32 -static -fno-pie -no-pie
// needs: i386
//
// Calls that signals interrupt, by int 0x80 and through the vDSO; and handlers that change what they return to.
#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

static volatile int count;
static int ends[2];

static void tick(int signal)
{
    (void)signal;
    if (++count == 3)
        write(ends[1], "x", 1);
}

static void change(int signal, siginfo_t *info, void *context)
{
    (void)signal;
    (void)info;
    ucontext_t *user = context;
    user->uc_mcontext.gregs[REG_EAX] = 4711;
    user->uc_mcontext.gregs[REG_EIP] += 2; // over ud2
}

static void start(int flags)
{
    struct sigaction action = { .sa_handler = tick, .sa_flags = flags };
    sigaction(SIGALRM, &action, NULL);
    count = 0;
    struct itimerval timer = { { 0, 20000 }, { 0, 20000 } };
    setitimer(ITIMER_REAL, &timer, NULL);
}

static void stop(void)
{
    struct itimerval none = { { 0, 0 }, { 0, 0 } };
    setitimer(ITIMER_REAL, &none, NULL);
}

static long call(long number, long a, long b, long c)
{
    uintptr_t entry = getauxval(AT_SYSINFO);
    long result;
    if (entry)
        __asm__ volatile("push %%ebx; mov %2, %%ebx; call *%5; pop %%ebx" : "=a"(result) : "0"(number), "S"(a), "c"(b), "d"(c), "D"(entry) : "memory");
    else
        __asm__ volatile("push %%ebx; mov %2, %%ebx; int $0x80; pop %%ebx" : "=a"(result) : "0"(number), "S"(a), "c"(b), "d"(c) : "memory");
    return result;
}

int main(void)
{
    char byte = 0;
    pipe(ends);
    start(SA_RESTART);
    ssize_t got = read(ends[0], &byte, 1);
    stop();
    printf("restarted %zd %c, signals %d\n", got, byte, count >= 3);
    start(SA_RESTART);
    long raw = call(SYS_read, ends[0], (long)&byte, 1);
    stop();
    printf("through the vDSO %ld %d\n", raw, count >= 3);
    start(0);
    got = read(ends[0], &byte, 1);
    int error = errno;
    stop();
    printf("not restarted %zd %s\n", got, strerror(error));
    start(SA_RESTART);
    struct timespec time = { 0, 200000000 }, left = { 0, 0 };
    int result = nanosleep(&time, &left);
    stop();
    printf("sleep %d %s, left %d\n", result, strerror(errno), left.tv_nsec > 0);
    struct sigaction action = { .sa_sigaction = change, .sa_flags = SA_SIGINFO };
    sigaction(SIGILL, &action, NULL);
    int value = 0;
    __asm__ volatile("ud2; mov %%eax, %0" : "=r"(value) : : "eax");
    printf("changed %d\n", value);
    return 0;
}
