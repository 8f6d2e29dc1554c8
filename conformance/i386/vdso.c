// The clocks of the vDSO, as the C library finds them, against those of the calls; what is asked for wrongly.
// machine: i386
#include <elf.h>
#include <sys/auxv.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <link.h>
#include "lib/check.h"

struct wide {
    long long seconds, ns;
};

struct narrow {
    int seconds, ns;
};

__attribute__((unused)) static void *find(const char *wanted)
{
    ElfW(Ehdr) *file = (void *)getauxval(AT_SYSINFO_EHDR);
    if (!file)
        return 0;
    ElfW(Phdr) *headers = (void *)((char *)file + file->e_phoff);
    ElfW(Dyn) *dynamic = 0;
    unsigned long bias = 0;
    for (int i = 0; i < file->e_phnum; i++) {
        if (headers[i].p_type == PT_LOAD)
            bias = (unsigned long)file + headers[i].p_offset - headers[i].p_vaddr;
        if (headers[i].p_type == PT_DYNAMIC)
            dynamic = (void *)((char *)file + headers[i].p_offset);
    }

    ElfW(Sym) *symbols = 0;
    const char *strings = 0;
    ElfW(Word) *hash = 0;
    for (; dynamic && dynamic->d_tag; dynamic++) {
        if (dynamic->d_tag == DT_SYMTAB)
            symbols = (void *)(bias + dynamic->d_un.d_ptr);
        if (dynamic->d_tag == DT_STRTAB)
            strings = (void *)(bias + dynamic->d_un.d_ptr);
        if (dynamic->d_tag == DT_HASH)
            hash = (void *)(bias + dynamic->d_un.d_ptr);
    }

    // A vDSO without the old hash table: the program then asks the kernel, and says the same.
    for (unsigned i = 0; hash && i < hash[1]; i++)
        if (symbols[i].st_shndx && strcmp(strings + symbols[i].st_name, wanted) == 0)
            return (void *)(bias + symbols[i].st_value);
    return 0;
}

static long long kernel(int clock)
{
    struct timespec now;
    return syscall(SYS_clock_gettime, clock, &now) == 0 ? now.tv_sec * 1000000000ll + now.tv_nsec : -1;
}

int main(void)
{
    static const int clocks[] = {CLOCK_REALTIME, CLOCK_MONOTONIC, CLOCK_MONOTONIC_RAW, CLOCK_BOOTTIME, CLOCK_PROCESS_CPUTIME_ID, CLOCK_TAI, 12, 99, -1};
#ifdef __i386__
    int (*narrow)(int, struct narrow *) = find("__vdso_clock_gettime");
    int (*wide)(int, struct wide *) = find("__vdso_clock_gettime64");
    int (*day)(struct timeval *, void *) = find("__vdso_gettimeofday");
    int (*seconds)(time_t *) = find("__vdso_time");
    int (*resolution)(int, struct narrow *) = find("__vdso_clock_getres");
    if (!narrow || !wide || !day || !seconds || !resolution)
        return 99;
#endif
    for (unsigned i = 0; i < sizeof clocks / sizeof *clocks; i++) {
        int clock = clocks[i], first = 0, second = 0, third = 0;
        long long before = kernel(clock), a = 0, b = 0;
#ifdef __i386__
        struct narrow n = {-1, -1};
        struct wide w = {-1, -1};
        first = narrow(clock, &n);
        second = wide(clock, &w);
        a = n.seconds * 1000000000ll + n.ns;
        b = w.seconds * 1000000000ll + w.ns;
        struct narrow r = {-1, -1};
        third = resolution(clock, &r);
#else
        struct timespec n;
        first = second = syscall(SYS_clock_gettime, clock, &n) == 0 ? 0 : -errno;
        third = syscall(SYS_clock_getres, clock, &n) == 0 ? 0 : -errno;
        a = b = kernel(clock);
#endif
        long long after = kernel(clock);
        printf("clock %d: %d %d %d, in order %d\n", clock, first, second, third, first != 0 || (before <= a && a <= b && b <= after));
    }

    struct timeval now = {0};
    struct timezone zone = {7, 7};
    time_t stored = 0, told;
    int result;
#ifdef __i386__
    result = day(&now, 0);
    printf("gettimeofday = %d, %d\n", result, now.tv_sec - time(0) <= 1 && time(0) - now.tv_sec <= 1 && now.tv_usec < 1000000);
    result = day(&now, &zone);
    printf("with a zone = %d, %d\n", result, zone.tz_dsttime);
    told = seconds(&stored);
    printf("time: %d %d\n", told == stored, seconds(0) >= told);
#else
    result = gettimeofday(&now, 0);
    printf("gettimeofday = %d, %d\n", result, now.tv_sec - time(0) <= 1 && time(0) - now.tv_sec <= 1 && now.tv_usec < 1000000);
    result = gettimeofday(&now, &zone);
    printf("with a zone = %d, %d\n", result, zone.tz_dsttime);
    told = time(&stored);
    printf("time: %d %d\n", told == stored, time(0) >= told);
#endif
    long long last = 0;
    int backwards = 0;
    for (int i = 0; i < 200000; i++) {
        struct timespec t;
        clock_gettime(CLOCK_MONOTONIC, &t);
        long long at = t.tv_sec * 1000000000ll + t.tv_nsec;
        backwards += at < last;
        last = at;
    }
    printf("backwards %d\n", backwards);
    return 0;
}
