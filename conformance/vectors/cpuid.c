// What CPUID promises works, and agrees with the auxiliary vector and xgetbv.
// needs: cpu:fsgsbase
#include "lib/check.h"
#include <cpuid.h>
#include <sys/auxv.h>

static void query(unsigned leaf, unsigned sub, unsigned r[4]) { __cpuid_count(leaf, sub, r[0], r[1], r[2], r[3]); }

int main(void)
{
    unsigned r[4], one[4], seven[4];
    char vendor[13] = {0}, brand[49] = {0};
    query(0, 0, r);
    memcpy(vendor, &r[1], 4), memcpy(vendor + 4, &r[3], 4), memcpy(vendor + 8, &r[2], 4);
    printf("vendor %s, leaves %d\n", vendor, r[0] >= 13);
    query(1, 0, one);
    query(7, 0, seven);
    printf("hwcap is edx of leaf 1: %d\n", (unsigned)getauxval(AT_HWCAP) == one[3]);
    // Features that compilers and libraries choose code by.
    printf("sse3 %d ssse3 %d fma %d cx16 %d sse4.1 %d sse4.2 %d movbe %d popcnt %d aes %d osxsave %d avx %d f16c %d rdrand %d\n", one[2] & 1, one[2] >> 9 & 1, one[2] >> 12 & 1,
           one[2] >> 13 & 1, one[2] >> 19 & 1, one[2] >> 20 & 1, one[2] >> 22 & 1, one[2] >> 23 & 1, one[2] >> 25 & 1, one[2] >> 27 & 1, one[2] >> 28 & 1, one[2] >> 29 & 1, one[2] >> 30 & 1);
    printf("fsgsbase %d bmi1 %d avx2 %d bmi2 %d erms %d avx512f %d adx %d sha %d avx512bw %d\n", seven[1] & 1, seven[1] >> 3 & 1, seven[1] >> 5 & 1, seven[1] >> 8 & 1,
           seven[1] >> 9 & 1, seven[1] >> 16 & 1, seven[1] >> 19 & 1, seven[1] >> 29 & 1, seven[1] >> 30 & 1);
    query(0x80000001, 0, r);
    printf("lahf %d lzcnt %d syscall %d nx %d rdtscp %d lm %d\n", r[2] & 1, r[2] >> 5 & 1, r[3] >> 11 & 1, r[3] >> 20 & 1, r[3] >> 27 & 1, r[3] >> 29 & 1);
    for (unsigned i = 0; i < 3; i++) {
        query(0x80000002 + i, 0, r);
        memcpy(brand + i * 16, r, 16);
    }
    printf("brand: %s\n", brand);
    unsigned low = 0, high;
    if (one[2] >> 27 & 1)
        __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    query(13, 0, r);
    printf("xcr0 %x, within what cpuid allows: %d, size for it sensible: %d\n", low & 0xe7, (low & ~r[0]) == 0, r[1] >= 576 && r[1] <= r[2]);
    printf("avx state: %d\n", (low & 6) == 6);
    unsigned long a, b, aux;
    __asm__ volatile("rdtsc\nshl $32, %%rdx\nor %%rdx, %%rax" : "=a"(a) : : "rdx");
    __asm__ volatile("rdtscp\nshl $32, %%rdx\nor %%rdx, %%rax" : "=a"(b), "=c"(aux) : : "rdx");
    printf("time-stamp counter goes on: %d\n", b > a);
    if (seven[1] & 1 && getauxval(AT_HWCAP2) & 2) {
        unsigned long fs, gs = 0x123456789, back;
        __asm__ volatile("rdfsbase %0" : "=r"(fs));
        __asm__ volatile("wrgsbase %1\nrdgsbase %0" : "=r"(back) : "r"(gs));
        printf("fs base is the thread: %d, gs base kept: %d\n", fs == (unsigned long)__builtin_thread_pointer(), back == gs);
    }
    unsigned char ok;
    unsigned long random;
    __asm__ volatile("rdrand %0\nsetc %1" : "=r"(random), "=q"(ok));
    printf("rdrand: %d\n", ok);
    return 0;
}
