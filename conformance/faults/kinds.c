// flags: -fno-pie -no-pie -lm
// Every kind of fault with its signal, si_code, si_addr, trap number and error code. Addresses beyond any window are
// left out: there a small window wraps, by design.
#include "lib/check.h"
#include <fenv.h>
#include <setjmp.h>
#include <signal.h>
#include <sys/mman.h>
#include <ucontext.h>

static sigjmp_buf back;
static const char *what;
static uintptr_t base;

static void on_fault(int signal, siginfo_t *info, void *context)
{
    ucontext_t *uc = context;
    greg_t *r = uc->uc_mcontext.gregs;
    int at_rip = (greg_t)info->si_addr == r[REG_RIP];
    uintptr_t offset = (uintptr_t)info->si_addr - base;
    int near_stack = (uintptr_t)info->si_addr + 65536 - (uintptr_t)r[REG_RSP] < 131072 && r[REG_RSP] > 65536;
    // Whether a page was present is the kernel's own affair: bit 0 of a page fault's error code is left out.
    if (r[REG_TRAPNO] == 14)
        r[REG_ERR] &= ~1;
    printf("%s: signal %d code %d errno %d addr %s%#lx trap %ld err %#lx\n", what, signal, info->si_code, info->si_errno,
           at_rip ? "rip" : near_stack ? "stack" : offset < 1 << 20 ? "base+" : "", at_rip || near_stack ? 0 : offset < 1 << 20 ? (long)offset : (long)info->si_addr,
           (long)r[REG_TRAPNO], (unsigned long)r[REG_ERR]);
    fflush(stdout);
    siglongjmp(back, 1);
}

#define TRY(name, code)                  \
    do {                                 \
        what = name;                     \
        if (!sigsetjmp(back, 1)) {       \
            code;                        \
            printf("%s: passed\n", name);\
        }                                \
    } while (0)

__attribute__((noinline)) static int overflow_stack(int n)
{
    volatile char pad[4096];
    pad[0] = (char)n;
    pad[4095] = (char)n;
    return n == -1 ? 0 : overflow_stack(n + 1) + pad[0];
}

int main(void)
{
    static char stack[65536];
    stack_t alternate = {.ss_sp = stack, .ss_size = sizeof stack};
    sigaltstack(&alternate, NULL);
    struct sigaction action = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO | SA_ONSTACK};
    int signals[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGSYS};
    for (unsigned i = 0; i < sizeof signals / sizeof *signals; i++)
        sigaction(signals[i], &action, NULL);

    char *p = mmap(NULL, 16 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    base = (uintptr_t)p;
    mprotect(p + 4096, 4096, PROT_READ);
    mprotect(p + 2 * 4096, 4096, PROT_NONE);
    munmap(p + 3 * 4096, 4096);
    p[4 * 4096] = (char)0xc3; // ret, not executable

    volatile char *v = p;
    TRY("read null", (void)*(volatile int *)0);
    TRY("write null", *(volatile int *)0 = 1);
    TRY("read near null", (void)*(volatile int *)0x123);
    TRY("read-only write", v[4096 + 17] = 1);
    TRY("read-only read", (void)v[4096 + 17]);
    TRY("none read", (void)v[2 * 4096 + 5]);
    TRY("none write", v[2 * 4096 + 5] = 1);
    TRY("unmapped read", (void)v[3 * 4096 + 9]);
    TRY("unmapped write", v[3 * 4096 + 9] = 1);
    TRY("crossing into none", (void)*(volatile long *)(p + 2 * 4096 - 3));
    TRY("crossing into read-only", *(volatile long *)(p + 4096 - 3) = 5);
    TRY("crossing vector", __asm__ volatile("movups %0, %%xmm0" : : "m"(*(p + 2 * 4096 - 9)) : "xmm0"));
    TRY("read-modify-write of read-only", __asm__ volatile("lock incl %0" : "+m"(*(int *)(p + 4096 + 8))));
    TRY("cmpxchg that fails on read-only", __asm__ volatile("mov $1, %%eax\nlock cmpxchg %%ecx, %0" : "+m"(*(int *)(p + 4096 + 8)) : : "eax"));
    TRY("call not executable", ((void (*)(void))(p + 4 * 4096))());
    TRY("call unmapped", ((void (*)(void))(p + 3 * 4096 + 16))());
    TRY("call none", ((void (*)(void))(p + 2 * 4096 + 16))());
    TRY("call null", ((void (*)(void))0)());
    TRY("stack overflow", overflow_stack(0));
    TRY("push to null", __asm__ volatile("mov %%rsp, %%rcx\nmov $8, %%esp\npush %%rax\nmov %%rcx, %%rsp" : : : "rcx", "memory"));

    volatile int zero = 0, one = 1, minimum = INT32_MIN;
    TRY("divide by zero", one = one / zero);
    one = -1;
    TRY("divide overflow", one = minimum / one);
    TRY("divide 64 by zero", __asm__ volatile("xor %%edx, %%edx\nxor %%ecx, %%ecx\ndiv %%rcx" : : : "rax", "rcx", "rdx"));
    TRY("divide memory", __asm__ volatile("xor %%edx, %%edx\nidivb %0" : : "m"(zero) : "rax", "rdx"));
    TRY("unmasked sse division", __asm__ volatile("stmxcsr -8(%%rsp)\nandl $~0x200, -8(%%rsp)\nldmxcsr -8(%%rsp)\nmov $1, %%eax\ncvtsi2sd %%eax, %%xmm0\nxorps %%xmm1, %%xmm1\ndivsd %%xmm1, %%xmm0" : : : "rax", "xmm0", "xmm1"));
    TRY("unmasked sse invalid", feenableexcept(FE_INVALID); __asm__ volatile("xorps %%xmm0, %%xmm0\ndivss %%xmm0, %%xmm0" : : : "xmm0"));
    fedisableexcept(FE_ALL_EXCEPT);
    TRY("unmasked x87 division", feenableexcept(FE_DIVBYZERO); __asm__ volatile("fninit\npushq $0x37b\nfldcw (%%rsp)\npop %%rax\nfld1\nfldz\nfdivrp\nfwait" : : : "rax"));
    fedisableexcept(FE_ALL_EXCEPT);
    __asm__ volatile("fninit");

    TRY("ud2", __asm__ volatile("ud2"));
    TRY("lock on a register", __asm__ volatile(".byte 0xf0, 0x01, 0xc8"));
    TRY("invalid in 64-bit mode", __asm__ volatile(".byte 0x06"));
    TRY("invalid opcode", __asm__ volatile(".byte 0x0f, 0xff, 0xc0"));
    TRY("vex with lock", __asm__ volatile(".byte 0xf0, 0xc5, 0xf8, 0x58, 0xc0"));
    TRY("int3", __asm__ volatile("int3"));
    TRY("int $3", __asm__ volatile(".byte 0xcd, 3"));
    TRY("icebp", __asm__ volatile(".byte 0xf1"));
    TRY("int $4", __asm__ volatile("int $4"));
    TRY("int $0x42", __asm__ volatile("int $0x42"));
    TRY("hlt", __asm__ volatile("hlt"));
    TRY("cli", __asm__ volatile("cli"));
    TRY("in", __asm__ volatile("in $0x80, %%al" : : : "rax"));
    TRY("rdmsr", __asm__ volatile("rdmsr" : : : "rax", "rdx"));
    TRY("mov from cr0", __asm__ volatile("mov %%cr0, %%rax" : : : "rax"));
    TRY("invlpg", __asm__ volatile("invlpg (%%rsp)" : :));
    TRY("wbinvd", __asm__ volatile("wbinvd"));
    TRY("iretq to kernel segment", __asm__ volatile("mov %%rsp, %%rcx\npushq $0x10\npushq %%rcx\npushfq\npushq $0x10\npushq $0\niretq" : : : "rcx"));
    TRY("misaligned movaps", __asm__ volatile("movaps %0, %%xmm0" : : "m"(*(p + 5 * 4096 + 8)) : "xmm0"));
    TRY("misaligned vmovaps", __asm__ volatile("vmovaps %0, %%xmm0" : : "m"(*(p + 5 * 4096 + 8)) : "xmm0"));
    TRY("misaligned cmpxchg16b", __asm__ volatile("lock cmpxchg16b %0" : "+m"(*(p + 5 * 4096 + 8)) : : "rax", "rdx"));
    TRY("ldmxcsr of reserved bits", zero = -1; __asm__ volatile("ldmxcsr %0" : : "m"(zero)));
    TRY("load of segment", __asm__ volatile("mov $0x1234, %%eax\nmov %%eax, %%ds" : : : "rax"));

    FILE *file = tmpfile();
    REQUIRE(file && ftruncate(fileno(file), 4096 + 100) == 0);
    char *f = mmap(p + 8 * 4096, 4 * 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, fileno(file), 0);
    v = f;
    TRY("file, last page, past end", printf("%d ", v[4096 + 200]));
    TRY("file, beyond", (void)v[2 * 4096 + 7]);
    TRY("file, write beyond", v[3 * 4096 + 7] = 1);
    mprotect(f, 4 * 4096, PROT_READ | PROT_EXEC);
    TRY("file, call beyond", ((void (*)(void))(f + 2 * 4096 + 16))());
    mprotect(f, 4 * 4096, PROT_READ | PROT_WRITE);
    p[6 * 4096 + 1] = (char)0xc3;
    mprotect(p + 6 * 4096, 4096, PROT_EXEC);
    TRY("execute only", ((void (*)(void))(p + 6 * 4096 + 1))());
    TRY("file, crossing", (void)*(volatile long *)(f + 2 * 4096 - 4));
    REQUIRE(ftruncate(fileno(file), 100) == 0);
    TRY("file, truncated", (void)v[4096 + 7]);
    REQUIRE(ftruncate(fileno(file), 3 * 4096) == 0);
    TRY("file, grown", printf("%d ", v[2 * 4096 + 7]));
    return 0;
}
