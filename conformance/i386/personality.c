// What execution domains do to i386 programs alone: 3 GiB of addresses, layout from the bottom up, and readable memory that can be executed.
// Built for x86-64 it says what the former must find.
// machine: i386
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>
#include "lib/check.h"

#ifdef __i386__
#define ONLY_I386(found, expected) (found)
#else
#define ONLY_I386(found, expected) (expected)
#endif
#define PAGE 4096
#define LIMIT 0xc0000000ul

static void show_protection(void *address, const char *name)
{
    char line[512];
    FILE *maps = fopen("/proc/self/maps", "r");
    REQUIRE(maps);
    while (fgets(line, sizeof line, maps)) {
        unsigned long from, to;
        char how[8];
        if (sscanf(line, "%lx-%lx %7s", &from, &to, how) == 3 && from <= (unsigned long)address && (unsigned long)address < to)
            printf("  %s: %s\n", name, how);
    }

    fclose(maps);
}

static void look(unsigned persona)
{
    static int data;
    struct utsname names;
    int on_stack;
    REQUIRE(uname(&names) == 0);
    printf("%x: %x, machine %s\n", persona, personality(0xffffffff) | ONLY_I386(0u, persona & READ_IMPLIES_EXEC), names.machine);
    int has_3gb = (persona & ADDR_LIMIT_3GB) != 0;
    printf("  stack below 3 GiB: %d\n", ONLY_I386((unsigned long)&on_stack < LIMIT, has_3gb));
    __attribute__((unused)) void *high = mmap((void *)(LIMIT + (16 << 20)), PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    printf("  above 3 GiB: %s\n", ONLY_I386(high == MAP_FAILED ? strerrorname_np(errno) : "mapped", has_3gb ? "ENOMEM" : "mapped"));
    // Whatever is asked for, all of the first 3 GiB can be had in the end, and nothing else.
    int count = 0, above = 0;
    for (char *at; (at = mmap(0, 64 << 20, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)) != MAP_FAILED; count++) {
        above |= (unsigned long)at + (64 << 20) > LIMIT;
        if (sizeof(long) == 8 && count == 100)
            break;
    }

    printf("  filled: %d, above %d\n", ONLY_I386(count >= 30, 1), ONLY_I386(has_3gb ? above : 0, 0));
    if (ONLY_I386(1, (persona & READ_IMPLIES_EXEC) == 0)) {
        show_protection(&data, "data");
        show_protection(&on_stack, "stack");
    } else {
        printf("  data: rwxp\n  stack: rw-p\n");
    }
}

int main(int argc, char **argv)
{
    static const unsigned personas[] = {0, ADDR_LIMIT_3GB, ADDR_COMPAT_LAYOUT, ADDR_COMPAT_LAYOUT | ADDR_LIMIT_3GB, READ_IMPLIES_EXEC, PER_LINUX32};
    if (argc > 1) {
        look((unsigned)strtoul(argv[1], 0, 16));
        return 0;
    }

    for (unsigned i = 0; i < sizeof personas / sizeof *personas; i++) {
        fflush(stdout);
        pid_t child = fork();
        REQUIRE(child >= 0);
        if (child == 0) {
            char text[16];
            sprintf(text, "%x", personas[i]);
            personality(personas[i]);
            execl("/proc/self/exe", argv[0], text, (char *)0);
            _exit(98);
        }

        int status;
        REQUIRE(waitpid(child, &status, 0) == child);
        printf("status %x\n", status);
    }

    return 0;
}
