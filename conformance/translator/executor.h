// What the programs of the translator's differential test have in common, for 64-bit and for i386 code: the protocol, the layout of memory, and
// what stands in for a libc. Whoever includes it has `call`.
#pragma once
#include <asm/unistd.h>
#include <stddef.h>
#include <stdint.h>

enum { SIGILL = 4, SIGTRAP = 5, SIGBUS = 7, SIGFPE = 8, SIGSEGV = 11, SIGALRM = 14 };
enum { PAGE = 4096, MAX_CASES = 512, ZMM = 64, SA_ONSTACK = 0x08000000, SA_RESTORER = 0x04000000, SA_SIGINFO = 4 };

// The same numbers stand in Layout.cs.
enum { AREAS = 4, WRITABLE_PAGES = 6, MEMORY_PAGES = 7 };
static const size_t CODE_BASE = 0x60000000, CODE_SIZE = 0x40000;
static const struct { size_t base, pages; } areas[AREAS] = {
    { 0x50000000, 3 }, { 0x58000000, 2 }, { 0x90000000, 1 }, { 0x50003000, 1 } /* read-only */
};

struct state {
    uint64_t general[16]; // in the order of their encoding
    uint64_t rip, flags, fs_base, gs_base;
    uint8_t fpu[160]; // as fxsave writes it
    uint64_t opmasks[8];
    uint8_t vectors[32][ZMM];
    int32_t signal, code;
    uint64_t address;
    uint32_t trap, error;
    uint64_t pages[WRITABLE_PAGES]; // hashes
};

struct header {
    uint32_t magic, cases, wants_memory, limit_ms;
};

static struct header header;
static struct state states[MAX_CASES];
static uint8_t memory[MEMORY_PAGES * PAGE];
static uint8_t dump[MAX_CASES * WRITABLE_PAGES * PAGE];

static long call(long number, long a, long b, long c, long d, long e, long f);

static void copy(void *to, const void *from, size_t size)
{
    __asm__ volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(size) : : "memory");
}

// gcc may call these even in a freestanding program.
void *memcpy(void *to, const void *from, size_t size)
{
    copy(to, from, size);
    return to;
}

void *memset(void *to, int value, size_t size)
{
    void *start = to;
    __asm__ volatile("rep stosb" : "+D"(to), "+c"(size) : "a"(value) : "memory");
    return start;
}

static void die(const char *text)
{
    size_t length = 0;
    while (text[length])
        length++;
    call(__NR_write, 2, (long)text, (long)length, 0, 0, 0);
    call(__NR_exit_group, 98, 0, 0, 0, 0, 0);
    __builtin_unreachable();
}

// False at the end of input.
static int receive(void *to, size_t size)
{
    size_t done = 0;
    while (done < size) {
        long got = call(__NR_read, 0, (long)((char *)to + done), (long)(size - done), 0, 0, 0);
        if (got <= 0) {
            if (got == 0 && done == 0)
                return 0;
            die("executor: input ends in the middle of a batch\n");
        }
        done += (size_t)got;
    }
    return 1;
}

static void send(const void *from, size_t size)
{
    size_t done = 0;
    while (done < size) {
        long put = call(__NR_write, 1, (long)((const char *)from + done), (long)(size - done), 0, 0, 0);
        if (put <= 0)
            die("executor: cannot write results\n");
        done += (size_t)put;
    }
}

static uint64_t hash(const uint64_t *page)
{
    uint64_t lanes[4] = { 1, 2, 3, 4 };
    for (int i = 0; i < PAGE / 8; i += 4)
        for (int lane = 0; lane < 4; lane++)
            lanes[lane] = (lanes[lane] ^ page[i + lane]) * 0x9E3779B97F4A7C15ULL;
    uint64_t result = 0;
    for (int lane = 0; lane < 4; lane++)
        result = (result ^ lanes[lane] ^ (lanes[lane] >> 29)) * 0xBF58476D1CE4E5B9ULL;
    return result;
}
