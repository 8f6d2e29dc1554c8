// flags: -static -pthread
// Restricted system calls: strict mode, filters and their answers, what programs are refused, inheritance, threads. seccomp(2).
#include "lib/identity.h"
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>

#define LOAD(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define RETURN(value) BPF_STMT(BPF_RET | BPF_K, value)
#define COUNT(program) (sizeof(program) / sizeof(program[0]))
#define INSTALL(...) install((struct sock_filter[]){ __VA_ARGS__ }, sizeof((struct sock_filter[]){ __VA_ARGS__ }) / sizeof(struct sock_filter), 0)

static long install(struct sock_filter *filter, size_t length, unsigned flags)
{
    struct sock_fprog program = { .len = length, .filter = filter };
    return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &program);
}

/// Answers a call with a value, and lets all others be made.
static long answer(int call, unsigned value)
{
    return INSTALL(LOAD(nr), BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, call, 0, 1), RETURN(value), RETURN(SECCOMP_RET_ALLOW));
}

static void trapped(int signal, siginfo_t *info, void *context)
{
    (void)context;
    printf("trapped: %d, code %d, errno %d, call %d, architecture %x\n", signal == SIGSYS, info->si_code, info->si_errno, info->si_syscall, info->si_arch);
}

static pthread_barrier_t barrier;

static void *other_thread(void *unused)
{
    (void)unused;
    pthread_barrier_wait(&barrier);
    pthread_barrier_wait(&barrier);
    SHOW(getppid());
    SHOW(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0));
    return NULL;
}

int main(void)
{
    setvbuf(stdout, NULL, _IONBF, 0);
    equal_root();
    SHOW(prctl(PR_GET_SECCOMP));
    SHOW(prctl(PR_SET_SECCOMP, 3, 0, 0, 0));
    SHOW(syscall(SYS_seccomp, 99, 0, NULL));
    SHOW(syscall(SYS_seccomp, SECCOMP_SET_MODE_STRICT, 1, NULL));
    unsigned action = SECCOMP_RET_ERRNO;
    SHOW(syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action));
    action = 0x12340000;
    SHOW(syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action));
    // Strict.
    IN_CHILD({ REQUIRE(prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT) == 0); write(1, "strict\n", 7); syscall(SYS_exit, 3); });
    IN_CHILD({ REQUIRE(prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT) == 0); syscall(SYS_getpid); });
    IN_CHILD({ REQUIRE(prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT) == 0); syscall(SYS_exit_group, 3); });
    // Answers.
    IN_CHILD({
        SHOW(answer(SYS_getppid, SECCOMP_RET_ERRNO | ENOTTY));
        SHOW(prctl(PR_GET_SECCOMP));
        SHOW(getppid());
        IN_CHILD(SHOW(getppid()));
        SHOW(answer(SYS_getppid, SECCOMP_RET_ERRNO | EIO));
        SHOW(getppid());
        SHOW(answer(SYS_getppid, SECCOMP_RET_ALLOW));
        SHOW(getppid());
        SHOW(answer(SYS_getpgrp, SECCOMP_RET_ERRNO));
        SHOW(getpgrp());
        SHOW(answer(SYS_getuid, SECCOMP_RET_TRACE));
        SHOW(syscall(SYS_getuid));
        SHOW(prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT));
        struct sigaction action = { .sa_sigaction = trapped, .sa_flags = SA_SIGINFO };
        sigaction(SIGSYS, &action, NULL);
        SHOW(answer(SYS_getgid, SECCOMP_RET_TRAP | 77));
        SHOW(syscall(SYS_getgid) == SYS_getgid);
        SHOW(answer(SYS_getppid, SECCOMP_RET_KILL_PROCESS));
        getppid();
        printf("not reached\n");
    });
    IN_CHILD({ answer(SYS_getppid, SECCOMP_RET_TRAP); getppid(); });
    IN_CHILD({ answer(SYS_getppid, SECCOMP_RET_KILL_THREAD); getppid(); });
    IN_CHILD({ answer(SYS_getppid, 0x12340000); getppid(); });
    // Arguments and arithmetic.
    IN_CHILD({
        SHOW(INSTALL(LOAD(arch), BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AUDIT_ARCH_X86_64, 1, 0), RETURN(SECCOMP_RET_KILL_PROCESS),
            LOAD(nr), BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_lseek, 1, 0), RETURN(SECCOMP_RET_ALLOW),
            LOAD(args[1]), BPF_STMT(BPF_ST, 3), BPF_STMT(BPF_LDX | BPF_MEM, 3), LOAD(args[2]),
            BPF_STMT(BPF_ALU | BPF_ADD | BPF_X, 0), BPF_STMT(BPF_ALU | BPF_MUL | BPF_K, 2), BPF_STMT(BPF_ALU | BPF_AND | BPF_K, 0xff),
            BPF_STMT(BPF_ALU | BPF_OR | BPF_K, SECCOMP_RET_ERRNO), BPF_STMT(BPF_RET | BPF_A, 0)));
        SHOW(syscall(SYS_lseek, 0, 3, 4));
        SHOW(syscall(SYS_lseek, 0, 1, 0));
    });
    IN_CHILD({
        SHOW(INSTALL(LOAD(nr), BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getppid, 0, 3), BPF_STMT(BPF_LDX | BPF_IMM, 0),
            BPF_STMT(BPF_ALU | BPF_DIV | BPF_X, 0), RETURN(SECCOMP_RET_ALLOW), RETURN(SECCOMP_RET_ALLOW)));
        getppid();
    });
    // Programs that are refused.
    SHOW(INSTALL(BPF_STMT(BPF_LD | BPF_W | BPF_LEN, 0)));
    SHOW(INSTALL(BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 2), RETURN(0)));
    SHOW(INSTALL(BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 64), RETURN(0)));
    SHOW(INSTALL(BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 0), RETURN(0)));
    SHOW(INSTALL(BPF_STMT(BPF_LD | BPF_MEM, 0), RETURN(0)));
    SHOW(INSTALL(BPF_STMT(BPF_ST, 16), RETURN(0)));
    SHOW(INSTALL(BPF_JUMP(BPF_JMP | BPF_JA, 1, 0, 0), RETURN(0)));
    SHOW(INSTALL(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 1, 0, 1), RETURN(0)));
    SHOW(INSTALL(BPF_STMT(BPF_ALU | BPF_DIV | BPF_K, 0), RETURN(0)));
    SHOW(INSTALL(BPF_STMT(BPF_ALU | BPF_LSH | BPF_K, 32), RETURN(0)));
    SHOW(INSTALL(BPF_STMT(BPF_ALU | BPF_MOD | BPF_K, 3), RETURN(0)));
    SHOW(INSTALL(LOAD(nr), BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 1, 0, 1), BPF_STMT(BPF_ST, 0), BPF_STMT(BPF_LD | BPF_MEM, 0), RETURN(0)));
    SHOW(install(NULL, 0, 0));
    SHOW(install(NULL, 5000, 0));
    SHOW(install((struct sock_filter *)8, 1, 0));
    SHOW(syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, 8));
    SHOW(syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 1 << 20, 8));
    // Who may.
    IN_CHILD({
        REQUIRE(setuid(1000) == 0);
        SHOW(answer(SYS_getppid, SECCOMP_RET_ERRNO | EIO));
        SHOW(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
        SHOW(answer(SYS_getppid, SECCOMP_RET_ERRNO | EIO));
        SHOW(getppid());
    });
    // Threads.
    IN_CHILD({
        pthread_t thread;
        REQUIRE(pthread_barrier_init(&barrier, NULL, 2) == 0 && pthread_create(&thread, NULL, other_thread, NULL) == 0);
        pthread_barrier_wait(&barrier);
        struct sock_filter filter[] = { LOAD(nr), BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getppid, 0, 1), RETURN(SECCOMP_RET_ERRNO | EIO), RETURN(SECCOMP_RET_ALLOW) };
        SHOW(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
        SHOW(install(filter, COUNT(filter), SECCOMP_FILTER_FLAG_TSYNC));
        fflush(stdout);
        pthread_barrier_wait(&barrier);
        pthread_join(thread, NULL);
        SHOW(getppid());
    });
    return 0;
}
