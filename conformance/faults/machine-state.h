// Runs a piece of assembly with every register known, and prints every register at a fault.
#ifndef MACHINE_STATE_H
#define MACHINE_STATE_H

#include <signal.h>
#include <sys/mman.h>
#include <ucontext.h>

#define DATA ((char *)0x10000000)
#define DATA_SIZE (260 * 4096)

/// What rip is printed relative to.
static uintptr_t code_base;

/// All registers at the start and at the end of a sequence. rsp is where the sequence has it.
struct state {
    uint64_t rax, rcx, rdx, rbx, rsp, rbp, rsi, rdi, r8, r9, r10, r11, r12, r13, r14, r15, flags;
    uint8_t ymm[16][32];
};

struct state state_in __attribute__((aligned(64))), state_out __attribute__((aligned(64)));
uint64_t state_saved[8];

void enter_sequence(const void *code);

__asm__(
    ".pushsection .text\n.globl enter_sequence\nenter_sequence:\n"
    "push %rbx\npush %rbp\npush %r12\npush %r13\npush %r14\npush %r15\n"
    "mov %rsp, state_saved\nmov %rdi, state_saved+8\n"
    ".irp n,0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15\nvmovdqu state_in+136+32*\\n, %ymm\\n\n.endr\n"
    "fninit\npushq state_in+128\npopfq\n"
    "mov state_in, %rax\nmov state_in+8, %rcx\nmov state_in+16, %rdx\nmov state_in+24, %rbx\nmov state_in+32, %rsp\nmov state_in+40, %rbp\n"
    "mov state_in+48, %rsi\nmov state_in+56, %rdi\nmov state_in+64, %r8\nmov state_in+72, %r9\nmov state_in+80, %r10\nmov state_in+88, %r11\n"
    "mov state_in+96, %r12\nmov state_in+104, %r13\nmov state_in+112, %r14\nmov state_in+120, %r15\n"
    "jmp *state_saved+8\n"
    ".globl leave_sequence\nleave_sequence:\n"
    "mov %rax, state_out\nmov %rcx, state_out+8\nmov %rdx, state_out+16\nmov %rbx, state_out+24\nmov %rsp, state_out+32\nmov %rbp, state_out+40\n"
    "mov %rsi, state_out+48\nmov %rdi, state_out+56\nmov %r8, state_out+64\nmov %r9, state_out+72\nmov %r10, state_out+80\nmov %r11, state_out+88\n"
    "mov %r12, state_out+96\nmov %r13, state_out+104\nmov %r14, state_out+112\nmov %r15, state_out+120\n"
    "mov state_saved, %rsp\npushfq\npopq state_out+128\ncld\n"
    ".irp n,0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15\nvmovdqu %ymm\\n, state_out+136+32*\\n\n.endr\n"
    "vzeroupper\nfninit\n"
    "pop %r15\npop %r14\npop %r13\npop %r12\npop %rbp\npop %rbx\nret\n.popsection\n");

#define STATUS_FLAGS 0xcd5 /* OF DF SF ZF AF PF CF */

static uint64_t hash_of(const void *data, size_t length)
{
    uint64_t h = 14695981039346656037u;
    for (size_t i = 0; i < length; i++)
        h = (h ^ ((const uint8_t *)data)[i]) * 1099511628211u;
    return h;
}

/// An address within the code is printed relative to it.
static uint64_t shown(uint64_t value)
{
    return code_base && value - code_base < 65536 ? 0xc0de00000000 + value - code_base : value;
}

static void print_fault(const char *where, int step, int signal, const siginfo_t *info, const ucontext_t *uc, uintptr_t base)
{
    static const struct { const char *name; int index; } names[] = {
        {"rax", REG_RAX}, {"rcx", REG_RCX}, {"rdx", REG_RDX}, {"rbx", REG_RBX}, {"rsp", REG_RSP}, {"rbp", REG_RBP}, {"rsi", REG_RSI}, {"rdi", REG_RDI},
        {"r8", REG_R8}, {"r9", REG_R9}, {"r10", REG_R10}, {"r11", REG_R11}, {"r12", REG_R12}, {"r13", REG_R13}, {"r14", REG_R14}, {"r15", REG_R15},
    };
    const greg_t *r = uc->uc_mcontext.gregs;
    printf("%s %d: signal %d code %d addr %#lx rip +%#lx trap %ld err %#lx flags %#lx", where, step, signal, info->si_code,
           shown((uint64_t)info->si_addr), (unsigned long)(r[REG_RIP] - base), (long)r[REG_TRAPNO], (unsigned long)(r[REG_TRAPNO] == 14 ? r[REG_ERR] & ~1 : r[REG_ERR]), (unsigned long)r[REG_EFL] & STATUS_FLAGS);
    for (unsigned i = 0; i < sizeof names / sizeof *names; i++)
        printf(" %s=%lx", names[i].name, shown((uint64_t)r[names[i].index]));
    const struct _libc_fpstate *fp = uc->uc_mcontext.fpregs;
    printf(" cw=%x sw=%x tags=%x mxcsr=%x st=%lx xmm=%lx", fp->cwd, fp->swd, fp->ftw & 0xff, fp->mxcsr, hash_of(fp->_st, sizeof fp->_st), hash_of(fp->_xmm, sizeof fp->_xmm));
    // The image that follows is in the standard format of xsave; the upper halves of ymm are at 576 when xstate_bv says so.
    const uint8_t *image = (const uint8_t *)fp;
    uint32_t magic;
    uint64_t present;
    memcpy(&magic, image + 464, 4);
    memcpy(&present, image + 512, 8);
    uint8_t zero[256] = {0};
    printf(" magic=%x ymm=%lx\n", magic, magic == 0x46505853 ? hash_of(present & 4 ? image + 576 : zero, 256) : 0);
}

static void print_end(const char *where, int step)
{
    const uint64_t *r = &state_out.rax;
    printf("%s %d: end flags %#lx", where, step, (unsigned long)state_out.flags & STATUS_FLAGS);
    for (int i = 0; i < 16; i++)
        printf(" %lx", shown(r[i]));
    printf(" ymm=%lx\n", hash_of(state_out.ymm, sizeof state_out.ymm));
}

static void prepare_data(void)
{
    REQUIRE(mmap(DATA, DATA_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0) == DATA);
}

static void fill_data(void)
{
    uint32_t x = 12345;
    for (int i = 0; i < DATA_SIZE; i += 4) {
        x = x * 1664525 + 1013904223;
        // Doubles and floats made of these stay normal numbers.
        *(uint32_t *)(DATA + i) = (x & 0x800fffff) | 0x40100000;
    }
}

static void catch_faults(void (*handler)(int, siginfo_t *, void *))
{
    static char stack[65536] __attribute__((aligned(64)));
    stack_t alternate = {.ss_sp = stack, .ss_size = sizeof stack};
    REQUIRE(sigaltstack(&alternate, NULL) == 0);
    struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO | SA_ONSTACK};
    int signals[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP};
    for (unsigned i = 0; i < sizeof signals / sizeof *signals; i++)
        REQUIRE(sigaction(signals[i], &action, NULL) == 0);
}

static void run_sequence(const void *code)
{
    uint64_t seed = 0x9e3779b97f4a7c15;
    uint64_t *r = &state_in.rax;
    for (int i = 0; i < 16; i++, seed = seed * 6364136223846793005u + 1442695040888963407u)
        r[i] = seed;
    for (int i = 0; i < 16 * 32; i++)
        state_in.ymm[i / 32][i % 32] = (uint8_t)(i % 4 == 3 ? 0x40 | (i & 0x80) : i * 37);
    // rbx, rbp and r12 to r14 point at the data; r15 is a small index.
    state_in.rbx = state_in.r12 = state_in.r13 = state_in.r14 = state_in.rbp = state_in.rsp = (uint64_t)DATA;
    state_in.r15 = 16;
    state_in.flags = 0x202;
    enter_sequence(code);
}

#endif
