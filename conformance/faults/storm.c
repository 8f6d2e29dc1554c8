// flags: -O1 -fno-pie -no-pie
// needs: cpu:avx2 cpu:bmi1 cpu:bmi2 cpu:movbe cpu:adx
// timeout: 120
// A long sequence of instructions, every one of which is made to fault once: first by taking away the page that it
// alone uses, with the whole sequence warm; then by putting ud2 in its place and taking away all pages before it is
// resumed. The handler prints every register at each fault; the sequence must then go on as if nothing had happened.
#include "lib/check.h"
#include "faults/machine-state.h"

#define STRING_(x) #x
#define STRING(x) STRING_(x)
// A page of data for each use.
#define PAGE STRING(__COUNTER__) "*4096"
// One instruction of the sequence; its address goes into the table.
#define I(text) "777: " text "\n.pushsection .rodata.steps\n.quad 777b\n.popsection\n"

__asm__(
    ".pushsection .rodata.steps,\"a\"\n.globl steps\nsteps:\n.popsection\n"
    ".pushsection .text\n.balign 64\n.globl sequence\nsequence:\n"
    // Moves of all widths, to and from memory.
    I("movb %al, 8+" PAGE "(%rbx)") I("movw %cx, 16+" PAGE "(%rbx)") I("movl %edx, 24+" PAGE "(%rbx)") I("movq %rsi, 32+" PAGE "(%rbx)")
    I("movb 3+" PAGE "(%rbx), %r8b") I("movw 5+" PAGE "(%rbx), %r9w") I("movl 7+" PAGE "(%rbx), %r10d") I("movq 9+" PAGE "(%rbx), %r11")
    I("movzbl 11+" PAGE "(%rbx), %eax") I("movzwl 13+" PAGE "(%rbx), %ecx") I("movsbq 15+" PAGE "(%rbx), %rdx") I("movswq 17+" PAGE "(%rbx), %rsi")
    I("movslq 19+" PAGE "(%rbx), %rdi") I("movb $0x5a, 21+" PAGE "(%rbx)") I("movl $0x12345678, 23+" PAGE "(%rbx)") I("movq $-2, 25+" PAGE "(%rbx)")
    // Bases and indexes of all kinds.
    I("addq 8+" PAGE "(%r12), %rax") I("addq %rax, 16+" PAGE "(%r13)") I("subl 24+" PAGE "(%r14,%r15,4), %ecx") I("xorq %rdx, 8+" PAGE "(%rbp,%r15,2)")
    I("movq 40+" PAGE "(%rsp), %r8") I("addl %r9d, 48+" PAGE "(%rsp)") I("orq 8+" PAGE "(%rsp,%r15,8), %r10") I("movq %r11, 64+" PAGE "(%rsp,%r15)")
    I("addr32 movq 8+" PAGE "(%ebx), %rax") I("addr32 addl %ecx, 8+" PAGE "(%r12d,%r15d,8)") I("lea 8+" PAGE "(%rbx,%r15), %rdi") I("movq 8+" PAGE "(,%r12,1), %rdx")
    // Arithmetic and flags that live across it.
    I("stc") I("adcq 8+" PAGE "(%rbx), %rax") I("adcb %cl, 8+" PAGE "(%rbx)") I("sbbl 8+" PAGE "(%rbx), %edx") I("sbbq $-5, 8+" PAGE "(%rbx)")
    I("cmpq 8+" PAGE "(%rbx), %rsi") I("setg 8+" PAGE "(%rbx)") I("cmovle 16+" PAGE "(%rbx), %r8") I("cmpb $17, 8+" PAGE "(%rbx)") I("testl %edi, 8+" PAGE "(%rbx)")
    I("incq 8+" PAGE "(%rbx)") I("decb 8+" PAGE "(%rbx)") I("negw 8+" PAGE "(%rbx)") I("notl 8+" PAGE "(%rbx)") I("adcl $0, %eax")
    I("shlq $5, 8+" PAGE "(%rbx)") I("movl $3, %ecx") I("rorl %cl, 8+" PAGE "(%rbx)") I("rclb $1, 8+" PAGE "(%rbx)") I("sarw %cl, 8+" PAGE "(%rbx)")
    I("shldq $7, %rax, 8+" PAGE "(%rbx)") I("shrdl %cl, %edx, 8+" PAGE "(%rbx)") I("btq $5, 8+" PAGE "(%rbx)") I("btsl $31, 8+" PAGE "(%rbx)")
    I("movl $77, %r9d") I("btcq %r9, 8+" PAGE "(%rbx)") I("btrw %r9w, 8+" PAGE "(%rbx)") I("movq $-77, %r9") I("btsq %r9, 512+" PAGE "(%rbx)")
    I("imulq 8+" PAGE "(%rbx), %r10") I("imull $-7, 8+" PAGE "(%rbx), %r11d") I("mulq 8+" PAGE "(%rbx)") I("imulb 8+" PAGE "(%rbx)")
    I("movl $100, %edx") I("divq 8+" PAGE "(%rbx)") I("cqto") I("idivq 8+" PAGE "(%rbx)") I("movw $0x1234, %ax") I("divb 8+" PAGE "(%rbx)")
    // High-byte registers.
    I("movb %ah, 8+" PAGE "(%rbx)") I("addb 8+" PAGE "(%rbx), %dh") I("xorb %ch, 8+" PAGE "(%rbx)") I("movb 8+" PAGE "(%rbp), %ah") I("cmpb %dh, 8+" PAGE "(%rbx)") I("lahf") I("sahf")
    // Atomics.
    I("xchgq %rax, 8+" PAGE "(%rbx)") I("xchgb %dl, 8+" PAGE "(%rbx)") I("lock xaddq %r8, 8+" PAGE "(%rbx)") I("lock addl $5, 8+" PAGE "(%rbx)")
    I("lock cmpxchgq %r10, 8+" PAGE "(%rbx)") I("movq 8+" PAGE "(%rbx), %rax") I("cmpxchgl %r11d, 8+" PAGE "(%rbx)") I("cmpxchg8b 8+" PAGE "(%rbx)")
    I("movq %rbx, %rsi") I("movl $0x1111, %ebx") I("lock cmpxchg16b 16+" PAGE "(%rsi)") I("movq %rsi, %rbx") I("lock decl 8+" PAGE "(%rbx)") I("lock btsq $3, 8+" PAGE "(%rbx)")
    // Bits.
    I("bsfq 8+" PAGE "(%rbx), %rax") I("tzcntl 8+" PAGE "(%rbx), %ecx") I("lzcntq 8+" PAGE "(%rbx), %rdx") I("popcntq 8+" PAGE "(%rbx), %rsi") I("crc32q 8+" PAGE "(%rbx), %rdi")
    I("movbe 8+" PAGE "(%rbx), %r8") I("movbe %r9d, 8+" PAGE "(%rbx)") I("andnq 8+" PAGE "(%rbx), %r10, %r11") I("pdepq 8+" PAGE "(%rbx), %rax, %rcx") I("pextl 8+" PAGE "(%rbx), %edx, %esi")
    I("mulxq 8+" PAGE "(%rbx), %rdi, %r8") I("rorxq $13, 8+" PAGE "(%rbx), %r9") I("shlxq %rax, 8+" PAGE "(%rbx), %r10") I("adcxq 8+" PAGE "(%rbx), %r11") I("adoxl 8+" PAGE "(%rbx), %eax") I("blsrq 8+" PAGE "(%rbx), %rcx")
    // The stack: runs of pushes and pops, calls and returns, frames.
    I("movq %rsp, %r13") I("leaq 2048+" PAGE "(%rbx), %rsp")
    I("pushq %rax") I("pushq %rcx") I("pushq %rdx") I("pushq %r8") I("pushq %rsp") I("pushq $-3") I("pushq $0x12345678") I("pushfq") I("pushw %r9w")
    I("popw %r10w") I("popq %r11") I("popq %rdx") I("popq %rcx") I("popq %rdi") I("popq %r8") I("popq %rsi") I("popq %rax")
    I("leaq 2048+" PAGE "(%rbx), %rsp") I("pushq 8+" PAGE "(%rbx)") I("popq 8+" PAGE "(%rbx)") I("pushq 8(%rsp)") I("popq 8(%rsp)") I("pushq %rsp") I("popq %rsp")
    I("leaq 2048+" PAGE "(%rbx), %rsp") I("call 1f") I("jmp 2f") "1:" I("incl %eax") I("ret") "2:"
    I("leaq 2048+" PAGE "(%rbx), %rsp") I("leaq 3f(%rip), %r9") I("call *%r9") I("jmp 4f") "3:" I("decl %eax") I("ret $16") "4:"
    I("movq %r9, 8+" PAGE "(%rbx)") I("leaq 5f(%rip), %r9") I("movq %r9, 8+" STRING(200) "*4096(%rbx)") I("jmp *8+" STRING(200) "*4096(%rbx)") I("ud2") "5:"
    I("leaq 2048+" PAGE "(%rbx), %rsp") I("movq %rbp, %r9") I("enter $64, $0") I("movq %rax, -8(%rbp)") I("addq -8(%rbp), %rcx") I("leave") I("movq %r9, %rbp")
    I("andl $0xcd5, %ecx") I("pushq %rcx") I("popfq") I("cld") I("movq %r13, %rsp") I("leaq 40960(%rbx), %r13")
    // Strings.
    I("leaq 100+" PAGE "(%rbx), %rsi") I("leaq 100+" PAGE "(%rbx), %rdi") I("movl $50, %ecx") I("rep movsb") I("movsq") I("lodsl") I("stosw") I("scasb") I("cmpsq")
    I("leaq 4000+" PAGE "(%rbx), %rdi") I("movl $50, %ecx") I("rep stosq") ".set skipped," PAGE "\n" I("leaq 3000(%rbx), %rdi") I("std") I("leaq 3000+" PAGE "(%rbx), %rsi") I("movl $30, %ecx") I("rep movsl") I("cld")
    I("leaq 100+" PAGE "(%rbx), %rdi") I("movl $300, %ecx") I("movb $0xee, %al") I("repne scasb") I("leaq 100+" PAGE "(%rbx), %rsi") I("movl $300, %ecx") I("repe cmpsb")
    I("movq %rbx, %r9") I("leaq 8+" PAGE "(%rbx), %rbx") I("movb $5, %al") I("xlatb") I("movq %r9, %rbx") I("movnti %rax, 8+" PAGE "(%rbx)") I("clflush 8+" PAGE "(%rbx)") I("prefetcht0 8+" PAGE "(%rbx)")
    // Vectors.
    I("movaps %xmm0, 16+" PAGE "(%rbx)") I("addps 16+" PAGE "(%rbx), %xmm1") I("movups 17+" PAGE "(%rbx), %xmm2") I("mulsd 8+" PAGE "(%rbx), %xmm3") I("pshufb 16+" PAGE "(%rbx), %xmm4")
    I("cvtsi2sdl 8+" PAGE "(%rbx), %xmm5") I("cvttsd2si 8+" PAGE "(%rbx), %rax") I("movd %xmm1, 8+" PAGE "(%rbx)") I("movq 8+" PAGE "(%rbx), %xmm6") I("pinsrw $3, 8+" PAGE "(%rbx), %xmm7") I("pextrb $5, %xmm7, 8+" PAGE "(%rbx)")
    I("ucomisd 8+" PAGE "(%rbx), %xmm0") I("movhps %xmm2, 8+" PAGE "(%rbx)") I("stmxcsr 8+" PAGE "(%rbx)") I("movntps %xmm0, 16+" PAGE "(%rbx)") I("leaq 64+" PAGE "(%rbx), %rdi") I("maskmovdqu %xmm1, %xmm0")
    I("vmovups 8+" PAGE "(%rbx), %ymm8") I("vmovdqu %ymm8, 8+" PAGE "(%rbx)") I("vaddpd 8+" PAGE "(%rbx), %ymm1, %ymm9") I("vbroadcastss 8+" PAGE "(%rbx), %ymm10") I("vinserti128 $1, 8+" PAGE "(%rbx), %ymm0, %ymm11")
    I("vpermd 8+" PAGE "(%rbx), %ymm1, %ymm12") I("vextracti128 $1, %ymm12, 8+" PAGE "(%rbx)") I("vpmaskmovd 8+" PAGE "(%rbx), %ymm0, %ymm13") I("vmaskmovpd %ymm13, %ymm0, 8+" PAGE "(%rbx)")
    I("vpcmpeqd %ymm14, %ymm14, %ymm14") I("vpxor %ymm15, %ymm15, %ymm15") I("vpinsrd $2, %r15d, %xmm15, %xmm15") I("vgatherdps %ymm14, 8+" PAGE "(%rbx,%ymm15,4), %ymm13") I("vpcmpeqd %ymm14, %ymm14, %ymm14") I("vpgatherdq %ymm14, 8+" PAGE "(%r12,%xmm15,8), %ymm12")
    // x87.
    I("fldl 8+" PAGE "(%rbx)") I("filds 8+" PAGE "(%rbx)") I("faddl 8+" PAGE "(%rbx)") I("fstps 8+" PAGE "(%rbx)") I("fstpt 8+" PAGE "(%rbx)") I("fnstcw 8+" PAGE "(%rbx)") I("fnstsw 8+" PAGE "(%rbx)") I("fld1") I("fistpll 8+" PAGE "(%rbx)")
    I("fxsave 16+" PAGE "(%rbx)") I("nop") I("addq %rax, %rcx")
    ".globl sequence_end\nsequence_end:\njmp *finish(%rip)\n"
    ".balign 8\nfinish: .quad leave_sequence\n.globl sequence_limit\nsequence_limit:\n.popsection\n"
    ".pushsection .rodata.steps\n.globl steps_end\nsteps_end:\n.popsection\n");

enum { PAGES = __COUNTER__ + 2 };
_Static_assert(PAGES < 254, "page 200 and the ones after the used ones are spare");

static const char *where;
static int step, hits;
static uint8_t original[2];

static void on_fault(int signal, siginfo_t *info, void *context)
{
    ucontext_t *uc = context;
    greg_t *r = uc->uc_mcontext.gregs;
    print_fault(where, step, signal, info, uc, code_base);
    if (++hits > 20) {
        printf("the fault does not go away\n");
        fflush(stdout);
        _exit(3);
    }
    if (signal == SIGILL) {
        memcpy((void *)r[REG_RIP], original, 2);
        REQUIRE(mprotect(DATA, DATA_SIZE, PROT_NONE) == 0);
    } else {
        REQUIRE(mprotect(DATA, DATA_SIZE, PROT_READ | PROT_WRITE) == 0);
    }
}

int main(void)
{
    extern char sequence[], sequence_limit[];
    extern char *const steps[], *const steps_end[];
    prepare_data();
    catch_faults(on_fault);

    where = "plain";
    fill_data();
    run_sequence(sequence);
    print_end(where, 0);

    // Take away one page after the other; the code stays as it is, and is warm.
    where = "page";
    code_base = (uintptr_t)sequence;
    for (step = 0; step < 256; step++) {
        hits = 0;
        fill_data();
        REQUIRE(mprotect(DATA + step * 4096, 4096, PROT_NONE) == 0);
        run_sequence(sequence);
        REQUIRE(mprotect(DATA, DATA_SIZE, PROT_READ | PROT_WRITE) == 0);
        if (hits)
            print_end(where, step);
    }

    // Put ud2 in the place of one instruction after the other, in a copy of the code.
    where = "ud2";
    size_t length = (size_t)(sequence_limit - sequence);
    char *copy = mmap((void *)0x20000000, 65536, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
    REQUIRE(copy != MAP_FAILED);
    memcpy(copy, sequence, length);
    code_base = (uintptr_t)copy;
    int count = (int)(steps_end - steps);
    for (step = 0; step < count; step++) {
        char *at = copy + (steps[step] - sequence);
        // A one-byte instruction would have its neighbour overwritten as well, which is put back before it is reached.
        hits = 0;
        fill_data();
        memcpy(original, at, 2);
        memcpy(at, "\x0f\x0b", 2);
        run_sequence(copy);
        memcpy(at, original, 2);
        REQUIRE(mprotect(DATA, DATA_SIZE, PROT_READ | PROT_WRITE) == 0);
        print_end(where, step);
    }
    printf("%d instructions\n", count);
    return 0;
}
