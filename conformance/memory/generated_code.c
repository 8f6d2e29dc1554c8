// Code that is written, run, changed and moved by the program itself.
#include "lib/check.h"
#include <sys/mman.h>

#define PAGE 4096UL
typedef int function(void);

static void emit(unsigned char *at, int value)
{
    unsigned char code[] = {0xB8, value & 255, value >> 8 & 255, value >> 16 & 255, value >> 24 & 255, 0xC3};
    memcpy(at, code, sizeof code);
}

int main(void)
{
    unsigned char *code = mmap(0, 4 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    emit(code, 1);
    REQUIRE(mprotect(code, PAGE, PROT_READ | PROT_EXEC) == 0);
    printf("%d\n", ((function *)code)());
    REQUIRE(mprotect(code, PAGE, PROT_READ | PROT_WRITE) == 0);
    emit(code, 2);
    REQUIRE(mprotect(code, PAGE, PROT_READ | PROT_EXEC) == 0);
    printf("%d\n", ((function *)code)());
    REQUIRE(mprotect(code, 4 * PAGE, PROT_READ | PROT_WRITE | PROT_EXEC) == 0);
    for (int i = 0; i < 1000; i++) {
        emit(code + i, i * 1000);
        REQUIRE(((function *)(code + i))() == i * 1000);
    }
    emit(code + PAGE - 3, 345); // across two pages
    printf("%d\n", ((function *)(code + PAGE - 3))());
    code[PAGE - 3 + 1]++;
    printf("%d\n", ((function *)(code + PAGE - 3))());
    code[PAGE]++;
    printf("%d\n", ((function *)(code + PAGE - 3))());
    unsigned char *moved = mremap(code, 4 * PAGE, 64 * PAGE, MREMAP_MAYMOVE);
    printf("%d\n", ((function *)(moved + PAGE - 3))());
    emit(moved, 77);
    printf("%d\n", ((function *)moved)());
    REQUIRE(mmap(moved, PAGE, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == moved);
    emit(moved, 88);
    printf("%d\n", ((function *)moved)());
    REQUIRE(madvise(moved, PAGE, MADV_DONTNEED) == 0);
    emit(moved, 99);
    printf("%d\n", ((function *)moved)());
    int pipes[2];
    REQUIRE(pipe(pipes) == 0);
    unsigned char other[] = {0xB8, 111, 0, 0, 0, 0xC3};
    REQUIRE(write(pipes[1], other, 6) == 6 && read(pipes[0], moved, 6) == 6);
    printf("written by the kernel: %d\n", ((function *)moved)());

    // One page, mapped twice: written through one mapping, run through the other.
    int fd = memfd_create("code", 0);
    REQUIRE(fd >= 0 && ftruncate(fd, PAGE) == 0);
    unsigned char *writable = mmap(0, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    function *executable = mmap(0, PAGE, PROT_READ | PROT_EXEC, MAP_SHARED, fd, 0);
    emit(writable, 5);
    printf("%d\n", executable());
    return 0;
}
