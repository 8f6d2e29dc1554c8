// flags: -O2 -static -nostdlib -ffreestanding -fno-stack-protector -fno-pie -no-pie -mgeneral-regs-only -Wl,-Ttext-segment=0x2a400000
//
// Runs test cases of the translator's differential test (tests/Zonix.Differential) and tells what became of them.
//
// Batches of cases come on standard input, results go to standard output; it ends at the end of input. All of a case's
// state is loaded by rt_sigreturn and read from the signal frame of the fault or breakpoint that ends it, so the program
// itself needs no assembly but its entry, and every case is a test of precise faults as well. It uses no libc: FS and GS
// belong to the cases. It lies where no case's wild addresses lead.
#include <asm/prctl.h>
#include <asm/sigcontext.h>
#include <asm/unistd.h>
#include <cpuid.h>
#include <linux/auxvec.h>
#include <linux/mman.h>
#include <linux/time.h>
#include <stddef.h>
#include <stdint.h>

#include "executor.h"

enum { PROTECT_READ = 1, PROTECT_WRITE = 2, PROTECT_EXECUTE = 4, MAP_PRIVATE_ANONYMOUS = 0x22 };


struct frame_info {
    int32_t signal, error, code, pad;
    uint64_t address;
};

struct frame_context {
    uint64_t flags, link, stack, stack_flags, stack_size;
    uint64_t r8, r9, r10, r11, r12, r13, r14, r15, rdi, rsi, rbp, rbx, rdx, rax, rcx, rsp, rip, eflags;
    uint16_t cs, gs, fs, ss;
    uint64_t error, trap, oldmask, cr2;
    uint8_t *fpstate;
};

static uint8_t alternate_stack[256 * 1024] __attribute__((aligned(64)));
static uint8_t own_fpstate[16384];
static struct frame_context own_context;
static int current = -1;
static int has_fsgsbase;
static uint32_t avx_offset, opmask_offset, zmm_offset, high_offset;

static long call(long number, long a, long b, long c, long d, long e, long f)
{
    register long r10 __asm__("r10") = d, r8 __asm__("r8") = e, r9 __asm__("r9") = f;
    long result;
    __asm__ volatile("syscall" : "=a"(result) : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9) : "rcx", "r11", "memory");
    return result;
}

static void zero(void *to, size_t size)
{
    __asm__ volatile("rep stosb" : "+D"(to), "+c"(size) : "a"(0) : "memory");
}

static void set_bases(uint64_t fs, uint64_t gs)
{
    if (has_fsgsbase) {
        __asm__ volatile("wrfsbase %0" : : "r"(fs));
        __asm__ volatile("wrgsbase %0" : : "r"(gs));
    } else {
        call(__NR_arch_prctl, ARCH_SET_FS, (long)fs, 0, 0, 0, 0);
        call(__NR_arch_prctl, ARCH_SET_GS, (long)gs, 0, 0, 0, 0);
    }
}

static void reset_memory(void)
{
    const uint8_t *from = memory;
    for (int i = 0; i < AREAS - 1; i++) {
        copy((void *)areas[i].base, from, areas[i].pages * PAGE);
        from += areas[i].pages * PAGE;
    }
}

static uint64_t *general_of(struct frame_context *context, int number)
{
    uint64_t *places[16] = {
        &context->rax, &context->rcx, &context->rdx, &context->rbx, &context->rsp, &context->rbp, &context->rsi, &context->rdi,
        &context->r8, &context->r9, &context->r10, &context->r11, &context->r12, &context->r13, &context->r14, &context->r15,
    };
    return places[number];
}

static uint64_t *header_of(uint8_t *fpstate)
{
    return (uint64_t *)(fpstate + 512);
}

static void load(struct frame_context *context, const struct state *state)
{
    uint8_t *fpstate = context->fpstate;
    struct _fpx_sw_bytes *software = (struct _fpx_sw_bytes *)(fpstate + 464);
    // rt_sigreturn leaves NT and ID as they are: a case must not hand them on to the next.
    __asm__ volatile("lea -128(%%rsp), %%rsp\n\tpushfq\n\tandq $~0x204000, (%%rsp)\n\tpopfq\n\tlea 128(%%rsp), %%rsp" : : : "memory", "cc");
    for (int i = 0; i < 16; i++)
        *general_of(context, i) = state->general[i];
    context->rip = state->rip;
    context->eflags = state->flags;
    set_bases(state->fs_base, state->gs_base);
    copy(fpstate, state->fpu, sizeof state->fpu);
    uint64_t features = software->magic1 == FP_XSTATE_MAGIC1 ? software->xfeatures & 0xE7 : 3;
    for (int i = 0; i < 16; i++) {
        copy(fpstate + 160 + i * 16, state->vectors[i], 16);
        if (features & 4)
            copy(fpstate + avx_offset + i * 16, state->vectors[i] + 16, 16);
        if ((features & 0xE0) == 0xE0) {
            copy(fpstate + zmm_offset + i * 32, state->vectors[i] + 32, 32);
            copy(fpstate + high_offset + i * 64, state->vectors[16 + i], 64);
        }
    }
    if ((features & 0xE0) == 0xE0)
        copy(fpstate + opmask_offset, state->opmasks, 64);
    if (software->magic1 == FP_XSTATE_MAGIC1)
        *header_of(fpstate) |= features;
}

static void store(const struct frame_context *context, const struct frame_info *info, struct state *state)
{
    uint8_t *fpstate = context->fpstate;
    const struct _fpx_sw_bytes *software = (const struct _fpx_sw_bytes *)(fpstate + 464);
    for (int i = 0; i < 16; i++)
        state->general[i] = *general_of((struct frame_context *)context, i);
    state->rip = context->rip;
    state->flags = context->eflags;
    if (has_fsgsbase) {
        __asm__ volatile("rdfsbase %0" : "=r"(state->fs_base));
        __asm__ volatile("rdgsbase %0" : "=r"(state->gs_base));
    } else {
        call(__NR_arch_prctl, ARCH_GET_FS, (long)&state->fs_base, 0, 0, 0, 0);
        call(__NR_arch_prctl, ARCH_GET_GS, (long)&state->gs_base, 0, 0, 0, 0);
    }
    // A component whose bit is clear is in its initial state, and its part of the frame was not written.
    uint64_t features = software->magic1 == FP_XSTATE_MAGIC1 ? *header_of(fpstate) : 3;
    copy(state->fpu, fpstate, sizeof state->fpu);
    if (!(features & 1)) {
        zero(state->fpu, 24);
        zero(state->fpu + 32, 128);
        state->fpu[0] = 0x7F;
        state->fpu[1] = 3;
    }
    zero(state->vectors, sizeof state->vectors);
    zero(state->opmasks, sizeof state->opmasks);
    for (int i = 0; i < 16; i++) {
        if (features & 2)
            copy(state->vectors[i], fpstate + 160 + i * 16, 16);
        if (features & 4)
            copy(state->vectors[i] + 16, fpstate + avx_offset + i * 16, 16);
        if (features & 0x40)
            copy(state->vectors[i] + 32, fpstate + zmm_offset + i * 32, 32);
        if (features & 0x80)
            copy(state->vectors[16 + i], fpstate + high_offset + i * 64, 64);
    }
    if (features & 0x20)
        copy(state->opmasks, fpstate + opmask_offset, 64);
    state->signal = info->signal;
    state->code = info->code;
    state->address = info->signal == SIGALRM ? 0 : info->address;
    state->trap = (uint32_t)context->trap;
    state->error = (uint32_t)context->error;
    int page = 0;
    for (int i = 0; i < AREAS - 1; i++)
        for (uint64_t j = 0; j < areas[i].pages; j++)
            state->pages[page++] = hash((const uint64_t *)(areas[i].base + j * PAGE));
    if (header.wants_memory) {
        uint8_t *to = dump + (size_t)current * WRITABLE_PAGES * PAGE;
        for (int i = 0; i < AREAS - 1; i++) {
            copy(to, (const void *)areas[i].base, areas[i].pages * PAGE);
            to += areas[i].pages * PAGE;
        }
    }
}

static uint32_t frame_size(const uint8_t *fpstate)
{
    const struct _fpx_sw_bytes *software = (const struct _fpx_sw_bytes *)(fpstate + 464);
    return software->magic1 == FP_XSTATE_MAGIC1 ? software->xstate_size : 512;
}

// The end of a case, or the breakpoint in main that starts a batch: its frame becomes the start of the next case.
static void handle(int signal, struct frame_info *info, struct frame_context *context)
{
    (void)signal;
    if (current < 0) {
        own_context = *context;
        copy(own_fpstate, context->fpstate, frame_size(context->fpstate));
    } else {
        store(context, info, &states[current]);
    }
    if (++current < (int)header.cases) {
        reset_memory();
        load(context, &states[current]);
        return;
    }
    current = -1;
    uint8_t *fpstate = context->fpstate;
    copy(fpstate, own_fpstate, frame_size(fpstate));
    *context = own_context;
    context->fpstate = fpstate;
}

__asm__(".globl restore\nrestore:\n\tmov $15, %eax\n\tsyscall\n");
extern char restore[];

static void install(void)
{
    struct { uint64_t base; int32_t flags; uint64_t size; } stack = { (uint64_t)alternate_stack, 0, sizeof alternate_stack };
    call(__NR_sigaltstack, (long)&stack, 0, 0, 0, 0, 0);
    static const int signals[] = { SIGILL, SIGTRAP, SIGBUS, SIGFPE, SIGSEGV, SIGALRM };
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
        struct { void *handler; uint64_t flags; void *restorer; uint64_t mask; } action = {
            (void *)handle, SA_SIGINFO | SA_ONSTACK | SA_RESTORER, restore, ~0UL
        };
        if (call(__NR_rt_sigaction, signals[i], (long)&action, 0, 8, 0, 0) != 0)
            die("executor: rt_sigaction\n");
    }
}

static void map(uint64_t base, uint64_t size, int protection)
{
    long at = call(__NR_mmap, (long)base, (long)size, protection, MAP_PRIVATE_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
    if (at != (long)base)
        die("executor: cannot map the test's memory\n");
}

static void prepare(const uint64_t *stack)
{
    const uint64_t *vector = stack + 1 + stack[0] + 1;
    while (*vector)
        vector++;
    for (vector++; vector[0] != AT_NULL; vector += 2)
        if (vector[0] == AT_HWCAP2)
            has_fsgsbase = (vector[1] & 2) != 0;
    uint32_t offsets[8] = { 0 };
    for (unsigned i = 2; i < 8; i++) {
        uint32_t a, b, c, d;
        __cpuid_count(0xD, i, a, b, c, d);
        offsets[i] = b;
    }
    avx_offset = offsets[2];
    opmask_offset = offsets[5];
    zmm_offset = offsets[6];
    high_offset = offsets[7];
    for (int i = 0; i < AREAS; i++)
        map(areas[i].base, areas[i].pages * PAGE, PROTECT_READ | PROTECT_WRITE);
    map(CODE_BASE, CODE_SIZE, PROTECT_READ | PROTECT_WRITE);
    install();
}

static void limit(uint32_t milliseconds)
{
    struct { int64_t interval_s, interval_us, value_s, value_us; } timer = { 0, 0, milliseconds / 1000, milliseconds % 1000 * 1000 };
    call(__NR_setitimer, 0, (long)&timer, 0, 0, 0, 0);
}

__attribute__((used)) static void run(const uint64_t *stack)
{
    prepare(stack);
    uint64_t read_only = areas[AREAS - 1].base;
    while (receive(&header, sizeof header)) {
        if (header.magic != 0x5A444946 || header.cases > MAX_CASES)
            die("executor: no batch\n");
        call(__NR_mprotect, (long)read_only, PAGE, PROTECT_READ | PROTECT_WRITE, 0, 0, 0);
        call(__NR_mprotect, CODE_BASE, CODE_SIZE, PROTECT_READ | PROTECT_WRITE, 0, 0, 0);
        receive(memory, sizeof memory);
        receive((void *)CODE_BASE, CODE_SIZE);
        receive(states, header.cases * sizeof *states);
        copy((void *)read_only, memory + WRITABLE_PAGES * PAGE, PAGE);
        call(__NR_mprotect, (long)read_only, PAGE, PROTECT_READ, 0, 0, 0);
        call(__NR_mprotect, CODE_BASE, CODE_SIZE, PROTECT_READ | PROTECT_WRITE | PROTECT_EXECUTE, 0, 0, 0);
        limit(header.limit_ms);
        __asm__ volatile("int3" : : : "memory");
        limit(0);
        send(states, header.cases * sizeof *states);
        if (header.wants_memory)
            send(dump, (size_t)header.cases * WRITABLE_PAGES * PAGE);
    }
    call(__NR_exit_group, 0, 0, 0, 0, 0, 0);
}

__asm__(".globl _start\n_start:\n\txor %ebp, %ebp\n\tmov %rsp, %rdi\n\tand $-16, %rsp\n\tcall run\n");
