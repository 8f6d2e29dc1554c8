// needs: cpu:avx512f cpu:avx512bw
// flags: -mavx512f -mavx512bw -O2 -pthread
// Cheap calls leave all of the vector state, MXCSR and the x87 stack alone, while other threads keep the kernel busy, its
// memory is collected, and signals arrive.
#include "lib/check.h"
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>

struct vectors { uint8_t zmm[32][64]; uint64_t k[8]; };

#define ALL_ZMM ".irp n,0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31\n"
#define LOAD "vmovdqu64 \\n*64(%[in]), %%zmm\\n\n.endr\n.irp n,0,1,2,3,4,5,6,7\nkmovq 2048+\\n*8(%[in]), %%k\\n\n.endr\n"
#define STORE "vmovdqu64 %%zmm\\n, \\n*64(%[out])\n.endr\n.irp n,0,1,2,3,4,5,6,7\nkmovq %%k\\n, 2048+\\n*8(%[out])\n.endr\n"
#define CLOBBERS                                                                                                                        \
    "memory", "cc", "rax", "rcx", "r11", "zmm0", "zmm1", "zmm2", "zmm3", "zmm4", "zmm5", "zmm6", "zmm7", "zmm8", "zmm9", "zmm10", "zmm11",  \
        "zmm12", "zmm13", "zmm14", "zmm15", "zmm16", "zmm17", "zmm18", "zmm19", "zmm20", "zmm21", "zmm22", "zmm23", "zmm24", "zmm25",       \
        "zmm26", "zmm27", "zmm28", "zmm29", "zmm30", "zmm31", "k1", "k2", "k3", "k4", "k5", "k6", "k7"

static void fill(struct vectors *v, unsigned seed)
{
    uint8_t *bytes = (uint8_t *)v;
    for (size_t i = 0; i < sizeof *v; i++)
        bytes[i] = (uint8_t)((i + seed) * 2654435761u >> 13);
}

static int compare(const char *what, const struct vectors *in, const struct vectors *out)
{
    int different = 0;
    for (int i = 0; i < 32; i++)
        for (int j = 0; j < 64; j++)
            if (in->zmm[i][j] != out->zmm[i][j]) {
                different++;
                if (what)
                    printf("%s: zmm%d byte %d differs\n", what, i, j);
            }
    for (int i = 0; i < 8; i++)
        if (in->k[i] != out->k[i]) {
            different++;
            if (what)
                printf("%s: k%d differs\n", what, i);
        }
    return different;
}

static _Atomic int finished;
static volatile int signals;

static void on_signal(int signal)
{
    signals++;
    __asm__ volatile("vpternlogd $255, %%zmm5, %%zmm5, %%zmm5\nvpternlogd $255, %%zmm21, %%zmm21, %%zmm21\nkxnorq %%k3, %%k3, %%k3" : : : "zmm5", "zmm21", "k3");
    (void)signal;
}

/// Keeps the kernel allocating.
static void *busy(void *unused)
{
    (void)unused;
    char path[64];
    while (!finished) {
        int ends[2];
        if (pipe(ends) != 0)
            break;
        snprintf(path, sizeof path, "/proc/self/fd/%d", ends[0]);
        struct stat s;
        stat(path, &s);
        close(open(path, O_RDONLY | O_NONBLOCK));
        close(ends[0]), close(ends[1]);
    }
    return NULL;
}

static const int cheap[] = {SYS_getppid, SYS_getpid, SYS_gettid, SYS_getuid, SYS_geteuid, SYS_getgid, SYS_getegid, SYS_getpgrp};

static void *caller(void *number)
{
    struct vectors in, out;
    long wrong = 0;
    for (unsigned i = 0; i < 4000; i++) {
        fill(&in, (unsigned)(long)number * 7919 + i);
        unsigned mxcsr = 0x1f80 | (i & 3) << 13 | (i & 0x20 ? 0x8040 : 0) | (i >> 2 & 7), mxcsr_out;
        double pi;
        __asm__ volatile("ldmxcsr %[mxcsr]\nfldpi\n" ALL_ZMM LOAD
                         "mov $200, %%r12d\n1: mov %[number], %%eax\nsyscall\ndec %%r12d\njnz 1b\n"
                         ALL_ZMM STORE "fstpl %[pi]\nstmxcsr %[mxcsr_out]\n"
                         : [mxcsr_out] "=m"(mxcsr_out), [pi] "=m"(pi)
                         : [in] "r"(&in), [out] "r"(&out), [mxcsr] "m"(mxcsr), [number] "r"(cheap[i % (sizeof cheap / sizeof *cheap)])
                         : CLOBBERS, "r12");
        wrong += compare(NULL, &in, &out) + (mxcsr_out != mxcsr) + (pi < 3.14 || pi > 3.15);
    }
    return (void *)wrong;
}

int main(void)
{
    signal(SIGALRM, on_signal);
    struct itimerval t = {{0, 1500}, {0, 1500}};
    setitimer(ITIMER_REAL, &t, NULL);
    pthread_t callers[4], others[2];
    for (int i = 0; i < 2; i++)
        pthread_create(&others[i], NULL, busy, NULL);
    for (long i = 0; i < 4; i++)
        pthread_create(&callers[i], NULL, caller, (void *)i);
    long wrong = 0;
    for (int i = 0; i < 4; i++) {
        void *result;
        pthread_join(callers[i], &result);
        wrong += (long)result;
    }
    finished = 1;
    for (int i = 0; i < 2; i++)
        pthread_join(others[i], NULL);
    printf("wrong: %ld, signals: %d\n", wrong, signals > 10);
    return 0;
}
