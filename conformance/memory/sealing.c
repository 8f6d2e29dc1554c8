// mseal, remap_file_pages, protection keys, what fork's memory merges with, shadow stacks.
#include "lib/check.h"
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#define PAGE 4096UL
#define MSEAL 462

static void *pages(int count, int protection)
{
    void *area = mmap(0, count * PAGE, protection, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    REQUIRE(area != MAP_FAILED);
    return area;
}

static void seals(void)
{
    char *area = pages(8, PROT_READ | PROT_WRITE);
    memset(area, 1, 8 * PAGE);
    SHOW(syscall(MSEAL, area + 2 * PAGE, 2 * PAGE, 1UL));
    SHOW(syscall(MSEAL, area + 1, PAGE, 0UL));
    SHOW(syscall(MSEAL, area, 0UL, 0UL));
    SHOW(syscall(MSEAL, area + 2 * PAGE, 2 * PAGE, 0UL));
    SHOW(munmap(area, 8 * PAGE));
    SHOW(munmap(area + 3 * PAGE, PAGE));
    SHOW(mprotect(area + 2 * PAGE, PAGE, PROT_READ));
    SHOW(mmap(area + 2 * PAGE, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == MAP_FAILED);
    SHOW(mremap(area + 2 * PAGE, PAGE, 4 * PAGE, MREMAP_MAYMOVE) == MAP_FAILED);
    SHOW(mremap(area + 2 * PAGE, 2 * PAGE, PAGE, 0) == MAP_FAILED);
    SHOW(madvise(area + 2 * PAGE, PAGE, MADV_DONTNEED));
    printf("writable and sealed: %d\n", area[2 * PAGE]);
    SHOW(munmap(area, 2 * PAGE));
    char *constant = pages(2, PROT_READ);
    SHOW(syscall(MSEAL, constant, 2 * PAGE, 0UL));
    SHOW(madvise(constant, PAGE, MADV_DONTNEED));
    SHOW(madvise(constant, PAGE, MADV_FREE));
    SHOW(madvise(constant, PAGE, MADV_WILLNEED));
    SHOW(madvise(constant, PAGE, MADV_DONTFORK));
    fflush(stdout);
    if (!fork()) {
        SHOW(munmap(constant, PAGE));
        exit(0);
    }
    wait(0);
}

static void rearranged(void)
{
    int fd = open("sealing-file", O_RDWR | O_CREAT | O_TRUNC, 0600);
    REQUIRE(fd >= 0);
    char page[PAGE];
    for (int i = 0; i < 4; i++) {
        memset(page, 'a' + i, PAGE);
        REQUIRE(write(fd, page, PAGE) == PAGE);
    }
    char *shared = mmap(0, 4 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    char *private = mmap(0, 4 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
    REQUIRE(shared != MAP_FAILED && private != MAP_FAILED);
    for (int i = 0; i < 4; i++)
        SHOW(syscall(SYS_remap_file_pages, shared + i * PAGE, PAGE, 0, (long)(3 - i), 0));
    printf("%c%c%c%c\n", shared[0], shared[PAGE], shared[2 * PAGE], shared[3 * PAGE]);
    shared[0] = 'D';
    SHOW(pread(fd, page, 1, 3 * PAGE));
    printf("%c\n", page[0]);
    SHOW(syscall(SYS_remap_file_pages, shared, PAGE, PROT_READ, 0L, 0));
    SHOW(syscall(SYS_remap_file_pages, private, PAGE, 0, 1L, 0));
    SHOW(syscall(SYS_remap_file_pages, shared, 0L, 0, 1L, 0));
}

static void removed(void)
{
    int id = shmget(IPC_PRIVATE, PAGE, IPC_CREAT | 0600);
    char *segment = shmat(id, 0, 0);
    REQUIRE(id >= 0 && segment != (void *)-1);
    SHOW(syscall(SYS_remap_file_pages, segment, PAGE, 0, 0L, 0));
    SHOW(shmctl(id, IPC_RMID, 0));
    SHOW(syscall(SYS_remap_file_pages, segment, PAGE, 0, 0L, 0));
    SHOW(shmdt(segment));
}

static int areas_of(char *start, char *end)
{
    char line[512];
    FILE *file = fopen("/proc/self/maps", "r");
    REQUIRE(file);
    int count = 0;
    unsigned long first, last;
    while (fgets(line, sizeof line, file))
        if (sscanf(line, "%lx-%lx ", &first, &last) == 2 && first < (unsigned long)end && last > (unsigned long)start)
            count++;
    fclose(file);
    return count;
}

static void inherited(void)
{
    char *area = pages(9, PROT_NONE);
    REQUIRE(!munmap(area + 3 * PAGE, 6 * PAGE) && !mprotect(area, 3 * PAGE, PROT_READ | PROT_WRITE));
    memset(area, 1, 3 * PAGE);
    fflush(stdout);
    for (int child = 1; child >= 0; child--) {
        if (child && fork()) {
            wait(0);
            continue;
        }
        char *more = mmap(area + 3 * PAGE, 3 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
        REQUIRE(more == area + 3 * PAGE);
        memset(more, 2, 3 * PAGE);
        printf("%s sees %d areas\n", child ? "child" : "parent", areas_of(area, area + 6 * PAGE));
        if (child)
            exit(0);
    }
}

int main(void)
{
    seals();
    rearranged();
    removed();
    inherited();
    SHOW(syscall(SYS_pkey_mprotect, pages(1, PROT_READ), PAGE, PROT_READ | PROT_WRITE, -1));
    SHOW(syscall(SYS_pkey_mprotect, pages(1, PROT_READ), PAGE, PROT_READ | PROT_WRITE, 14));
    SHOW(syscall(SYS_pkey_alloc, 1UL, 0UL));
    SHOW(syscall(SYS_pkey_free, 14));
    return 0;
}
