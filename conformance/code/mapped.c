// Code in files: the file changes between two mappings at the same place, by writing, through a shared mapping, and by a new
// file of the same name; one of several mappings is changed, taken away or protected, also in a child.
#include "lib/check.h"
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>

#define PLACE ((uint8_t *)0x30000000)
#define SIZE 8192

typedef int (*function)(void);

static sigjmp_buf back;

static void on_fault(int signal)
{
    siglongjmp(back, signal);
}

// mov $VALUE, %eax; ret
static void emit(uint8_t *at, int32_t value)
{
    at[0] = 0xb8;
    memcpy(at + 1, &value, 4);
    at[5] = 0xc3;
}

static void write_code(int file, off_t offset, int value)
{
    uint8_t code[6];
    emit(code, value);
    REQUIRE(pwrite(file, code, 6, offset) == 6);
}

static int create(const char *name, int value)
{
    int file = open(name, O_RDWR | O_CREAT | O_TRUNC, 0755);
    REQUIRE(file >= 0);
    REQUIRE(ftruncate(file, SIZE) == 0);
    write_code(file, 0, value);
    write_code(file, 4096, value + 1);
    return file;
}

static uint8_t *map(int file, void *place)
{
    uint8_t *p = mmap(place, SIZE, PROT_READ | PROT_EXEC, MAP_PRIVATE | (place ? MAP_FIXED : 0), file, 0);
    REQUIRE(p != MAP_FAILED);
    return p;
}

static int call(uint8_t *at)
{
    int signal = sigsetjmp(back, 1);
    return signal ? -signal : ((function)at)();
}

static void rewritten_files(void)
{
    long sum = 0;
    int file = create("code", 0);
    for (int i = 0; i < 50; i++) {
        write_code(file, 0, i * i);
        sum += call(map(file, PLACE));
        sum += call(PLACE + 4096);
    }
    printf("written: %ld\n", sum);
    sum = 0;
    for (int i = 0; i < 50; i++) {
        close(file);
        unlink("code");
        file = create("code", i * 3);
        sum += call(map(file, PLACE));
    }
    printf("replaced: %ld\n", sum);
    sum = 0;
    uint8_t *writer = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    REQUIRE(writer != MAP_FAILED);
    for (int i = 0; i < 50; i++) {
        emit(writer, i * 5);
        sum += call(map(file, PLACE));
    }
    printf("through a shared mapping: %ld\n", sum);
    munmap(writer, SIZE);
    close(file);
}

static void one_of_two(void)
{
    int file = create("code", 10);
    uint8_t *first = map(file, PLACE), *second = map(file, NULL);
    printf("two: %d %d\n", call(first), call(second));
    REQUIRE(mprotect(first, 4096, PROT_READ | PROT_WRITE) == 0);
    emit(first, 20);
    REQUIRE(mprotect(first, 4096, PROT_READ | PROT_EXEC) == 0);
    printf("one is changed: %d %d, %d %d\n", call(first), call(second), call(first + 4096), call(second + 4096));
    REQUIRE(mprotect(second + 4096, 4096, PROT_READ) == 0);
    printf("half is protected: %d %d\n", call(second), call(second + 4096));
    REQUIRE(mprotect(second + 4096, 4096, PROT_READ | PROT_EXEC) == 0);
    printf("and is not: %d %d\n", call(second), call(second + 4096));
    REQUIRE(mprotect(second, SIZE, PROT_READ | PROT_WRITE | PROT_EXEC) == 0);
    for (int i = 0; i < 3; i++) {
        emit(second + 4096, i);
        printf("writable: %d %d, %d\n", call(second), call(second + 4096), call(first + 4096));
    }
    map(file, first);
    printf("mapped again: %d\n", call(first));
    munmap(first, SIZE);
    printf("unmapped: %d %d\n", call(first), call(second));
    munmap(second, SIZE);
    close(file);
}

static void in_child(const char *what, void (*change)(int), int file)
{
    printf("%s, before: %d %d\n", what, call(PLACE), call(PLACE + 4096));
    fflush(stdout);
    pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        int before = call(PLACE) + call(PLACE + 4096);
        change(file);
        printf("%s, in the child: %d, %d %d\n", what, before, call(PLACE), call(PLACE + 4096));
        fflush(stdout);
        _exit(3);
    }
    int status;
    REQUIRE(waitpid(child, &status, 0) == child);
    printf("%s, after %x: %d %d\n", what, status, call(PLACE), call(PLACE + 4096));
}

static void unmap(int file)
{
    (void)file;
    munmap(PLACE, 4096);
}

static void change(int file)
{
    (void)file;
    REQUIRE(mprotect(PLACE, 4096, PROT_READ | PROT_WRITE) == 0);
    emit(PLACE, 77);
    REQUIRE(mprotect(PLACE, 4096, PROT_READ | PROT_EXEC) == 0);
}

static void replace(int file)
{
    (void)file;
    int other = create("other", 88);
    map(other, PLACE);
    close(other);
    unlink("other");
}

static void children(void)
{
    int file = create("code", 30);
    map(file, PLACE);
    in_child("unmapped", unmap, file);
    in_child("changed", change, file);
    change(file);
    in_child("changed before", unmap, file);
    REQUIRE(mprotect(PLACE, SIZE, PROT_READ | PROT_WRITE | PROT_EXEC) == 0);
    for (int i = 0; i < 3; i++) {
        emit(PLACE + 4096, 100 + i);
        in_child("writable", change, file);
    }
    map(file, PLACE);
    in_child("replaced", replace, file);
    close(file);
}

int main(void)
{
    struct sigaction action = { .sa_handler = on_fault };
    sigaction(SIGSEGV, &action, NULL);
    rewritten_files();
    one_of_two();
    children();
    unlink("code");
    return 0;
}
