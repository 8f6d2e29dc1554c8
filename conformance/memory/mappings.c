// mmap, munmap, mprotect, mremap, madvise, brk within one process.
#include "lib/check.h"
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>

#define P 4096L
static sigjmp_buf back;
static int code;
static void on_fault(int signal, siginfo_t *info, void *context) { (void)context; code = signal * 10 + info->si_code; siglongjmp(back, 1); }

/// 0, or the signal and si_code that touching the byte raises.
static int touch(volatile char *p, int write)
{
    code = 0;
    if (!sigsetjmp(back, 1)) {
        if (write)
            *p = 'w';
        else
            (void)*p;
    }
    return code;
}

#define MAP_RESULT(expression)                                                            \
    ({                                                                                    \
        errno = 0;                                                                        \
        char *mapped_ = (expression);                                                     \
        printf("%s: %s\n", #expression, mapped_ == MAP_FAILED ? strerrorname_np(errno) : "mapped"); \
        mapped_;                                                                          \
    })

int main(void)
{
    struct sigaction action = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO};
    sigaction(SIGSEGV, &action, NULL);
    sigaction(SIGBUS, &action, NULL);
    const int rw = PROT_READ | PROT_WRITE, anon = MAP_PRIVATE | MAP_ANONYMOUS;

    char *p = MAP_RESULT(mmap(NULL, 10 * P, rw, anon, -1, 0));
    long sum = 0;
    for (long i = 0; i < 10 * P; i++)
        sum += p[i];
    printf("zeroed %ld\n", sum);
    SHOW(munmap(p + 3 * P, 2 * P));
    for (int i = 0; i < 10; i++)
        printf("%d ", touch(p + i * P, 1));
    printf("\n");
    SHOW(munmap(p + 3 * P, 2 * P));
    SHOW(munmap(p + 1, P));
    SHOW(munmap(p, 0));
    SHOW(mprotect(p, 5 * P, PROT_READ));
    printf("%d %d\n", touch(p, 1), touch(p + 5 * P, 1));
    SHOW(mprotect(p + 1, P, PROT_READ));
    SHOW(mprotect(p, P, 0x100));
    SHOW(mprotect(p + 6 * P, P, PROT_NONE));
    printf("%d %d %d\n", touch(p + 6 * P, 0), touch(p + 6 * P, 1), touch(p + 7 * P, 1));
    SHOW(mprotect(p + 6 * P, P, PROT_WRITE));
    printf("%d %d\n", touch(p + 6 * P, 0), touch(p + 6 * P, 1));

    MAP_RESULT(mmap(NULL, 0, rw, anon, -1, 0));
    MAP_RESULT(mmap(NULL, P, rw, MAP_ANONYMOUS, -1, 0));
    MAP_RESULT(mmap(NULL, P, rw, MAP_PRIVATE, -1, 0));
    MAP_RESULT(mmap(NULL, P, rw, MAP_PRIVATE, 999, 0));
    MAP_RESULT(mmap((void *)(p + 1), P, rw, anon | MAP_FIXED, -1, 0));
    MAP_RESULT(mmap(p, P, rw, anon | MAP_FIXED_NOREPLACE, -1, 0));
    MAP_RESULT(mmap(p + 4 * P, P, rw, anon | MAP_FIXED_NOREPLACE, -1, 0));
    MAP_RESULT(mmap(NULL, 1L << 60, rw, anon, -1, 0));
    MAP_RESULT(mmap(NULL, P, rw, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
    char *low = MAP_RESULT(mmap(NULL, P, rw, anon | MAP_32BIT, -1, 0));
    printf("low: %d\n", (uintptr_t)low < 1UL << 31);
    char *hint = (char *)0x30000000;
    printf("hint taken: %d\n", mmap(hint, P, rw, anon, -1, 0) == hint);
    printf("hint taken again: %d\n", mmap(hint, P, rw, anon, -1, 0) == hint);
    strcpy(p + 8 * P, "old");
    MAP_RESULT(mmap(p + 8 * P, P, rw, anon | MAP_FIXED, -1, 0));
    printf("replaced: '%s'\n", p + 8 * P);

    // Files.
    int fd = open("file", O_RDWR | O_CREAT | O_TRUNC, 0600);
    char page[P];
    for (int i = 0; i < 3; i++) {
        memset(page, 'a' + i, P);
        write(fd, page, P);
    }
    write(fd, "tail", 4);
    char *shared = MAP_RESULT(mmap(NULL, 5 * P, rw, MAP_SHARED, fd, 0)), *private = MAP_RESULT(mmap(NULL, 4 * P, rw, MAP_PRIVATE, fd, 0));
    char *offset = MAP_RESULT(mmap(NULL, P, PROT_READ, MAP_SHARED, fd, 2 * P));
    MAP_RESULT(mmap(NULL, P, PROT_READ, MAP_SHARED, fd, 100));
    printf("%c %c %c %.5s|%d\n", shared[0], private[P], offset[5], shared + 3 * P, shared[3 * P + 4]);
    shared[10] = 'S';
    private[11] = 'P';
    char two[2];
    pread(fd, two, 2, 10);
    printf("through the file: %c%c, private sees %c, shared sees %c\n", two[0], two[1], private[10], shared[11]);
    pwrite(fd, "W", 1, 20);
    printf("written: %c %c\n", shared[20], private[P + 20]);
    printf("past the end: %d %d\n", touch(shared + 4 * P, 0), touch(shared + 3 * P + 100, 1));
    SHOW(ftruncate(fd, P));
    printf("truncated: %d %d %d\n", touch(shared + P, 0), touch(private + 2 * P, 0), touch(shared, 0));
    SHOW(ftruncate(fd, 5 * P));
    printf("grown: %d %d\n", touch(shared + 4 * P, 0), shared[4 * P]);
    SHOW(msync(shared, P, MS_SYNC));
    SHOW(msync(shared + 1, P, MS_SYNC));
    SHOW(msync(p + 3 * P, P, MS_SYNC));
    int ro = open("file", O_RDONLY);
    MAP_RESULT(mmap(NULL, P, rw, MAP_SHARED, ro, 0));
    MAP_RESULT(mmap(NULL, P, rw, MAP_PRIVATE, ro, 0));
    char *read_only = MAP_RESULT(mmap(NULL, P, PROT_READ, MAP_SHARED, ro, 0));
    SHOW(mprotect(read_only, P, rw));
    int wo = open("file", O_WRONLY);
    MAP_RESULT(mmap(NULL, P, PROT_WRITE, MAP_SHARED, wo, 0));
    close(fd);
    printf("after close: %c\n", shared[10]);

    // mremap.
    char *m = mmap(NULL, 4 * P, rw, anon, -1, 0);
    memset(m, 'm', 4 * P);
    char *grown = mremap(m, 4 * P, 64 * P, MREMAP_MAYMOVE);
    printf("grown: %d %c %d\n", grown != MAP_FAILED, grown[4 * P - 1], grown[63 * P]);
    char *shrunk = mremap(grown, 64 * P, 2 * P, 0);
    printf("shrunk in place: %d, rest gone: %d\n", shrunk == grown, touch(grown + 2 * P, 0));
    char *target = mmap(NULL, 8 * P, rw, anon, -1, 0);
    char *moved = mremap(shrunk, 2 * P, 2 * P, MREMAP_MAYMOVE | MREMAP_FIXED, target + 4 * P);
    printf("moved: %d %c, source gone: %d\n", moved == target + 4 * P, moved[P], touch(shrunk, 0));
    MAP_RESULT(mremap(moved, 2 * P, 0, MREMAP_MAYMOVE));
    MAP_RESULT(mremap(moved + 1, P, P, MREMAP_MAYMOVE));
    MAP_RESULT(mremap(p + 3 * P, P, 2 * P, MREMAP_MAYMOVE));
    MAP_RESULT(mremap(moved, P, P, MREMAP_FIXED, target));
    MAP_RESULT(mremap(moved, P, 200 * P, 0));

    // madvise, mincore, mlock.
    memset(target, 't', 4 * P);
    SHOW(madvise(target + P, 2 * P, MADV_DONTNEED));
    printf("%c %d %d %c\n", target[0], target[P], target[3 * P - 1], target[3 * P]);
    SHOW(madvise(target, P, MADV_WILLNEED));
    SHOW(madvise(target, P, 9999));
    SHOW(madvise(target + 1, P, MADV_DONTNEED));
    SHOW(madvise(p + 3 * P, P, MADV_DONTNEED));
    private[0] = 'X';
    SHOW(madvise(private, P, MADV_DONTNEED));
    printf("private back to the file: %c\n", private[0]);
    unsigned char resident[4];
    SHOW(mincore(target, 4 * P, resident));
    SHOW(mincore(p + 3 * P, P, resident));
    SHOW(mlock(target, P));
    SHOW(munlock(target, P));

    // Growth of the stack, and its limit.
    struct rlimit limit;
    getrlimit(RLIMIT_STACK, &limit);
    printf("stack limit %ld\n", (long)limit.rlim_cur);
    char *deep = __builtin_alloca(4 << 20);
    printf("deep: %d\n", touch(deep, 1));
    // Many small mappings.
    char *many[500];
    for (int i = 0; i < 500; i++) {
        many[i] = mmap(NULL, P * (1 + i % 3), i % 2 ? rw : PROT_READ, anon, -1, 0);
        REQUIRE(many[i] != MAP_FAILED);
    }
    for (int i = 0; i < 500; i += 2)
        REQUIRE(munmap(many[i], P * (1 + i % 3)) == 0);
    sum = 0;
    for (int i = 1; i < 500; i += 2)
        sum += touch(many[i] + P * (i % 3), 1);
    printf("many: %ld\n", sum);
    return 0;
}
