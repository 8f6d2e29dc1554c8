// timeout: 60
// Memory after fork: what each side sees of private, shared, large, protected and file-backed pages.
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static int data = 5;
static int zeros[4096];

static int end(pid_t child)
{
    int status = -1;
    if (waitpid(child, &status, 0) != child)
        perror("waitpid");
    return status;
}

static long sum(const volatile unsigned char *p, size_t n)
{
    long total = 0;
    for (size_t i = 0; i < n; i += 4096)
        total = total * 3 + p[i];
    return total;
}

static void small(void)
{
    int *heap = malloc(64);
    int local = 1;
    *heap = 7;
    zeros[100] = 3;
    pid_t child = fork();
    if (child == 0) {
        data++, (*heap)++, local++, zeros[100]++, zeros[4000] = 9;
        printf("child: %d %d %d %d %d\n", data, *heap, local, zeros[100], zeros[4000]);
        fflush(stdout);
        _exit(3);
    }
    int status = end(child);
    printf("parent: %d %d %d %d %d, child's status %x\n", data, *heap, local, zeros[100], zeros[4000], status);
    free(heap);
}

// Large enough to be shared copy-on-write, through three generations, with both sides writing.
static void large(void)
{
    size_t n = 64 << 20;
    unsigned char *p = mmap(0, n, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    for (size_t i = 0; i < n; i += 4096)
        p[i] = i >> 12;
    printf("large before: %ld\n", sum(p, n));
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        printf("child: %ld\n", sum(p, n));
        for (size_t i = 0; i < n; i += 8 * 4096)
            p[i] ^= 0x55;
        fflush(stdout);
        pid_t grandchild = fork();
        if (grandchild == 0) {
            printf("grandchild: %ld\n", sum(p, n));
            memset(p, 1, n / 2);
            printf("grandchild: %ld\n", sum(p, n));
            fflush(stdout);
            _exit(0);
        }
        end(grandchild);
        printf("child: %ld\n", sum(p, n));
        munmap(p + n / 4, n / 4);
        unsigned char *again = mmap(p + n / 4, n / 4, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
        printf("child: %ld, fresh %ld\n", sum(p, n), sum(again, n / 4));
        fflush(stdout);
        _exit(0);
    }
    for (size_t i = 0; i < n; i += 3 * 4096)
        p[i] = 2;
    end(child);
    printf("parent: %ld\n", sum(p, n));
    // Its section is its own again; pages it gives up read as zero.
    madvise(p, n / 8, MADV_DONTNEED);
    fflush(stdout);
    child = fork();
    if (child == 0) {
        printf("second child: %ld\n", sum(p, n));
        unsigned char *moved = mremap(p, n, n + (4 << 20), MREMAP_MAYMOVE);
        printf("moved: %ld\n", sum(moved, n + (4 << 20)));
        fflush(stdout);
        _exit(0);
    }
    end(child);
    munmap(p, n);
}

static void shared(void)
{
    int *p = mmap(0, 8192, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    p[0] = 1;
    pid_t child = fork();
    if (child == 0) {
        p[0] += 10, p[1024] = 5;
        _exit(0);
    }
    end(child);
    printf("shared: %d %d\n", p[0], p[1024]);
}

static void files(void)
{
    char name[] = "/tmp/zonix-fork-XXXXXX";
    int fd = mkstemp(name);
    unlink(name);
    ftruncate(fd, 16384);
    pwrite(fd, "file", 4, 0);
    pwrite(fd, "page", 4, 8192);
    char *p = mmap(0, 16384, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
    memcpy(p, "mine", 4);
    mprotect(p, 4096, PROT_READ);
    pid_t child = fork();
    if (child == 0) {
        printf("file: %.4s %.4s\n", p, p + 8192);
        madvise(p, 4096, MADV_DONTNEED);
        memcpy(p + 8192, "kids", 4);
        printf("file: %.4s %.4s\n", p, p + 8192);
        fflush(stdout);
        _exit(0);
    }
    end(child);
    printf("file: %.4s %.4s\n", p, p + 8192);
    char *hidden = mmap(0, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    strcpy(hidden, "hidden");
    mprotect(hidden, 8192, PROT_NONE);
    mprotect(p, 16384, PROT_NONE);
    fflush(stdout);
    child = fork();
    if (child == 0) {
        mprotect(hidden, 8192, PROT_READ);
        mprotect(p, 16384, PROT_READ);
        printf("after protection: %s %.4s\n", hidden, p);
        fflush(stdout);
        _exit(0);
    }
    end(child);
}

static void advice(void)
{
    char *p = mmap(0, 3 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    strcpy(p, "kept"), strcpy(p + 4096, "wiped"), strcpy(p + 8192, "gone");
    madvise(p + 4096, 4096, MADV_WIPEONFORK);
    madvise(p + 8192, 4096, MADV_DONTFORK);
    pid_t child = fork();
    if (child == 0) {
        unsigned char vector;
        printf("advice: '%s' '%s' %d\n", p, p + 4096, mincore(p + 8192, 4096, &vector));
        fflush(stdout);
        volatile char c = p[8192];
        (void)c;
        _exit(0);
    }
    printf("without it: %x\n", end(child));
}

static void vfork_shares(void)
{
    volatile int seen = 0;
    pid_t child = vfork();
    if (child == 0) {
        seen = 42;
        execl("/bin/false", "false", (char *)0);
        _exit(9);
    }
    printf("vfork: %d, status %x\n", seen, end(child));
}

int main(void)
{
    small();
    fflush(stdout);
    shared();
    fflush(stdout);
    files();
    fflush(stdout);
    advice();
    fflush(stdout);
    vfork_shares();
    fflush(stdout);
    large();
    return 0;
}
