// mremap: growing in place and by moving, fixed targets, sources that stay.
#include "lib/check.h"
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#define PAGE 4096UL
#define REMAP(...) ((long)mremap(__VA_ARGS__) == -1 ? -1 : 0)

static unsigned char *map(int pages)
{
    unsigned char *area = mmap(0, pages * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    REQUIRE(area != MAP_FAILED);
    for (int i = 0; i < pages; i++)
        area[i * PAGE] = i + 1;
    return area;
}

static void show(const char *name, unsigned char *area, int pages)
{
    printf("%s:", name);
    for (int i = 0; i < pages; i++) {
        unsigned char vector;
        if (mincore(area + i * PAGE, PAGE, &vector) == 0)
            printf(" %d", area[i * PAGE]);
        else
            printf(" -");
    }
    printf("\n");
}

int main(void)
{
    unsigned char *area = map(8);
    SHOW(REMAP(area + 1, PAGE, PAGE, 0));
    SHOW(REMAP(area, PAGE, 0, 0));
    SHOW(REMAP(area, PAGE, PAGE, 8));
    SHOW(REMAP(area, PAGE, PAGE, MREMAP_FIXED, area));
    SHOW(REMAP(area, 2 * PAGE, PAGE, MREMAP_MAYMOVE | MREMAP_DONTUNMAP, area));
    SHOW(REMAP(area, 0, PAGE, MREMAP_MAYMOVE));
    SHOW(REMAP(area, 4 * PAGE, 4 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, area + PAGE));
    SHOW(REMAP(area, 4 * PAGE, 4 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, area + 1));
    SHOW(REMAP((void *)(PAGE * 20), PAGE, PAGE, MREMAP_MAYMOVE));
    printf("shrink in place: %d\n", mremap(area, 8 * PAGE, 5 * PAGE, 0) == area);
    show("shrunk", area, 8);
    printf("grow in place: %d\n", mremap(area, 5 * PAGE, 8 * PAGE, 0) == area);
    show("grown", area, 8);
    SHOW(munmap(area + 6 * PAGE, PAGE));
    SHOW(REMAP(area, 8 * PAGE, 9 * PAGE, MREMAP_MAYMOVE));
    SHOW(REMAP(area, 6 * PAGE, 8 * PAGE, 0));
    unsigned char *moved = mremap(area, 6 * PAGE, 64 * PAGE, MREMAP_MAYMOVE);
    printf("moved: %d\n", moved != area);
    show("moved", moved, 7);
    show("source", area, 8);

    // A mapping that moved grows again, and new memory at the old place is empty.
    area = mmap(area, 6 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    show("old place", area, 6);
    for (int i = 0; i < 4; i++) {
        unsigned char *block = mmap(moved + (64UL << i) * PAGE, PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        unsigned char *next = mremap(moved, (64UL << i) * PAGE, (128UL << i) * PAGE, MREMAP_MAYMOVE);
        REQUIRE(block != MAP_FAILED && next != MAP_FAILED);
        moved = next;
        moved[((128UL << i) - 1) * PAGE] = 77;
    }
    show("after four moves", moved, 7);
    printf("ends: %d %d %d %d\n", moved[127 * PAGE], moved[255 * PAGE], moved[511 * PAGE], moved[1023 * PAGE]);

    unsigned char *target = map(4), *source = map(4);
    source[0] = 99;
    printf("fixed: %d\n", mremap(source, 2 * PAGE, 2 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, target + PAGE) == target + PAGE);
    show("target", target, 4);
    show("source", source, 4);
    unsigned char *kept = map(3), *twin;
    twin = (void *)syscall(SYS_mremap, kept, 3 * PAGE, 3 * PAGE, MREMAP_MAYMOVE | MREMAP_DONTUNMAP, 0);
    SHOW(syscall(SYS_mremap, twin, PAGE, PAGE, MREMAP_MAYMOVE | MREMAP_DONTUNMAP, 5));
    show("kept", kept, 3);
    show("twin", twin, 3);

    int fd = open("file", O_RDWR | O_CREAT | O_TRUNC, 0600);
    REQUIRE(fd >= 0 && ftruncate(fd, 8 * PAGE) == 0 && pwrite(fd, "B", 1, 4 * PAGE) == 1);
    unsigned char *file = mmap(0, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    file[0] = 'A';
    unsigned char *larger = mremap(file, 2 * PAGE, 8 * PAGE, MREMAP_MAYMOVE);
    printf("file: %c %c\n", larger[0], larger[4 * PAGE]);
    unsigned char *second = mremap(larger, 0, 4 * PAGE, MREMAP_MAYMOVE);
    second[1] = 'Z';
    printf("second mapping of the same pages: %c %d\n", larger[1], second != larger);
    unsigned char *private = mmap(0, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
    private[1] = 'P';
    private = mremap(private, 2 * PAGE, 6 * PAGE, MREMAP_MAYMOVE);
    printf("private: %c%c %c\n", private[0], private[1], private[4 * PAGE]);
    return 0;
}
