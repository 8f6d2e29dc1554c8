// ptrace(2), PTRACE_POKEUSER of debug registers: addresses watched for writes, uses and execution. Writes what it sees to the file
// that it is given. Not under conformance/ since virtual machines often do not have working ones.
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile long watched[4];
static volatile char text[64] __attribute__((aligned(64)));

static long poke(pid_t pid, int reg, unsigned long value)
{
    errno = 0;
    return syscall(SYS_ptrace, PTRACE_POKEUSER, pid, offsetof(struct user, u_debugreg[reg]), value) < 0 ? -errno : 0;
}

static unsigned long peek(pid_t pid, int reg)
{
    unsigned long value = 0;
    syscall(SYS_ptrace, PTRACE_PEEKUSER, pid, offsetof(struct user, u_debugreg[reg]), &value);
    return value;
}

static __attribute__((noinline)) void marked(void)
{
    __asm__ volatile("nop");
}

static void body(void)
{
    watched[0] = 1;
    watched[1] = watched[0] + 1;
    __asm__ volatile("push %%rax; pop %%rax" ::: "memory");
    *(volatile char *)((char *)&watched[2] + 3) = 7;
    const char *from = "abcdefghijklmnopqrstuvwxyz";
    volatile char *to = text;
    long count = 26;
    __asm__ volatile("rep movsb" : "+S"(from), "+D"(to), "+c"(count) :: "memory");
    marked();
    marked();
    watched[0] = 5;
    _exit(3);
}

static void go(pid_t pid, const char *what)
{
    int status;
    syscall(SYS_ptrace, PTRACE_CONT, pid, 0, 0);
    waitpid(pid, &status, 0);
    if (WIFEXITED(status)) {
        printf("%s: exited %d\n", what, WEXITSTATUS(status));
        return;
    }
    siginfo_t info;
    memset(&info, 0, sizeof info);
    struct user_regs_struct regs;
    syscall(SYS_ptrace, PTRACE_GETSIGINFO, pid, 0, &info);
    syscall(SYS_ptrace, PTRACE_GETREGS, pid, 0, &regs);
    printf("%s: stopped %d code %d found %lx at %s, address %s\n", what, WSTOPSIG(status), info.si_code, peek(pid, 6) & 0xf,
        regs.rip == (unsigned long)marked ? "marked" : "elsewhere", (unsigned long)info.si_addr == regs.rip ? "is rip" : "is not rip");
    poke(pid, 6, 0);
}

int main(int argc, char **argv)
{
    if (argc > 1 && !freopen(argv[1], "w", stdout))
        return 99;
    setvbuf(stdout, NULL, _IONBF, 0);
    pid_t pid = fork();
    if (pid == 0) {
        syscall(SYS_ptrace, PTRACE_TRACEME, 0, 0, 0);
        raise(SIGSTOP);
        body();
    }
    int status;
    waitpid(pid, &status, 0);
    printf("none: %lx %lx\n", peek(pid, 0), peek(pid, 7) & 0xff);
    printf("unaligned: %ld", poke(pid, 0, (unsigned long)&watched[0] + 1));
    printf(" %ld\n", poke(pid, 7, 0x1 | (0x9UL << 16)));
    printf("kernel address: %ld\n", poke(pid, 0, 0xffffffff80000000UL));
    printf("input: %ld\n", poke(pid, 7, 0x1 | (0x2UL << 16)));
    printf("long execution: %ld\n", poke(pid, 7, 0x1 | (0x4UL << 16)));
    printf("reserved: %ld %ld\n", poke(pid, 4, 1), poke(pid, 5, 1));
    printf("write: %ld", poke(pid, 0, (unsigned long)&watched[0]));
    printf(" %ld\n", poke(pid, 7, 0x1 | (0x9UL << 16)));
    printf("is set: %d %lx\n", peek(pid, 0) == (unsigned long)&watched[0], peek(pid, 7) & 0xf00ff);
    go(pid, "first write");
    printf("use: %ld\n", poke(pid, 7, 0x1 | (0xbUL << 16)));
    go(pid, "read");
    poke(pid, 1, (unsigned long)&watched[2]);
    printf("two: %ld\n", poke(pid, 7, 0x5 | (0x9UL << 16) | (0x9UL << 20)));
    go(pid, "one byte");
    poke(pid, 1, (unsigned long)&text[24]);
    printf("short: %ld\n", poke(pid, 7, 0x5 | (0x9UL << 16) | (0x5UL << 20)));
    go(pid, "string");
    poke(pid, 2, (unsigned long)marked);
    printf("execution: %ld\n", poke(pid, 7, 0x11 | (0x9UL << 16)));
    go(pid, "call");
    go(pid, "call");
    go(pid, "last write");
    printf("off: %ld\n", poke(pid, 7, 0));
    go(pid, "end");
    return 0;
}
