// flags: -pthread -lm
// The x87 control word, MXCSR and vector registers are the thread's own: kept across calls, signals and switches, and
// reset by nothing but the program.
#include "lib/check.h"
#include <fenv.h>
#include <math.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/syscall.h>
#include <ucontext.h>

static unsigned mxcsr(void) { unsigned v; __asm__ volatile("stmxcsr %0" : "=m"(v)); return v; }
static unsigned cw(void) { unsigned short v; __asm__ volatile("fnstcw %0" : "=m"(v)); return v; }
static void set_mxcsr(unsigned v) { __asm__ volatile("ldmxcsr %0" : : "m"(v)); }
static void set_cw(unsigned short v) { __asm__ volatile("fldcw %0" : : "m"(v)); }

static void in_handler(int signal, siginfo_t *info, void *context)
{
    (void)info;
    ucontext_t *uc = context;
    printf("handler %d: mxcsr %x cw %x; saved %x %x\n", signal, mxcsr(), cw(), uc->uc_mcontext.fpregs->mxcsr, uc->uc_mcontext.fpregs->cwd);
    set_mxcsr(0x1f80);
    set_cw(0x37f);
    __asm__ volatile("fninit\nvpxor %%xmm0, %%xmm0, %%xmm0\npxor %%xmm7, %%xmm7" : : : "xmm0", "xmm7");
}

static void *thread(void *n)
{
    unsigned wanted_mxcsr = 0x1f80 | (unsigned)(long)n << 13;
    unsigned short wanted_cw = (unsigned short)(0x37f | (long)n << 10);
    printf("inherited: mxcsr %x cw %x\n", mxcsr(), cw());
    set_mxcsr(wanted_mxcsr);
    set_cw(wanted_cw);
    long wrong = 0;
    volatile double x = 1;
    volatile long double y = 1;
    double first = 0;
    long double first_long = 0;
    for (int i = 0; i < 3000; i++) {
        x = 1;
        x = x / 3;
        y = 1;
        y = y / 3;
        if (i == 0) {
            first = x;
            first_long = y;
        }
        wrong += x != first || y != first_long || mxcsr() != (wanted_mxcsr | (mxcsr() & 0x3f)) || cw() != wanted_cw;
        if (i % 100 == 0)
            sched_yield();
        syscall(SYS_getppid);
    }
    printf("rounding %ld: %a %La wrong %ld\n", (long)n, first, first_long, wrong);
    return NULL;
}

int main(void)
{
    setvbuf(stdout, NULL, _IONBF, 0);
    printf("at start: mxcsr %x cw %x\n", mxcsr(), cw());
    set_mxcsr(0x9fc0); // flush to zero, denormals are zero
    set_cw(0x27f);     // double precision
    volatile double tiny = 1e-310;
    printf("denormal: %a\n", tiny * 1.0);
    syscall(SYS_getppid);
    printf("after a call: mxcsr %x cw %x\n", mxcsr(), cw());
    struct sigaction action = {.sa_sigaction = in_handler, .sa_flags = SA_SIGINFO};
    sigaction(SIGUSR1, &action, NULL);

    // x87 stack and vectors, live across a signal.
    double a, b;
    __asm__ volatile("fldpi\nfldl2e\nmov %2, %%eax\nmovd %%eax, %%xmm7\nmov %3, %%eax\nmov %4, %%edi\nmov $10, %%esi\nsyscall\nmovd %%xmm7, %%ecx\nfstpl %0\nfstpl %1"
                     : "=m"(a), "=m"(b) : "i"(0x12345), "i"(SYS_kill), "r"(getpid()) : "rax", "rcx", "rdi", "rsi", "r11", "xmm7", "memory");
    printf("x87 stack kept: %.10f %.10f\n", a, b);
    printf("after the signal: mxcsr %x cw %x\n", mxcsr(), cw());
    set_mxcsr(0x1f80);
    set_cw(0x37f);
    for (long i = 0; i < 4; i++) {
        pthread_t t;
        pthread_create(&t, NULL, thread, (void *)i);
        pthread_join(t, NULL);
    }
    fesetround(FE_UPWARD);
    pthread_t t;
    pthread_create(&t, NULL, thread, (void *)2);
    pthread_join(t, NULL);
    printf("up: %.20f %.20Lf %ld\n", 1.0 / 3, 1.0L / 3, lrint(2.1));
    fesetround(FE_TONEAREST);
    feclearexcept(FE_ALL_EXCEPT);
    volatile double zero = 0, one = 1;
    volatile double r = one / zero;
    syscall(SYS_getppid);
    printf("flags: divide %d inexact %d; %f\n", !!fetestexcept(FE_DIVBYZERO), !!fetestexcept(FE_INEXACT), r);
    return 0;
}
