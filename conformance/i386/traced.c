// What a debugger of i386 programs asks for: segments of threads, by which it finds thread-local variables, and registers of either layout.
// Built for x86-64, where a program has no such segments, it prints what must be told.
// machine: i386
// flags: -static
#include "lib/check.h"
#include <asm/ldt.h>
#include <elf.h>
#include <signal.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#ifdef __i386__
enum { FIRST = 12, COUNT = 3 };

static struct user_desc area(unsigned base)
{
    return (struct user_desc) { .entry_number = -1u, .base_addr = base, .limit = 0xFFFFF, .seg_32bit = 1, .limit_in_pages = 1, .useable = 1 };
}

static int is_as(struct user_desc told, struct user_desc set, unsigned entry)
{
    set.entry_number = entry;
    return memcmp(&told, &set, sizeof set) == 0;
}

static const char *outcome(long result)
{
    return result == -1 ? strerrorname_np(errno) : "done";
}

static void look(int child)
{
    struct user_desc told = { .entry_number = 5 }, other = area(0x1234000);
    int selector = 0;
    // The child has set the entry behind the one that its library uses.
    for (unsigned entry = FIRST; entry < FIRST + COUNT; entry++) {
        memset(&told, 0xEE, sizeof told);
        long result = ptrace(PTRACE_GET_THREAD_AREA, child, (void *)entry, &told);
        if (result == 0 && is_as(told, area(0x567000), entry))
            selector = entry;
    }
    printf("what the tracee has set is told: %d\n", selector != 0);
    printf("below: %s\n", outcome(ptrace(PTRACE_GET_THREAD_AREA, child, (void *)(FIRST - 1), &told)));
    printf("above: %s\n", outcome(ptrace(PTRACE_GET_THREAD_AREA, child, (void *)(FIRST + COUNT), &told)));
    printf("negative: %s\n", outcome(ptrace(PTRACE_GET_THREAD_AREA, child, (void *)-1L, &told)));
    printf("nowhere: %s\n", outcome(ptrace(PTRACE_GET_THREAD_AREA, child, (void *)FIRST, (void *)8)));
    printf("set: %s\n", outcome(ptrace(PTRACE_SET_THREAD_AREA, child, (void *)selector, &other)));
    printf("told again: %d\n", ptrace(PTRACE_GET_THREAD_AREA, child, (void *)selector, &told) == 0 && is_as(told, other, selector));
    struct user_desc set[COUNT + 1];
    struct iovec all = { set, sizeof set };
    printf("as a set: %s\n", outcome(ptrace(PTRACE_GETREGSET, child, (void *)NT_386_TLS, &all)));
    printf("%d entries, the one is among them: %d\n", (int)(all.iov_len / sizeof *set), is_as(set[selector - FIRST], other, selector));
    set[selector - FIRST].base_addr = 0x89000;
    set[0].contents = 3;
    all.iov_len = COUNT * sizeof *set;
    printf("with a wrong one: %s\n", outcome(ptrace(PTRACE_SETREGSET, child, (void *)NT_386_TLS, &all)));
    set[0].contents = 0;
    printf("as a set: %s\n", outcome(ptrace(PTRACE_SETREGSET, child, (void *)NT_386_TLS, &all)));
}

static int tracee(void)
{
    struct user_desc own = area(0x567000);
    ptrace(PTRACE_TRACEME, 0, 0, 0);
    if (syscall(SYS_set_thread_area, &own) != 0)
        return 1;
    raise(SIGSTOP);
    struct user_desc now = { .entry_number = own.entry_number };
    return syscall(SYS_get_thread_area, &now) == 0 && now.base_addr == 0x89000 ? 42 : 2;
}
#endif

int main(void)
{
#ifdef __i386__
    int status, child = fork();
    if (child == 0)
        _exit(tracee());
    waitpid(child, &status, 0);
    look(child);
    fflush(stdout);
    ptrace(PTRACE_CONT, child, 0, 0);
    waitpid(child, &status, 0);
    printf("the tracee: %d\n", WEXITSTATUS(status));
#else
    puts("what the tracee has set is told: 1\nbelow: EINVAL\nabove: EINVAL\nnegative: EIO\nnowhere: EFAULT\nset: done\ntold again: 1");
    puts("as a set: done\n3 entries, the one is among them: 1\nwith a wrong one: EINVAL\nas a set: done\nthe tracee: 42");
#endif
    return 0;
}
