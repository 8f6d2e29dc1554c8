// needs: cpu:avx512f cpu:avx512bw
// flags: -mavx512f -mavx512bw -O2 -pthread
// All of the vector state - xmm, ymm, zmm to 31, masks - lives through calls, faults, signals that arrive anywhere, and
// switches between threads.
#include "lib/check.h"
#include <immintrin.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <ucontext.h>

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

static void *page;
static volatile int signals;

static void on_signal(int signal, siginfo_t *info, void *context)
{
    (void)info;
    signals++;
    __asm__ volatile("vpxorq %%zmm0, %%zmm0, %%zmm0\nvmovdqa64 %%zmm0, %%zmm5\nvmovdqa64 %%zmm0, %%zmm17\nvmovdqa64 %%zmm0, %%zmm31\nkxorq %%k3, %%k3, %%k3" : : : "zmm0", "zmm5", "zmm17", "zmm31", "k3");
    if (signal == SIGSEGV)
        mprotect(page, 4096, PROT_READ | PROT_WRITE);
    if (signal == SIGUSR1) { // change one of each kind through the frame
        ucontext_t *uc = context;
        uint8_t *image = (uint8_t *)uc->uc_mcontext.fpregs;
        image[160 + 2 * 16] ^= 0xff;       // xmm2
        image[576 + 3 * 16 + 5] ^= 0xff;   // upper half of ymm3
        uint64_t present;
        memcpy(&present, image + 512, 8);
        printf("state present: %d, magic at the end: %d\n", (present & 7) == 7, *(uint32_t *)(image + *(uint32_t *)(image + 464 + 16)) == 0x46505845);
    }
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

static int spin_once(unsigned seed, long turns)
{
    struct vectors in, out;
    fill(&in, seed);
    __asm__ volatile(ALL_ZMM LOAD "mov %[turns], %%rcx\n1: dec %%rcx\njnz 1b\n" ALL_ZMM STORE : : [in] "r"(&in), [out] "r"(&out), [turns] "r"(turns) : CLOBBERS);
    return compare(NULL, &in, &out);
}

static void *spinner(void *seed)
{
    long wrong = 0;
    for (int i = 0; i < 300; i++)
        wrong += spin_once((unsigned)(long)seed * 1000 + i, 100000);
    return (void *)wrong;
}

int main(void)
{
    setvbuf(stdout, NULL, _IONBF, 0);
    struct vectors in, out;
    struct sigaction action = {.sa_sigaction = on_signal, .sa_flags = SA_SIGINFO};
    sigaction(SIGSEGV, &action, NULL);
    sigaction(SIGUSR1, &action, NULL);
    sigaction(SIGUSR2, &action, NULL);
    sigaction(SIGALRM, &action, NULL);

    fill(&in, 1);
    __asm__ volatile(ALL_ZMM LOAD "mov $110, %%eax\nsyscall\n" ALL_ZMM STORE : : [in] "r"(&in), [out] "r"(&out) : CLOBBERS);
    printf("call: %d differ\n", compare("call", &in, &out));

    fill(&in, 2);
    page = mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    __asm__ volatile(ALL_ZMM LOAD "movl $5, (%[page])\nvmovdqu64 %%zmm9, 64(%[page])\n" ALL_ZMM STORE : : [in] "r"(&in), [out] "r"(&out), [page] "r"(page) : CLOBBERS);
    printf("fault: %d differ, signals %d, stored %d\n", compare("fault", &in, &out), signals, memcmp((char *)page + 64, in.zmm[9], 64));

    fill(&in, 3);
    __asm__ volatile(ALL_ZMM LOAD "mov %[pid], %%edi\nmov $12, %%esi\nmov $62, %%eax\nsyscall\n" ALL_ZMM STORE : : [in] "r"(&in), [out] "r"(&out), [pid] "r"(getpid()) : CLOBBERS, "rdi", "rsi");
    printf("signal: %d differ\n", compare("signal", &in, &out));
    __asm__ volatile(ALL_ZMM LOAD "mov %[pid], %%edi\nmov $10, %%esi\nmov $62, %%eax\nsyscall\n" ALL_ZMM STORE : : [in] "r"(&in), [out] "r"(&out), [pid] "r"(getpid()) : CLOBBERS, "rdi", "rsi");
    printf("changed by the handler: %d differ\n", compare("handler", &in, &out));

    signals = 0;
    struct itimerval t = {{0, 2000}, {0, 2000}};
    setitimer(ITIMER_REAL, &t, NULL);
    long wrong = 0;
    for (unsigned i = 0; signals < 50; i++)
        wrong += spin_once(i, 200000);
    t = (struct itimerval){{0, 0}, {0, 0}};
    setitimer(ITIMER_REAL, &t, NULL);
    printf("timer: %ld differ\n", wrong);

    pthread_t threads[5];
    for (long i = 0; i < 5; i++)
        pthread_create(&threads[i], NULL, spinner, (void *)i);
    wrong = 0;
    for (int i = 0; i < 5; i++) {
        void *result;
        pthread_join(threads[i], &result);
        wrong += (long)result;
    }
    printf("threads: %ld differ\n", wrong);
    return 0;
}
