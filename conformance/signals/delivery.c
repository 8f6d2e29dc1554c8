// Signals within one process: handlers, masks, nesting, alternate stacks, siginfo, restarts, default actions that do
// not end the process, sigwait, sigsuspend, timers.
#include "lib/check.h"
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <ucontext.h>

static volatile int depth, calls;
static char alternate[65536];
static sigjmp_buf jump;

static void nested(int signal, siginfo_t *info, void *context)
{
    (void)context;
    sigset_t mask;
    sigprocmask(SIG_BLOCK, NULL, &mask);
    printf("%*s> %d code %d value %d from self %d, blocked: self %d usr2 %d\n", depth * 2, "", signal, info->si_code, info->si_value.sival_int, info->si_pid == getpid(),
           sigismember(&mask, signal), sigismember(&mask, SIGUSR2));
    depth++;
    static int raised;
    if (depth < 4 && raised++ < 6)
        raise(signal == SIGUSR1 ? SIGUSR2 : SIGUSR1);
    depth--;
    printf("%*s< %d\n", depth * 2, "", signal);
}

static void on_stack(int signal)
{
    char here;
    stack_t now;
    sigaltstack(NULL, &now);
    printf("%d on the alternate stack: %d, flags %d\n", signal, &here > alternate && &here < alternate + sizeof alternate, now.ss_flags);
}

static void count(int signal) { (void)signal; calls++; }
static void leap(int signal) { siglongjmp(jump, signal); }

static void set(int signal, void (*handler)(int), int flags)
{
    struct sigaction action = {.sa_handler = handler, .sa_flags = flags};
    REQUIRE(sigaction(signal, &action, NULL) == 0);
}

static void change_registers(int signal, siginfo_t *info, void *context)
{
    (void)signal, (void)info;
    ucontext_t *uc = context;
    uc->uc_mcontext.gregs[REG_RAX] = 0x1234567890;
    uc->uc_mcontext.gregs[REG_R12] = -5;
    uc->uc_mcontext.gregs[REG_RIP] += 2; // beyond ud2
    uc->uc_mcontext.gregs[REG_EFL] |= 1;
    ((uint32_t *)&uc->uc_mcontext.fpregs->_xmm[3])[1] = 0xabcdef;
    sigaddset(&uc->uc_sigmask, SIGUSR2);
}

static void timer_on(long microseconds, long interval)
{
    struct itimerval t = {{0, interval}, {0, microseconds}};
    REQUIRE(setitimer(ITIMER_REAL, &t, NULL) == 0);
}

int main(void)
{
    setvbuf(stdout, NULL, _IONBF, 0);
    struct sigaction action = {.sa_sigaction = nested, .sa_flags = SA_SIGINFO | SA_NODEFER}, old;
    sigaction(SIGUSR1, &action, NULL);
    action.sa_flags = SA_SIGINFO;
    sigaction(SIGUSR2, &action, &old);
    printf("old handler default: %d\n", old.sa_handler == SIG_DFL);
    raise(SIGUSR1);

    sigset_t set_all, mask, pending;
    sigfillset(&set_all);
    sigprocmask(SIG_SETMASK, &set_all, NULL);
    sigprocmask(SIG_BLOCK, NULL, &mask);
    printf("kill and stop stay open: %d %d\n", sigismember(&mask, SIGKILL), sigismember(&mask, SIGSTOP));
    set(SIGUSR1, count, 0);
    set(SIGRTMIN + 1, count, 0);
    for (int i = 0; i < 5; i++) {
        raise(SIGUSR1);
        raise(SIGRTMIN + 1);
    }
    sigpending(&pending);
    printf("pending %d %d %d\n", sigismember(&pending, SIGUSR1), sigismember(&pending, SIGRTMIN + 1), sigismember(&pending, SIGUSR2));
    sigemptyset(&mask);
    sigprocmask(SIG_SETMASK, &mask, NULL);
    printf("calls %d: a standard signal once, a real-time one five times\n", calls);

    action.sa_flags = SA_SIGINFO;
    depth = 9;
    sigaction(SIGRTMIN + 2, &action, NULL);
    sigprocmask(SIG_SETMASK, &set_all, NULL);
    for (int i = 0; i < 3; i++)
        SHOW(sigqueue(getpid(), SIGRTMIN + 2, (union sigval){.sival_int = i * 11}));
    sigprocmask(SIG_SETMASK, &mask, NULL);
    SHOW(kill(getpid(), 0));
    SHOW(kill(getpid(), 65));
    SHOW(kill(-1234567, 0));

    stack_t stack = {.ss_sp = alternate, .ss_size = sizeof alternate};
    SHOW(sigaltstack(&stack, NULL));
    set(SIGUSR1, on_stack, SA_ONSTACK);
    raise(SIGUSR1);
    set(SIGUSR1, on_stack, 0);
    raise(SIGUSR1);
    stack.ss_size = 100;
    SHOW(sigaltstack(&stack, NULL));
    stack.ss_flags = SS_DISABLE;
    SHOW(sigaltstack(&stack, NULL));

    set(SIGUSR1, count, SA_RESETHAND);
    raise(SIGUSR1);
    sigaction(SIGUSR1, NULL, &old);
    printf("handler reset: %d\n", old.sa_handler == SIG_DFL);
    set(SIGUSR1, SIG_IGN, 0);
    raise(SIGUSR1);
    raise(SIGCHLD);
    raise(SIGURG);
    raise(SIGWINCH);
    raise(SIGCONT);
    printf("ignored\n");
    SHOW(sigaction(SIGKILL, &action, NULL));
    SHOW(sigaction(SIGSTOP, NULL, &old));

    set(SIGUSR1, leap, 0);
    int leapt = sigsetjmp(jump, 1);
    if (!leapt)
        raise(SIGUSR1);
    printf("leapt with %d\n", leapt);

    action.sa_sigaction = change_registers;
    sigaction(SIGILL, &action, NULL);
    uint64_t rax = 1, r12 = 2;
    uint32_t lane;
    uint8_t carry;
    __asm__ volatile("mov $1, %%eax\nmov $2, %%r12d\npxor %%xmm3, %%xmm3\nclc\nud2\nsetc %2\nmov %%rax, %0\nmov %%r12, %1\npsrldq $4, %%xmm3\nmovd %%xmm3, %3"
                     : "=m"(rax), "=m"(r12), "=m"(carry), "=m"(lane) : : "rax", "r12", "xmm3", "cc");
    sigprocmask(SIG_BLOCK, NULL, &mask);
    printf("set by the handler: %lx %lx %d %x mask %d\n", rax, r12, carry, lane, sigismember(&mask, SIGUSR2));
    sigemptyset(&mask);
    sigprocmask(SIG_SETMASK, &mask, NULL);

    // Restarted and interrupted calls.
    int pipes[2];
    REQUIRE(pipe(pipes) == 0);
    char byte;
    calls = 0;
    set(SIGALRM, count, 0);
    timer_on(20000, 0);
    SHOW(read(pipes[0], &byte, 1));
    timer_on(20000, 0);
    SHOW(poll(&(struct pollfd){pipes[0], POLLIN, 0}, 1, -1));
    timer_on(20000, 0);
    struct timespec pause_time = {5, 0}, rest = {0, 0};
    SHOW(nanosleep(&pause_time, &rest));
    printf("rest in range: %d\n", rest.tv_sec == 4);
    timer_on(20000, 0);
    SHOW(pause());
    sigset_t no_alarm = mask, only_alarm;
    sigaddset(&no_alarm, SIGALRM);
    sigprocmask(SIG_SETMASK, &no_alarm, NULL);
    timer_on(20000, 0);
    SHOW(sigsuspend(&mask));
    sigemptyset(&only_alarm);
    sigaddset(&only_alarm, SIGALRM);
    timer_on(20000, 0);
    int got = 0;
    SHOW(sigwait(&only_alarm, &got));
    siginfo_t info;
    timer_on(20000, 0);
    SHOW(sigwaitinfo(&only_alarm, &info));
    printf("waited for %d code %d\n", info.si_signo, info.si_code);
    pause_time = (struct timespec){0, 20000000};
    SHOW(sigtimedwait(&only_alarm, &info, &pause_time));
    sigprocmask(SIG_SETMASK, &mask, NULL);
    printf("calls %d\n", calls);
    set(SIGALRM, count, SA_RESTART);
    calls = 0;
    timer_on(20000, 20000);
    volatile long spins = 0;
    while (calls < 5)
        spins++;
    printf("interrupted in user code %d times\n", calls);
    timer_on(0, 0);
    SHOW(alarm(100));
    printf("alarm left: %d\n", alarm(0) >= 99);

    // SIGPIPE, and its absence.
    close(pipes[0]);
    set(SIGPIPE, count, 0);
    calls = 0;
    SHOW(write(pipes[1], "x", 1));
    printf("calls %d\n", calls);
    set(SIGPIPE, SIG_IGN, 0);
    SHOW(write(pipes[1], "x", 1));

    timer_t timer;
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1, .sigev_value.sival_int = 99};
    struct itimerspec spec = {.it_value = {0, 10000000}};
    sigaddset(&mask, SIGUSR1);
    sigprocmask(SIG_SETMASK, &mask, NULL);
    SHOW(timer_create(CLOCK_MONOTONIC, &event, &timer));
    SHOW(timer_settime(timer, 0, &spec, NULL));
    sigdelset(&set_all, SIGALRM);
    SHOW(sigwaitinfo(&mask, &info));
    printf("timer: code %d value %d\n", info.si_code, info.si_value.sival_int);
    SHOW(timer_delete(timer));
    return 0;
}
