// Arguments of mmap, munmap and mprotect: what is refused, and how.
#include "lib/check.h"
#include <fcntl.h>
#include <sys/mman.h>

#define PAGE 4096UL
#define MAP(...) ((long)mmap(__VA_ARGS__) == -1 ? -1 : 0)

static const char *byte(volatile unsigned char *p)
{
    static char text[16];
    unsigned char vector;
    if (mincore((void *)((uintptr_t)p & -PAGE), PAGE, &vector) != 0)
        return "unmapped";
    snprintf(text, sizeof text, "%d", *p);
    return text;
}

static void lengths(void)
{
    SHOW(MAP(0, 0, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    SHOW(MAP(0, -1UL, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    SHOW(MAP(0, 1UL << 62, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    SHOW(MAP((void *)123, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0));
    SHOW(MAP((void *)(1UL << 63), PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0));
    SHOW(MAP(0, PAGE, PROT_READ, MAP_ANONYMOUS, -1, 0));
    SHOW(MAP(0, PAGE, PROT_READ, MAP_SHARED_VALIDATE | MAP_ANONYMOUS, -1, 0));
    SHOW(MAP(0, PAGE, PROT_READ, MAP_PRIVATE, -1, 0));
    SHOW(MAP(0, PAGE, PROT_READ, MAP_PRIVATE, 77, 0));
    SHOW(MAP(0, PAGE, PROT_READ, MAP_SHARED | MAP_ANONYMOUS | MAP_GROWSDOWN, -1, 0));
}

static void files(void)
{
    int fd = open("file", O_RDWR | O_CREAT | O_TRUNC, 0600);
    int reader = open("file", O_RDONLY), writer = open("file", O_WRONLY);
    int folder = open(".", O_RDONLY | O_DIRECTORY), path = open("file", O_PATH), null = open("/dev/null", O_RDWR);
    REQUIRE(fd >= 0 && reader >= 0 && writer >= 0 && folder >= 0 && path >= 0 && null >= 0);
    REQUIRE(write(fd, "hello", 5) == 5);
    SHOW(MAP(0, PAGE, PROT_READ, MAP_PRIVATE, fd, 100));
    SHOW(MAP(0, PAGE, PROT_READ, MAP_PRIVATE, fd, 1UL << 63));
    SHOW(MAP(0, PAGE, PROT_READ, MAP_PRIVATE, writer, 0));
    SHOW(MAP(0, PAGE, PROT_WRITE, MAP_SHARED, reader, 0));
    SHOW(MAP(0, PAGE, PROT_WRITE, MAP_PRIVATE, reader, 0));
    SHOW(MAP(0, PAGE, PROT_READ, MAP_PRIVATE, folder, 0));
    SHOW(MAP(0, PAGE, PROT_READ, MAP_PRIVATE, path, 0));
    SHOW(MAP(0, PAGE, PROT_READ, MAP_PRIVATE, null, 0));
    SHOW(MAP(0, PAGE, PROT_READ, MAP_SHARED_VALIDATE, fd, 0));
    SHOW(MAP(0, PAGE, PROT_READ, MAP_SHARED_VALIDATE | MAP_SYNC, fd, 0));
    SHOW(MAP(0, PAGE, PROT_READ, MAP_PRIVATE | MAP_GROWSDOWN, fd, 0));
    char *shared = mmap(0, PAGE, PROT_READ, MAP_SHARED, reader, 0);
    SHOW(mprotect(shared, PAGE, PROT_READ | PROT_WRITE));
    SHOW(mprotect(shared, PAGE, PROT_NONE));
    char *zero = mmap(0, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, open("/dev/zero", O_RDWR), 0);
    REQUIRE(zero != MAP_FAILED);
    zero[0]++;
    printf("/dev/zero: %d\n", zero[0]);
    char *one = mmap(0, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0), *two = mmap(0, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
    one[0] = 'j';
    printf("private sees shared: %.5s\n", two);
    two[0] = 'b';
    one[0] = 'm';
    char text[6] = "";
    REQUIRE(pread(fd, text, 5, 0) == 5);
    printf("private %.5s, shared %.5s, file %s\n", two, one, text);
    REQUIRE(pwrite(fd, "yy", 2, 1) == 2);
    printf("after write: private %.5s, shared %.5s\n", two, one);
    SHOW(msync(one, PAGE, MS_SYNC));
    SHOW(msync(one, PAGE, MS_SYNC | MS_ASYNC));
    SHOW(msync(one + 1, PAGE, MS_SYNC));
    SHOW(msync(one, PAGE, 8));
    SHOW(munmap(one, PAGE));
    SHOW(msync(one, PAGE, MS_ASYNC));
}

static void placement(void)
{
    unsigned char *area = mmap(0, 16 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    REQUIRE(area != MAP_FAILED);
    for (int i = 0; i < 16; i++)
        area[i * PAGE] = i + 1;
    SHOW(munmap(area + 4 * PAGE, 2 * PAGE));
    SHOW(munmap(area + 4 * PAGE, 2 * PAGE));
    SHOW(munmap(area + 1, PAGE));
    SHOW(munmap(area, 0));
    SHOW(munmap((void *)-PAGE, PAGE));
    printf("hint in a hole: %d\n", mmap(area + 4 * PAGE, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == area + 4 * PAGE);
    printf("hint on a mapping: %d\n", mmap(area + 8 * PAGE, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == area + 8 * PAGE);
    printf("odd hint: %d\n", mmap(area + 5 * PAGE - 7, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == area + 5 * PAGE);
    SHOW(MAP(area + 8 * PAGE, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0));
    SHOW(MAP(area + 8 * PAGE, 2 * PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0));
    for (int i = 0; i < 16; i++)
        printf("%s ", byte(area + i * PAGE));
    printf("\n");
    void *low = mmap(0, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
    printf("MAP_32BIT below 2 GiB: %d\n", (uintptr_t)low < 1UL << 31);
}

static void protection(void)
{
    char *area = mmap(0, 8 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    REQUIRE(area != MAP_FAILED);
    SHOW(mprotect(area + 1, PAGE, PROT_READ));
    SHOW(mprotect(area, PAGE, 0x80));
    SHOW(mprotect(area, PAGE, PROT_READ | PROT_GROWSDOWN));
    SHOW(mprotect(area, 0, PROT_READ));
    SHOW(mprotect(area, -PAGE, PROT_READ));
    SHOW(munmap(area + 4 * PAGE, PAGE));
    SHOW(mprotect(area + 2 * PAGE, 4 * PAGE, PROT_READ));
    SHOW(mprotect(area + 4 * PAGE, PAGE, PROT_READ));

    // What lay before the hole has been changed.
    int pipes[2];
    REQUIRE(pipe(pipes) == 0 && write(pipes[1], "abcd", 4) == 4);
    SHOW(read(pipes[0], area + PAGE, 1));
    SHOW(read(pipes[0], area + 2 * PAGE, 1));
    SHOW(read(pipes[0], area + 5 * PAGE, 1));
    SHOW(mprotect(area, PAGE, PROT_NONE));
    SHOW(write(pipes[1], area, 1));
    SHOW(write(pipes[1], area + PAGE, 1));
}

int main(void)
{
    lengths();
    files();
    placement();
    protection();
    return 0;
}
