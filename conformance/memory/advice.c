// madvise, mlock, mincore, brk: contents and errors.
#include "lib/check.h"
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>

#define PAGE 4096UL

static void advice(void)
{
    unsigned char *area = mmap(0, 8 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    unsigned char *shared = mmap(0, 4 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    memset(area, 1, 8 * PAGE);
    memset(shared, 2, 4 * PAGE);
    SHOW(madvise(area + PAGE, 2 * PAGE, MADV_DONTNEED));
    printf("%d %d %d %d\n", area[0], area[PAGE], area[2 * PAGE], area[3 * PAGE]);
    SHOW(madvise(shared, PAGE, MADV_DONTNEED));
    printf("shared %d\n", shared[0]);
    SHOW(madvise(shared, PAGE, MADV_REMOVE));
    printf("removed %d %d\n", shared[0], shared[PAGE]);
    SHOW(madvise(area, PAGE, MADV_REMOVE));
    SHOW(madvise(shared, PAGE, MADV_FREE));
    SHOW(madvise(area + 1, PAGE, MADV_DONTNEED));
    SHOW(madvise(area, PAGE, 12345));
    SHOW(madvise(area, 0, MADV_DONTNEED));
    SHOW(madvise(area, -1UL, MADV_DONTNEED));
    SHOW(madvise(area, PAGE, MADV_SEQUENTIAL));
    SHOW(madvise(area, PAGE, MADV_RANDOM));
    SHOW(madvise(area, PAGE, MADV_WILLNEED));
    SHOW(madvise(area, PAGE, MADV_DONTFORK));
    SHOW(madvise(area, PAGE, MADV_DOFORK));
    SHOW(madvise(area, PAGE, MADV_DONTDUMP));
    SHOW(madvise(area, PAGE, MADV_WIPEONFORK));
    SHOW(madvise(shared, PAGE, MADV_WIPEONFORK));
    SHOW(madvise(area, PAGE, MADV_POPULATE_WRITE));
    SHOW(mprotect(area, PAGE, PROT_READ));
    SHOW(madvise(area, PAGE, MADV_POPULATE_WRITE));
    SHOW(munmap(area + 4 * PAGE, PAGE));
    SHOW(madvise(area + 3 * PAGE, 3 * PAGE, MADV_DONTNEED));
    printf("around the hole %d %d\n", area[3 * PAGE], area[5 * PAGE]);
    int fd = open("file", O_RDWR | O_CREAT | O_TRUNC, 0600);
    REQUIRE(fd >= 0 && write(fd, "hello", 5) == 5);
    unsigned char *private = mmap(0, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
    private[0] = 'j';
    SHOW(madvise(private, PAGE, MADV_DONTNEED));
    printf("private file %.5s\n", private);
}

static void residency(void)
{
    unsigned char vector[4] = {9, 9, 9, 9};
    unsigned char *area = mmap(0, 4 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    area[PAGE] = 1;
    SHOW(mincore(area, 4 * PAGE, vector));
    printf("%d %d %d %d\n", vector[0] & 1, vector[1] & 1, vector[2] & 1, vector[3] & 1);
    SHOW(mincore(area + 1, PAGE, vector));
    SHOW(mincore(area, PAGE, (unsigned char *)8));
    SHOW(munmap(area + 2 * PAGE, PAGE));
    SHOW(mincore(area, 4 * PAGE, vector));
    SHOW(mincore(area, 0, vector));
}

static void locking(void)
{
    char *area = mmap(0, 8 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    unsigned char vector[2];
    SHOW(mlock(area + 10, 2 * PAGE));
    SHOW(mincore(area, 2 * PAGE, vector));
    printf("resident %d %d\n", vector[0] & 1, vector[1] & 1);
    SHOW(madvise(area, PAGE, MADV_DONTNEED));
    SHOW(munlock(area, 3 * PAGE));
    SHOW(madvise(area, PAGE, MADV_DONTNEED));
    SHOW(mlock2(area, PAGE, MLOCK_ONFAULT));
    SHOW(mlock2(area, PAGE, 8));
    SHOW(munmap(area + 4 * PAGE, PAGE));
    SHOW(mlock(area, 8 * PAGE));
    SHOW(munlock(area, 8 * PAGE));
    SHOW(munlock((void *)-PAGE, 2 * PAGE));
    SHOW(mlockall(0));
    SHOW(mlockall(MCL_ONFAULT));
    SHOW(mlockall(8));
    SHOW(munlockall());
}

static void heap(void)
{
    char *start = sbrk(0);
    printf("aligned start does not matter: %d\n", brk(start + 10000) == 0);
    memset(start, 3, 10000);
    SHOW(brk(start + 100));
    SHOW(brk(start + 20000));
    printf("kept %d, new %d\n", start[99], start[9000]);
    printf("below the start: %d\n", (char *)syscall(SYS_brk, start - (1L << 30)) == start + 20000);
    printf("beyond memory: %d\n", (char *)syscall(SYS_brk, start + (1L << 46)) == start + 20000);
    struct rlimit limit = {65536, 65536};
    REQUIRE(setrlimit(RLIMIT_DATA, &limit) == 0);
    SHOW((long)sbrk(1 << 20) == -1 ? -1 : 0);
    SHOW((long)mmap(0, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == -1 ? -1 : 0);
    SHOW((long)mmap(0, 1 << 20, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == -1 ? -1 : 0);
    limit = (struct rlimit){1 << 24, 1 << 24};
    REQUIRE(setrlimit(RLIMIT_AS, &limit) == 0);
    SHOW((long)mmap(0, 1 << 25, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == -1 ? -1 : 0);
}

int main(void)
{
    advice();
    residency();
    locking();
    heap();
    return 0;
}
