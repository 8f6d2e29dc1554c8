// Memory policies on a machine of one node: set_mempolicy, get_mempolicy, mbind, move_pages, migrate_pages.
#include "lib/check.h"
#include <sys/mman.h>
#include <sys/syscall.h>

#define PAGE 4096UL
enum { DEFAULT, PREFERRED, BIND, INTERLEAVE, LOCAL, PREFERRED_MANY, WEIGHTED, UNKNOWN };

static void *area;

static void show_policy(const char *what, void *address, unsigned flags)
{
    int mode = -1;
    unsigned long nodes = 77;
    long result = syscall(SYS_get_mempolicy, &mode, &nodes, 64UL, address, flags);
    printf("%s: %ld, mode %d, nodes %lx\n", what, result, mode, nodes);
}

static void own(void)
{
    unsigned long first = 1, second = 2, none = 0;
    show_policy("at first", 0, 0);
    for (int mode = DEFAULT; mode <= UNKNOWN; mode++) {
        printf("mode %d\n", mode);
        SHOW(syscall(SYS_set_mempolicy, mode, 0, 0UL));
        SHOW(syscall(SYS_set_mempolicy, mode, &none, 64UL));
        SHOW(syscall(SYS_set_mempolicy, mode, &second, 64UL));
        SHOW(syscall(SYS_set_mempolicy, mode, &first, 64UL));
        show_policy("then", 0, 0);
    }
    SHOW(syscall(SYS_set_mempolicy, BIND | 1 << 15, &first, 64UL));
    show_policy("static", 0, 0);
    SHOW(syscall(SYS_set_mempolicy, BIND | 3 << 14, &first, 64UL));
    SHOW(syscall(SYS_set_mempolicy, BIND, 8L, 64UL));
    SHOW(syscall(SYS_set_mempolicy, INTERLEAVE, &first, 64UL));
    show_policy("next node", 0, 1);
    SHOW(syscall(SYS_set_mempolicy, DEFAULT, 0, 0UL));
    show_policy("next node", 0, 1);
    show_policy("allowed", 0, 4);
    show_policy("allowed, and more", 0, 5);
    show_policy("address without flag", area, 0);
    show_policy("unknown flag", 0, 8);
}

static void ranges(void)
{
    unsigned long first = 1;
    show_policy("area", area, 2);
    show_policy("node of it", area, 3);
    show_policy("nothing there", (void *)4096, 2);
    SHOW(syscall(SYS_mbind, area + PAGE, PAGE, BIND, &first, 64UL, 0));
    show_policy("bound", area + PAGE, 2);
    show_policy("beside it", area, 2);
    SHOW(syscall(SYS_mbind, area + PAGE, PAGE, PREFERRED, 0, 0UL, 2));
    show_policy("preferred", area + PAGE, 2);
    SHOW(syscall(SYS_mbind, area, 4 * PAGE, DEFAULT, 0, 0UL, 0));
    show_policy("default", area + PAGE, 2);
    SHOW(syscall(SYS_mbind, area + 1, PAGE, BIND, &first, 64UL, 0));
    SHOW(syscall(SYS_mbind, area, PAGE, BIND, &first, 64UL, 16));
    SHOW(syscall(SYS_mbind, area, 0UL, BIND, &first, 64UL, 0));
    SHOW(syscall(SYS_mbind, area + 2 * PAGE, 4 * PAGE, BIND, &first, 64UL, 0));
}

static void moves(void)
{
    void *pages[] = {area, area + 2 * PAGE, (void *)4096};
    int nodes[] = {0, 0, 0}, status[] = {99, 99, 99}, far = 5;
    memset(area, 1, PAGE);
    SHOW(syscall(SYS_move_pages, 0, 2UL, pages, (int *)0, status, 0));
    printf("%d %d\n", status[0], status[1]);
    SHOW(syscall(SYS_move_pages, 0, 1UL, pages, nodes, status, 2));
    printf("%d\n", status[0]);
    SHOW(syscall(SYS_move_pages, 0, 1UL, pages, &far, status, 2));
    SHOW(syscall(SYS_move_pages, 0, 1UL, pages, (int *)0, status, 64));
    SHOW(syscall(SYS_move_pages, 0, 1UL, (void *)8, (int *)0, status, 0));
    unsigned long first = 1, none = 0;
    SHOW(syscall(SYS_migrate_pages, 0, 64UL, &first, &first));
    SHOW(syscall(SYS_migrate_pages, 0, 64UL, &first, &none));
    SHOW(syscall(SYS_migrate_pages, 0, 64UL, (void *)8, &first));
}

int main(void)
{
    area = mmap(0, 5 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    REQUIRE(area != MAP_FAILED && !munmap(area + 4 * PAGE, PAGE));
    own();
    ranges();
    moves();
    return 0;
}
