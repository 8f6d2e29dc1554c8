// Runs test cases of i386 code for the translator's differential test, on a CPU or in an emulator of one that is not ours.
//
// The protocol is that of conformance/translator/executor.c. State is loaded by plain instructions; a case ends by a breakpoint or a fault,
// whose signal frame tells the registers. With an argument, vector state is taken from the registers themselves: emulators leave it there.
#include <asm/ldt.h>
#include <asm/unistd.h>
#include <stddef.h>
#include <stdint.h>

#include "../../../conformance/translator/executor.h"

enum { SA_NODEFER = 0x40000000 };
enum { GS_BASE = 0x50000000 };
static const uint32_t fs_base = 0x90000000;

struct context {
    uint32_t flags, link, stack, stack_flags, stack_size;
    uint32_t gs, fs, es, ds, edi, esi, ebp, esp, ebx, edx, ecx, eax, trap, error, eip, cs, eflags, esp_at_signal, ss;
    uint8_t *fpstate;
    uint32_t oldmask, cr2;
};

static uint8_t alternate_stack[64 * 1024] __attribute__((aligned(64)));
static uint8_t image[512] __attribute__((aligned(16)));
static struct state *current;
static int is_live;
static uint16_t fs_selector, gs_selector;
uint32_t loaded[10]; // eax ecx edx ebx esp ebp esi edi flags eip
uint32_t own_stack;

static long call(long number, long a, long b, long c, long d, long e, long f)
{
    long arguments[7] = { number, a, b, c, d, e, f };
    long result, *at = arguments;
    __asm__ volatile("push %%ebp\n\tpush %%ebx\n\tmov 4(%1), %%ebx\n\tmov 8(%1), %%ecx\n\tmov 12(%1), %%edx\n\tmov 20(%1), %%edi\n\t"
        "mov 24(%1), %%ebp\n\tmov (%1), %%eax\n\tmov 16(%1), %%esi\n\tint $0x80\n\tpop %%ebx\n\tpop %%ebp"
        : "=a"(result), "+S"(at) : : "ecx", "edx", "edi", "memory");
    return result;
}

static void reset_memory(void)
{
    const uint8_t *from = memory;
    for (int i = 0; i < AREAS - 1; i++) {
        copy((void *)areas[i].base, from, areas[i].pages * PAGE);
        from += areas[i].pages * PAGE;
    }
}

// enter: goes to the case; come_back: where its end leads, on the stack that enter was called on.
extern char come_back[];
void enter(void);
__asm__(
    ".globl enter\nenter:\n\tpusha\n\tmov %esp, own_stack\n\tfxrstor image\n\tpush loaded+32\n\tpopf\n\tmov loaded, %eax\n\tmov loaded+4, %ecx\n\t"
    "mov loaded+8, %edx\n\tmov loaded+12, %ebx\n\tmov loaded+16, %esp\n\tmov loaded+20, %ebp\n\tmov loaded+24, %esi\n\tmov loaded+28, %edi\n\t"
    "jmp *loaded+36\n"
    ".globl come_back\ncome_back:\n\tmov own_stack, %esp\n\tcld\n\tpopa\n\tret\n"
    ".globl restore\nrestore:\n\tmov $173, %eax\n\tint $0x80\n");
extern char restore[];

static void handle(int signal, const int32_t *info, struct context *context)
{
    if (is_live)
        __asm__ volatile("fxsave image" : : : "memory");
    else
        copy(image, context->fpstate + 112, sizeof image);
    struct state *state = current;
    if (!state)
        return;
    current = 0;
    const uint32_t registers[8] = { context->eax, context->ecx, context->edx, context->ebx, context->esp, context->ebp, context->esi, context->edi };
    for (int i = 0; i < 8; i++)
        state->general[i] = registers[i];
    state->rip = context->eip;
    state->flags = context->eflags;
    state->signal = signal;
    state->code = info[2];
    state->address = (uint32_t)info[3];
    int is_page_fault = signal == SIGBUS || (signal == SIGSEGV && (state->code == 1 || state->code == 2));
    state->trap = signal == SIGTRAP ? 3 : signal == SIGILL ? 6 : is_page_fault ? 14 : signal == SIGSEGV ? 13 : state->code == 1 || state->code == 2 ? 0 : 16;
    state->error = context->error;
    context->esp = own_stack;
    context->eip = (uint32_t)come_back;
    context->eflags = 0x202;
}

static void run(struct state *state)
{
    reset_memory();
    for (int i = 0; i < 8; i++)
        loaded[i] = (uint32_t)state->general[i];
    loaded[8] = (uint32_t)state->flags;
    loaded[9] = (uint32_t)state->rip;
    memset(image, 0, sizeof image);
    copy(image, state->fpu, sizeof state->fpu);
    for (int i = 0; i < 8; i++)
        copy(image + 160 + i * 16, state->vectors[i], 16);
    __asm__ volatile("mov %0, %%fs\n\tmov %1, %%gs" : : "r"((uint32_t)fs_selector), "r"((uint32_t)gs_selector));
    current = state;
    enter();
    copy(state->fpu, image, sizeof state->fpu);
    memset(state->vectors, 0, sizeof state->vectors);
    for (int i = 0; i < 8; i++)
        copy(state->vectors[i], image + 160 + i * 16, 16);
    int page = 0;
    uint8_t *to = dump + (size_t)(state - states) * WRITABLE_PAGES * PAGE;
    for (int i = 0; i < AREAS - 1; i++) {
        for (uint32_t j = 0; j < areas[i].pages; j++)
            state->pages[page++] = hash((const uint64_t *)(areas[i].base + j * PAGE));
        if (header.wants_memory)
            copy(to, (const void *)areas[i].base, areas[i].pages * PAGE);
        to += areas[i].pages * PAGE;
    }
}

static void map(uint32_t base, uint32_t size, int protection)
{
    long at = call(__NR_mmap2, (long)base, (long)size, protection, 0x32 /* private, anonymous, fixed */, -1, 0);
    if ((uint32_t)at != base)
        die("executor32: cannot map the test's memory\n");
}

static uint16_t segment(uint32_t base)
{
    struct user_desc descriptor = { .entry_number = -1u, .base_addr = base, .limit = 0xFFFFF, .seg_32bit = 1, .limit_in_pages = 1, .useable = 1 };
    if (call(__NR_set_thread_area, (long)&descriptor, 0, 0, 0, 0, 0) != 0)
        die("executor32: set_thread_area\n");
    return (uint16_t)(descriptor.entry_number * 8 + 3);
}

static void prepare(void)
{
    struct { void *base; int32_t flags; uint32_t size; } stack = { alternate_stack, 0, sizeof alternate_stack };
    call(__NR_sigaltstack, (long)&stack, 0, 0, 0, 0, 0);
    static const int signals[] = { SIGILL, SIGTRAP, SIGBUS, SIGFPE, SIGSEGV, SIGALRM };
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
        struct { void *handler; uint32_t flags; void *restorer; uint64_t mask; } __attribute__((packed)) action = {
            (void *)handle, SA_SIGINFO | SA_ONSTACK | SA_RESTORER | SA_NODEFER, restore, 0
        };
        if (call(__NR_rt_sigaction, signals[i], (long)&action, 0, 8, 0, 0) != 0)
            die("executor32: rt_sigaction\n");
    }
    for (int i = 0; i < AREAS; i++)
        map(areas[i].base, areas[i].pages * PAGE, 3);
    map(CODE_BASE, CODE_SIZE, 7);
    fs_selector = segment(fs_base);
    gs_selector = segment(GS_BASE);
}

void run_all(const uint32_t *stack)
{
    is_live = stack[0] > 1;
    prepare();
    while (receive(&header, sizeof header)) {
        if (header.magic != 0x5A444946 || header.cases > MAX_CASES)
            die("executor32: not a batch\n");
        if (!receive(memory, sizeof memory) || !receive((void *)CODE_BASE, CODE_SIZE) || !receive(states, header.cases * sizeof *states))
            die("executor32: no batch\n");
        call(__NR_mprotect, (long)areas[3].base, PAGE, 3, 0, 0, 0);
        copy((void *)areas[3].base, memory + (MEMORY_PAGES - 1) * PAGE, PAGE);
        call(__NR_mprotect, (long)areas[3].base, PAGE, 1, 0, 0, 0);
        // For cases that do not end.
        struct { int32_t interval, interval_us, first, first_us; } timer = { 0, 20000, (int32_t)(header.limit_ms / 1000), (int32_t)(header.limit_ms % 1000 * 1000) };
        call(__NR_setitimer, 0, (long)&timer, 0, 0, 0, 0);
        for (uint32_t i = 0; i < header.cases; i++)
            run(&states[i]);
        memset(&timer, 0, sizeof timer);
        call(__NR_setitimer, 0, (long)&timer, 0, 0, 0, 0);
        send(states, header.cases * sizeof *states);
        if (header.wants_memory)
            send(dump, header.cases * WRITABLE_PAGES * PAGE);
    }
    call(__NR_exit_group, 0, 0, 0, 0, 0, 0);
}

__asm__(".globl _start\n_start:\n\tmov %esp, %eax\n\tand $-16, %esp\n\tsub $12, %esp\n\tpush %eax\n\tcall run_all\n\thlt\n");
