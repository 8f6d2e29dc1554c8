// flags: -pthread
// Code made and changed at run time: in pages that are writable and executable, in pages that change between the two,
// through a second mapping, one byte at a time in a loop, from another thread, and in the block that is running.
#include "lib/check.h"
#include <pthread.h>
#include <stdatomic.h>
#include <sys/mman.h>

typedef int (*function)(int);

static void *map(int protection)
{
    void *p = mmap(NULL, 65536, protection, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    REQUIRE(p != MAP_FAILED);
    return p;
}

// lea VALUE(%rdi), %eax; ret
static void emit_add(uint8_t *at, int32_t value)
{
    at[0] = 0x8d;
    at[1] = 0x87;
    memcpy(at + 2, &value, 4);
    at[6] = 0xc3;
}

static void rewrite_in_loop(void)
{
    uint8_t *code = map(PROT_READ | PROT_WRITE | PROT_EXEC);
    long sum = 0;
    for (int i = 0; i < 2000; i++) {
        emit_add(code, i);
        sum += ((function)code)(1);
    }
    printf("rewritten in a loop: %ld\n", sum);
    emit_add(code, 7);
    sum = 0;
    for (int i = 0; i < 256; i++) {
        code[2] = (uint8_t)i; // one byte of the immediate
        sum += ((function)code)(0);
    }
    printf("one byte patched: %ld\n", sum);
    // Many functions on one page, of which one changes again and again.
    for (int i = 0; i < 100; i++)
        emit_add(code + i * 16, i);
    sum = 0;
    for (int round = 0; round < 200; round++) {
        emit_add(code + (round % 100) * 16, round);
        for (int i = 0; i < 100; i++)
            sum += ((function)(code + i * 16))(round);
    }
    printf("neighbours: %ld\n", sum);
}

static void change_protection(void)
{
    uint8_t *code = map(PROT_READ | PROT_WRITE);
    long sum = 0;
    for (int i = 0; i < 300; i++) {
        REQUIRE(mprotect(code, 4096, PROT_READ | PROT_WRITE) == 0);
        emit_add(code, i * 3);
        REQUIRE(mprotect(code, 4096, PROT_READ | PROT_EXEC) == 0);
        sum += ((function)code)(2);
    }
    printf("protection changed: %ld\n", sum);
}

static void second_mapping(void)
{
    int fd = memfd_create("code", 0);
    REQUIRE(fd >= 0 && ftruncate(fd, 65536) == 0);
    uint8_t *writable = mmap(NULL, 65536, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    uint8_t *code = mmap(NULL, 65536, PROT_READ | PROT_EXEC, MAP_SHARED, fd, 0);
    REQUIRE(writable != MAP_FAILED && code != MAP_FAILED);
    long sum = 0;
    for (int i = 0; i < 100; i++) {
        emit_add(writable + i * 16, i * 5);
        sum += ((function)(code + i * 16))(1);
    }
    printf("second mapping, fresh code: %ld\n", sum);
}

static void remap_over(void)
{
    uint8_t *code = map(PROT_READ | PROT_WRITE | PROT_EXEC);
    long sum = 0;
    for (int i = 0; i < 100; i++) {
        uint8_t *same = mmap(code, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
        REQUIRE(same == code);
        emit_add(code, i * 11);
        sum += ((function)code)(3);
    }
    printf("mapped over: %ld\n", sum);
    char name[] = "codeXXXXXX";
    int fd = mkstemp(name);
    uint8_t bytes[16] = {0};
    for (int i = 0; i < 50; i++) {
        emit_add(bytes, i);
        REQUIRE(pwrite(fd, bytes, sizeof bytes, 0) == sizeof bytes);
        REQUIRE(mmap(code, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_FIXED, fd, 0) == code);
        sum += ((function)code)(4);
    }
    unlink(name);
    printf("file mapped over: %ld\n", sum);
    REQUIRE(mmap(code, 65536, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == code);
    for (int i = 0; i < 50; i++) { // a read from a file into code
        emit_add(bytes, i * 13);
        REQUIRE(pwrite(fd, bytes, sizeof bytes, 0) == sizeof bytes);
        REQUIRE(pread(fd, code, sizeof bytes, 0) == sizeof bytes);
        sum += ((function)code)(5);
    }
    printf("read into code: %ld\n", sum);
}

static void move_mapping(void)
{
    uint8_t *from = map(PROT_READ | PROT_WRITE | PROT_EXEC), *to = map(PROT_READ | PROT_WRITE | PROT_EXEC);
    emit_add(from, 21);
    emit_add(to, 1);
    long sum = ((function)from)(0) * 1000 + ((function)to)(0);
    REQUIRE(mremap(from, 65536, 65536, MREMAP_MAYMOVE | MREMAP_FIXED, to) == to);
    printf("moved: %ld then %d\n", sum, ((function)to)(0));
}

// A loop that stores into its own next instruction, within one block: mov $imm, %eax is patched each time around.
static void change_itself(void)
{
    static const uint8_t text[] = {
        0x31, 0xd2,                                     // xor %edx, %edx
        0x89, 0x3d, 0x01, 0, 0, 0,                      // loop: mov %edi, 1(%rip)
        0xb8, 0, 0, 0, 0,                               // mov $imm, %eax
        0x01, 0xc2,                                     // add %eax, %edx
        0xff, 0xcf,                                     // dec %edi
        0x75, 0xef,                                     // jnz loop
        0x89, 0xd0, 0xc3,                               // mov %edx, %eax; ret
    };
    uint8_t *code = map(PROT_READ | PROT_WRITE | PROT_EXEC);
    memcpy(code, text, sizeof text);
    printf("changes itself: %d\n", ((function)code)(1000));
    // rep stosb over the code that follows it: nops are written over "inc %eax".
    static const uint8_t over[] = {
        0x48, 0x8d, 0x3d, 11, 0, 0, 0,                  // lea 11(%rip), %rdi
        0xb9, 4, 0, 0, 0, 0xb0, 0x90, 0xf3, 0xaa,       // mov $4, %ecx; mov $0x90, %al; rep stosb
        0x31, 0xc0,                                     // xor %eax, %eax
        0xff, 0xc0, 0xff, 0xc0, 0xff, 0xc0, 0xff, 0xc0, // inc %eax, four times
        0xc3,
    };
    memcpy(code + 4096, over, sizeof over);
    printf("string store over code: %d", ((function)(code + 4096))(0));
    printf(" and again %d\n", ((function)(code + 4096))(0));
}

static uint8_t *shared_code;
static atomic_int turn;

static void *patcher(void *unused)
{
    for (int i = 1; i <= 500; i++) {
        while (atomic_load(&turn) != 2 * i - 1)
            sched_yield();
        emit_add(shared_code, i);
        atomic_store(&turn, 2 * i);
    }
    return unused;
}

static void other_thread(void)
{
    shared_code = map(PROT_READ | PROT_WRITE | PROT_EXEC);
    emit_add(shared_code, 0);
    pthread_t thread;
    pthread_create(&thread, NULL, patcher, NULL);
    long sum = 0;
    for (int i = 1; i <= 500; i++) {
        sum += ((function)shared_code)(0);
        atomic_store(&turn, 2 * i - 1);
        while (atomic_load(&turn) != 2 * i)
            sched_yield();
        __asm__ volatile("cpuid" : : "a"(0), "c"(0) : "rbx", "rdx", "memory"); // serialise, as the manual asks
        sum += ((function)shared_code)(0) * 10;
    }
    pthread_join(thread, NULL);
    printf("patched by another thread: %ld\n", sum);
}

// Two functions call each other through jumps that are re-aimed, as inline caches are.
static void inline_cache(void)
{
    uint8_t *code = map(PROT_READ | PROT_WRITE | PROT_EXEC);
    for (int i = 0; i < 4; i++)
        emit_add(code + 256 * (i + 1), 100 * i);
    long sum = 0;
    code[0] = 0xe9; // jmp
    for (int i = 0; i < 1000; i++) {
        int32_t distance = 256 * (i % 4 + 1) - 5;
        memcpy(code + 1, &distance, 4);
        for (int j = 0; j < 3; j++)
            sum += ((function)code)(i);
    }
    printf("inline cache: %ld\n", sum);
}

static void data_on_code_page(void)
{
    uint8_t *code = map(PROT_READ | PROT_WRITE | PROT_EXEC);
    emit_add(code, 1);
    volatile int *counter = (int *)(code + 2048);
    int value = 0;
    for (int i = 0; i < 200000; i++) {
        *counter += 1;
        if (i % 100 == 0)
            value = ((function)code)(value);
    }
    printf("data beside code: %d %d\n", *counter, value);
}

int main(void)
{
    rewrite_in_loop();
    change_protection();
    second_mapping();
    remap_over();
    move_mapping();
    change_itself();
    other_thread();
    inline_cache();
    data_on_code_page();
    return 0;
}
