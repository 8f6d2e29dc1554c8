// flags: -m32 -static -fno-pie -no-pie -O0
// needs: i386
//
// What only 32-bit code has: decimal arithmetic, pusha, bound, into, far calls, segments.
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <ucontext.h>

static sigjmp_buf back;
static volatile int last;

static void handle(int signal)
{
    last = signal;
    siglongjmp(back, 1);
}

static void decimal(void)
{
    for (unsigned value = 0; value < 256; value += 7) {
        unsigned daa = value, das = value, aad = value | 0x300, aam = value, aaa = value | 0x100, aas = value | 0x700;
        __asm__("or %%eax, %%eax; daa" : "+a"(daa));
        __asm__("or %%eax, %%eax; das" : "+a"(das));
        __asm__("aad" : "+a"(aad));
        __asm__("aam" : "+a"(aam));
        __asm__("cmp $0, %%al; aaa" : "+a"(aaa));
        __asm__("cmp $0, %%al; aas" : "+a"(aas));
        printf("%02x: %02x %02x %04x %04x %04x %04x\n", value, daa & 0xFF, das & 0xFF, aad & 0xFFFF, aam & 0xFFFF, aaa & 0xFFFF, aas & 0xFFFF);
    }
}

static void stack(void)
{
    uint32_t out[8];
    __asm__ volatile("push %%ebp; mov $1, %%eax; mov $2, %%ebx; mov $3, %%edx; mov $4, %%ecx; mov $5, %%esi; mov $6, %%ebp; pusha; mov %%esp, %%eax; add $32, %%eax;"
        "sub %%eax, 12(%%esp); mov $8, %%ecx; mov %%esp, %%esi; rep movsl; popa; pop %%ebp"
        : : "D"(out) : "eax", "ebx", "ecx", "edx", "esi", "memory");
    for (int i = 1; i < 8; i++)
        printf("%x ", out[i]);
    printf("\n");
    uint32_t flags, far_result;
    __asm__("push $0x202; popf; stc; pushf; pop %0" : "=r"(flags) : : "cc");
    printf("flags %x\n", flags & 0xCD5);
    __asm__("push %%cs; call 1f; jmp 2f; 1: mov $77, %0; lret; 2:" : "=a"(far_result));
    printf("far %u\n", far_result);
    __asm__("ljmp $0x23, $1f; ud2; 1: mov $78, %0" : "=a"(far_result));
    printf("far %u\n", far_result);
}

static void faults(void)
{
    struct sigaction action = { .sa_handler = handle };
    static const int signals[] = { SIGSEGV, SIGILL, SIGTRAP, SIGFPE, SIGBUS };
    for (unsigned i = 0; i < sizeof signals / sizeof *signals; i++)
        sigaction(signals[i], &action, NULL);
    int bounds[2] = { 3, 9 };
    for (int i = 2; i <= 10; i += 4) {
        last = 0;
        if (!sigsetjmp(back, 1))
            __asm__ volatile("bound %0, %1" : : "r"(i), "m"(bounds));
        printf("bound %d: %d\n", i, last);
    }
    for (int overflows = 0; overflows < 2; overflows++) {
        last = 0;
        if (!sigsetjmp(back, 1))
            __asm__ volatile("mov %0, %%eax; add %0, %%eax; into" : : "r"(overflows ? 0x7FFFFFFF : 1) : "eax", "cc");
        printf("into %d\n", last);
    }
    last = 0;
    if (!sigsetjmp(back, 1))
        __asm__ volatile("int3");
    printf("int3 %d\n", last);
    last = 0;
    if (!sigsetjmp(back, 1))
        __asm__ volatile("aam $0");
    printf("aam 0 %d\n", last);
    last = 0;
    if (!sigsetjmp(back, 1))
        __asm__ volatile("mov %0, %%es" : : "r"(0x1234));
    printf("bad selector %d\n", last);
    last = 0;
    if (!sigsetjmp(back, 1))
        __asm__ volatile("hlt");
    printf("hlt %d\n", last);
}

static void addresses(void)
{
    static char text[] = "0123456789abcdef";
    uint32_t value, high = 0xFFFFFFF0u + (uint32_t)(uintptr_t)text;
    __asm__("movzbl 0x12(%1), %0" : "=r"(value) : "r"(high));
    printf("wrap %c\n", (int)value);
    __asm__("mov %%cs:(%1), %0" : "=q"(value) : "r"(text + 4));
    printf("cs %c\n", (int)(value & 0xFF));
    uint32_t result;
    __asm__("mov $3, %%ecx; mov $0, %0; 1: inc %0; loop 1b; jecxz 2f; mov $99, %0; 2:" : "=a"(result) : : "ecx");
    printf("loop %u\n", result);
    __asm__("mov $0x10003, %%ecx; mov $0, %0; 1: inc %0; addr16 loop 1b; mov %%ecx, %%edx; shr $16, %%edx; add %%edx, %0" : "=a"(result) : : "ecx", "edx");
    printf("loopw %u\n", result);
    __asm__("mov $4, %%al; xlatb; movzbl %%al, %%eax" : "=a"(result) : "b"(text));
    printf("xlat %c\n", (int)result);
}

int main(void)
{
    decimal();
    stack();
    faults();
    addresses();
    return 0;
}
