// flags: -pthread -Wno-unused
// timeout: 60
// ptrace(2): calls, events, signals, attaching, registers, memory, single steps, threads, ends.
#define _GNU_SOURCE
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/ptrace.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

static long pt(long request, pid_t pid, unsigned long address, unsigned long data)
{
    errno = 0;
    return syscall(SYS_ptrace, request, pid, address, data);
}

// The result first, then errno.
#define TRY(what, call) do { long r_ = (call); int e_ = r_ < 0 ? errno : 0; printf("%s%ld %d\n", what, r_, e_); } while (0)

static void show(const char *what, int status)
{
    if (WIFEXITED(status))
        printf("%s: exited %d\n", what, WEXITSTATUS(status));
    else if (WIFSIGNALED(status))
        printf("%s: killed %d\n", what, WTERMSIG(status));
    else if (WIFSTOPPED(status))
        printf("%s: stopped %d event %d\n", what, WSTOPSIG(status), status >> 16);
    fflush(stdout);
}

static int await(const char *what, pid_t pid)
{
    int status = 0;
    pid_t got = waitpid(pid, &status, __WALL);
    if (got != pid)
        printf("%s: wait %d\n", what, errno);
    show(what, status);
    return status;
}

static int await_quietly(pid_t pid)
{
    int status = 0;
    waitpid(pid, &status, __WALL);
    return status;
}

static pid_t start(void (*body)(void))
{
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        pt(PTRACE_TRACEME, 0, 0, 0);
        raise(SIGSTOP);
        body();
        _exit(0);
    }
    return child;
}

static void three_calls(void)
{
    syscall(SYS_getppid);
    syscall(SYS_close, 77);
    syscall(SYS_getuid);
}

static void calls(void)
{
    pid_t child = start(three_calls);
    await("calls", child);
    TRY("options ", pt(PTRACE_SETOPTIONS, child, 0, PTRACE_O_TRACESYSGOOD));
    TRY("bad options ", pt(PTRACE_SETOPTIONS, child, 0, 1UL << 30));
    for (int i = 0; i < 20; i++) {
        pt(PTRACE_SYSCALL, child, 0, 0);
        int status = await_quietly(child);
        if (!WIFSTOPPED(status)) {
            show("calls", status);
            break;
        }
        struct ptrace_syscall_info info = {0};
        long size = pt(PTRACE_GET_SYSCALL_INFO, child, sizeof info, (unsigned long)&info);
        struct user_regs_struct regs;
        pt(PTRACE_GETREGS, child, 0, (unsigned long)&regs);
        if (info.op == PTRACE_SYSCALL_INFO_ENTRY)
            printf("%x entry %llu of %ld: rax %lld\n", WSTOPSIG(status), info.entry.nr, size, regs.rax);
        else if (info.op == PTRACE_SYSCALL_INFO_EXIT)
            printf("%x exit of %ld: error %d, same %d\n", WSTOPSIG(status), size, info.exit.is_error, info.exit.rval == (long long)regs.rax);
        else
            printf("op %d\n", info.op);
    }
}

static void change_body(void)
{
    long r = syscall(SYS_close, 77);
    printf("close became %ld\n", r);
    r = syscall(SYS_getppid);
    printf("getppid became %ld\n", r);
    r = syscall(SYS_getuid);
    printf("getuid became %ld errno %d\n", r, errno);
    fflush(stdout);
}

// The tracer changes numbers, arguments and results.
static void change(void)
{
    pid_t child = start(change_body);
    await_quietly(child);
    pt(PTRACE_SETOPTIONS, child, 0, PTRACE_O_TRACESYSGOOD);
    int entry = 1, status;
    for (;;) {
        pt(PTRACE_SYSCALL, child, 0, 0);
        status = await_quietly(child);
        if (!WIFSTOPPED(status))
            break;
        struct user_regs_struct regs;
        pt(PTRACE_GETREGS, child, 0, (unsigned long)&regs);
        if (entry && regs.orig_rax == SYS_close)
            pt(PTRACE_POKEUSR, child, offsetof(struct user_regs_struct, orig_rax), SYS_getpgrp);
        else if (!entry && regs.orig_rax == SYS_getpgrp)
            pt(PTRACE_POKEUSR, child, offsetof(struct user_regs_struct, rax), 4711);
        else if (entry && regs.orig_rax == SYS_getuid) {
            pt(PTRACE_POKEUSR, child, offsetof(struct user_regs_struct, orig_rax), -1UL);
        } else if (entry && regs.orig_rax == SYS_getppid) {
            pt(PTRACE_POKEUSR, child, offsetof(struct user_regs_struct, orig_rax), SYS_write);
            pt(PTRACE_POKEUSR, child, offsetof(struct user_regs_struct, rdi), 99);
        }
        entry = !entry;
    }
    show("change", status);
}

static volatile sig_atomic_t caught;

static void on_signal(int signo)
{
    caught = signo;
}

static void signals_body(void)
{
    signal(SIGUSR1, on_signal);
    signal(SIGUSR2, on_signal);
    signal(SIGWINCH, SIG_IGN);
    for (int i = 0; i < 3; i++) {
        caught = 0;
        raise(SIGUSR1);
        printf("caught %d\n", caught);
        fflush(stdout);
    }
    raise(SIGWINCH);
    raise(SIGTERM);
}

static void signals(void)
{
    pid_t child = start(signals_body);
    await_quietly(child);
    int pass[] = { SIGUSR1, 0, SIGUSR2, SIGWINCH, SIGTERM, 0 };
    int previous = 0;
    for (int i = 0; i < 6; i++) {
        pt(PTRACE_CONT, child, 0, previous);
        int status = await("signals", child);
        if (!WIFSTOPPED(status))
            break;
        siginfo_t info;
        long r = pt(PTRACE_GETSIGINFO, child, 0, (unsigned long)&info);
        printf("info %ld: %d code %d own %d\n", r, info.si_signo, info.si_code, info.si_pid == child);
        previous = pass[i];
    }
}

static void queue_body(void)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGRTMIN);
    sigprocmask(SIG_BLOCK, &set, NULL);
    union sigval value = { .sival_int = 7 };
    sigqueue(getpid(), SIGRTMIN, value);
    value.sival_int = 8;
    sigqueue(getpid(), SIGRTMIN, value);
    raise(SIGUSR1);
    siginfo_t info;
    struct timespec now = {0, 0};
    printf("waits: %d\n", sigtimedwait(&set, &info, &now));
    fflush(stdout);
}

// What is queued and blocked, and another mask.
static void queues(void)
{
    pid_t child = start(queue_body);
    await_quietly(child);
    pt(PTRACE_CONT, child, 0, 0);
    await("queues", child);
    siginfo_t infos[4];
    struct ptrace_peeksiginfo_args peek = { .off = 0, .flags = PTRACE_PEEKSIGINFO_SHARED, .nr = 4 };
    TRY("peek ", pt(PTRACE_PEEKSIGINFO, child, (unsigned long)&peek, (unsigned long)infos));
    printf("values %d %d\n", infos[0].si_value.sival_int, infos[1].si_value.sival_int);
    peek.off = 1;
    TRY("from the second ", pt(PTRACE_PEEKSIGINFO, child, (unsigned long)&peek, (unsigned long)infos));
    peek.flags = 0;
    peek.off = 0;
    TRY("its own ", pt(PTRACE_PEEKSIGINFO, child, (unsigned long)&peek, (unsigned long)infos));
    peek.flags = 8;
    TRY("bad flags ", pt(PTRACE_PEEKSIGINFO, child, (unsigned long)&peek, (unsigned long)infos));
    unsigned long mask = 0;
    TRY("mask ", pt(PTRACE_GETSIGMASK, child, sizeof mask, (unsigned long)&mask));
    printf("%lx\n", mask);
    TRY("bad size ", pt(PTRACE_GETSIGMASK, child, 4, (unsigned long)&mask));
    mask = 0;
    TRY("clear ", pt(PTRACE_SETSIGMASK, child, sizeof mask, (unsigned long)&mask));
    pt(PTRACE_CONT, child, 0, 0);
    int status;
    while (WIFSTOPPED(status = await("queues", child)))
        pt(PTRACE_CONT, child, 0, 0);
}

static void fork_body(void)
{
    if (fork() == 0)
        _exit(3);
    wait(NULL);
    if (vfork() == 0)
        _exit(4);
    wait(NULL);
    execl("/bin/true", "true", NULL);
}

static void events(void)
{
    pid_t child = start(fork_body);
    await_quietly(child);
    pt(PTRACE_SETOPTIONS, child, 0, PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACEVFORKDONE | PTRACE_O_TRACEEXEC | PTRACE_O_TRACEEXIT | PTRACE_O_TRACECLONE);
    pt(PTRACE_CONT, child, 0, 0);
    int status;
    while (WIFSTOPPED(status = await_quietly(child))) {
        int event = status >> 16, signo = WSTOPSIG(status);
        if (signo == SIGCHLD) {
            pt(PTRACE_CONT, child, 0, signo);
            continue;
        }
        show("events", status);
        unsigned long message = 0;
        pt(PTRACE_GETEVENTMSG, child, 0, (unsigned long)&message);
        if (event == PTRACE_EVENT_EXIT)
            printf("status %lx\n", message);
        else if (event == PTRACE_EVENT_EXEC)
            printf("former %d\n", message == (unsigned long)child);
        if (event == PTRACE_EVENT_FORK || event == PTRACE_EVENT_VFORK) {
            await("new child", message);
            pt(PTRACE_CONT, message, 0, 0);
            await("new child", message);
            pt(PTRACE_CONT, message, 0, 0);
            await("new child", message);
        }
        pt(PTRACE_CONT, child, 0, 0);
    }
    show("events", status);
}

static void legacy_body(void)
{
    execl("/bin/true", "true", NULL);
}

static void legacy_exec(void)
{
    pid_t child = start(legacy_body);
    await_quietly(child);
    pt(PTRACE_CONT, child, 0, 0);
    await("exec", child);
    pt(PTRACE_CONT, child, 0, 0);
    await("exec", child);
}

static pid_t sleeper(void)
{
    fflush(stdout);
    pid_t child = fork();
    if (child == 0)
        for (;;)
            pause();
    return child;
}

static void attach(void)
{
    pid_t child = sleeper();
    TRY("attach ", pt(PTRACE_ATTACH, child, 0, 0));
    await("attach", child);
    TRY("again ", pt(PTRACE_ATTACH, child, 0, 0));
    TRY("interrupt ", pt(PTRACE_INTERRUPT, child, 0, 0));
    TRY("detach ", pt(PTRACE_DETACH, child, 0, 0));
    TRY("not traced ", pt(PTRACE_CONT, child, 0, 0));
    TRY("myself ", pt(PTRACE_ATTACH, getpid(), 0, 0));
    TRY("nobody ", pt(PTRACE_ATTACH, 999999, 0, 0));
    kill(child, SIGKILL);
    await("attach", child);
}

static void seize(void)
{
    pid_t child = sleeper();
    TRY("seize ", pt(PTRACE_SEIZE, child, 0, PTRACE_O_TRACESYSGOOD));
    TRY("running ", pt(PTRACE_GETREGS, child, 0, 0));
    TRY("interrupt ", pt(PTRACE_INTERRUPT, child, 0, 0));
    await("interrupt", child);
    pt(PTRACE_CONT, child, 0, 0);
    kill(child, SIGSTOP);
    await("signal", child);
    pt(PTRACE_CONT, child, 0, SIGSTOP);
    await("group stop", child);
    siginfo_t info;
    long r = pt(PTRACE_GETSIGINFO, child, 0, (unsigned long)&info);
    printf("group info %ld %d\n", r, r == 0 ? info.si_code >> 8 : errno);
    TRY("listen ", pt(PTRACE_LISTEN, child, 0, 0));
    kill(child, SIGCONT);
    await("notified", child);
    pt(PTRACE_CONT, child, 0, 0);
    await("continue signal", child);
    pt(PTRACE_CONT, child, 0, SIGCONT);
    kill(child, SIGTERM);
    await("end signal", child);
    pt(PTRACE_CONT, child, 0, SIGTERM);
    await("end", child);
}

static void group_stop(void)
{
    pid_t child = sleeper();
    kill(child, SIGSTOP);
    int status;
    waitpid(child, &status, WUNTRACED);
    show("job stop", status);
    printf("attach stopped %ld\n", pt(PTRACE_ATTACH, child, 0, 0));
    await("attached", child);
    struct user_regs_struct regs;
    printf("regs %ld\n", pt(PTRACE_GETREGS, child, 0, (unsigned long)&regs));
    pt(PTRACE_DETACH, child, 0, 0);
    kill(child, SIGKILL);
    await("killed", child);
}

static volatile long cell = 5;

static void poke_body(void)
{
    raise(SIGUSR1);
    printf("cell %ld\n", cell);
    fflush(stdout);
}

extern char step_code[], step_end[], step_target[];
__asm__(".pushsection .text\n"
        "step_code: mov $3, %ecx\n"
        "1: dec %ecx\n"
        "jnz 1b\n"
        "call step_target\n"
        "push %rbx\n"
        "xor %ebx, %ebx\n"
        "pop %rbx\n"
        "lea step_target(%rip), %rax\n"
        "call *%rax\n"
        "mov $39, %eax\n"
        "syscall\n"
        "step_end: ret\n"
        "step_target: nop\n"
        "ret\n"
        ".popsection\n");

static void step_body(void)
{
    raise(SIGUSR1);
    ((void (*)(void))step_code)();
}

static void memory(void)
{
    pid_t child = start(poke_body);
    await_quietly(child);
    pt(PTRACE_CONT, child, 0, 0);
    await("memory", child);
    long word = 0;
    printf("peek %ld: ", pt(PTRACE_PEEKDATA, child, (unsigned long)&cell, (unsigned long)&word));
    printf("%ld\n", word);
    TRY("peek nothing ", pt(PTRACE_PEEKDATA, child, 8, (unsigned long)&word));
    printf("poke %ld\n", pt(PTRACE_POKEDATA, child, (unsigned long)&cell, 1234));
    // Code is written where it cannot be.
    word = 0;
    pt(PTRACE_PEEKTEXT, child, (unsigned long)step_code, (unsigned long)&word);
    printf("poke text %ld\n", pt(PTRACE_POKETEXT, child, (unsigned long)step_code, (word & ~0xFFL) | 0xCC));
    unsigned char own = *(volatile unsigned char *)step_code;
    pt(PTRACE_PEEKTEXT, child, (unsigned long)step_code, (unsigned long)&word);
    printf("own %x, its %lx\n", own, word & 0xFF);
    pt(PTRACE_CONT, child, 0, 0);
    await("memory", child);
}

static void step(void)
{
    pid_t child = start(step_body);
    await_quietly(child);
    pt(PTRACE_CONT, child, 0, 0);
    await("step", child);
    // A breakpoint at the code, then one step at a time.
    unsigned long word = 0;
    pt(PTRACE_PEEKTEXT, child, (unsigned long)step_code, (unsigned long)&word);
    pt(PTRACE_POKETEXT, child, (unsigned long)step_code, (word & ~0xFFUL) | 0xCC);
    pt(PTRACE_CONT, child, 0, 0);
    await("breakpoint", child);
    struct user_regs_struct regs;
    pt(PTRACE_GETREGS, child, 0, (unsigned long)&regs);
    printf("at +%lld\n", regs.rip - (unsigned long long)step_code);
    pt(PTRACE_POKETEXT, child, (unsigned long)step_code, word);
    regs.rip--;
    pt(PTRACE_SETREGS, child, 0, (unsigned long)&regs);
    for (int i = 0; i < 40; i++) {
        pt(PTRACE_SINGLESTEP, child, 0, 0);
        int status = await_quietly(child);
        if (!WIFSTOPPED(status) || WSTOPSIG(status) != SIGTRAP) {
            show("step", status);
            break;
        }
        siginfo_t info;
        pt(PTRACE_GETSIGINFO, child, 0, (unsigned long)&info);
        pt(PTRACE_GETREGS, child, 0, (unsigned long)&regs);
        printf("+%lld code %d rcx %lld\n", regs.rip - (unsigned long long)step_code, info.si_code, regs.rip < (unsigned long)step_end && i < 9 ? regs.rcx : 0);
        if (regs.rip == (unsigned long)step_end)
            break;
    }
    pt(PTRACE_CONT, child, 0, 0);
    await("step", child);
}

static void vector_body(void)
{
    double a = 1.5;
    __asm__ volatile("movsd %0, %%xmm5\n" "mov $186, %%eax\n" "syscall\n"
                     "mov %%eax, %%edi\n" "mov $10, %%esi\n" "mov $200, %%eax\n" "syscall\n" // tkill(gettid(), SIGUSR1)
                     "movsd %%xmm5, %0" : "+m"(a) : : "rax", "rdi", "rsi", "rcx", "r11", "xmm5", "memory");
    printf("xmm5 %g\n", a);
    fflush(stdout);
}

static void vectors(void)
{
    pid_t child = start(vector_body);
    await_quietly(child);
    pt(PTRACE_CONT, child, 0, 0);
    await("vectors", child);
    struct user_fpregs_struct fp;
    printf("fpregs %ld\n", pt(PTRACE_GETFPREGS, child, 0, (unsigned long)&fp));
    double value;
    memcpy(&value, &fp.xmm_space[5 * 4], sizeof value);
    printf("xmm5 %g mxcsr %x cwd %x\n", value, fp.mxcsr, fp.cwd);
    value = 2.25;
    memcpy(&fp.xmm_space[5 * 4], &value, sizeof value);
    printf("set %ld\n", pt(PTRACE_SETFPREGS, child, 0, (unsigned long)&fp));
    char big[16384];
    struct iovec place = { big, sizeof big };
    TRY("xstate ", pt(PTRACE_GETREGSET, child, 0x202, (unsigned long)&place));
    printf("more %d\n", place.iov_len > 512);
    place.iov_len = sizeof big;
    TRY("prstatus ", pt(PTRACE_GETREGSET, child, 1, (unsigned long)&place));
    printf("%zu\n", place.iov_len);
    place.iov_len = sizeof big;
    TRY("unknown ", pt(PTRACE_GETREGSET, child, 0x999, (unsigned long)&place));
    pt(PTRACE_CONT, child, 0, 0);
    await("vectors", child);
}

static void *thread_body(void *argument)
{
    syscall(SYS_getppid);
    return argument;
}

static void threads_body(void)
{
    pthread_t thread;
    pthread_create(&thread, NULL, thread_body, NULL);
    pthread_join(thread, NULL);
}

static void threads(void)
{
    pid_t child = start(threads_body);
    await_quietly(child);
    pt(PTRACE_SETOPTIONS, child, 0, PTRACE_O_TRACECLONE);
    pt(PTRACE_CONT, child, 0, 0);
    await("clone", child);
    unsigned long thread = 0;
    pt(PTRACE_GETEVENTMSG, child, 0, (unsigned long)&thread);
    await("thread", thread);
    pt(PTRACE_CONT, thread, 0, 0);
    pt(PTRACE_CONT, child, 0, 0);
    await("thread", thread);
    await("main", child);
}

static void tracer_ends(unsigned long options)
{
    int ends[2];
    if (pipe(ends) != 0)
        exit(99);
    pid_t child = sleeper();
    pid_t tracer = fork();
    if (tracer == 0) {
        pt(PTRACE_SEIZE, child, 0, options);
        _exit(0);
    }
    await("tracer", tracer);
    if (options == 0)
        kill(child, SIGUSR2);
    await("its tracee", child);
}

// The parent hears of the end after the tracer.
static void stranger(void)
{
    pid_t child = sleeper();
    int ready[2], go[2];
    char byte = 0;
    if (pipe(ready) != 0 || pipe(go) != 0)
        exit(99);
    fflush(stdout);
    pid_t tracer = fork();
    if (tracer == 0) {
        pt(PTRACE_SEIZE, child, 0, 0);
        kill(child, SIGKILL);
        siginfo_t info;
        waitid(P_PID, child, &info, WEXITED | WNOWAIT | __WALL);
        if (write(ready[1], &byte, 1) != 1 || read(go[0], &byte, 1) != 1)
            _exit(1);
        await("the tracer's", child);
        _exit(0);
    }
    if (read(ready[0], &byte, 1) != 1)
        exit(99);
    int status = 0;
    printf("not yet %d\n", waitpid(child, &status, WNOHANG));
    fflush(stdout);
    if (write(go[1], &byte, 1) != 1)
        exit(99);
    await("tracer", tracer);
    await("the parent's", child);
}

static void filter_body(void)
{
    struct sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getpgid, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRACE | 42),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = { 4, code };
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
    long r = syscall(SYS_getpgid, -5);
    printf("filtered %ld %d\n", r, r < 0 ? errno : 0);
    fflush(stdout);
}

static void filter(void)
{
    pid_t child = start(filter_body);
    await_quietly(child);
    pt(PTRACE_SETOPTIONS, child, 0, PTRACE_O_TRACESECCOMP);
    pt(PTRACE_CONT, child, 0, 0);
    await("filter", child);
    unsigned long message = 0;
    pt(PTRACE_GETEVENTMSG, child, 0, (unsigned long)&message);
    struct ptrace_syscall_info info = {0};
    long size = pt(PTRACE_GET_SYSCALL_INFO, child, sizeof info, (unsigned long)&info);
    printf("message %lu info %d of %ld: %llu %d\n", message, info.op, size, info.seccomp.nr, info.seccomp.ret_data);
    pt(PTRACE_POKEUSR, child, offsetof(struct user_regs_struct, orig_rax), SYS_getuid);
    pt(PTRACE_CONT, child, 0, 0);
    await("filter", child);
    pt(PTRACE_SETOPTIONS, child, 0, 0);
}

static void emulate(void)
{
    pid_t child = start(change_body);
    await_quietly(child);
    int status;
    for (int i = 0; i < 3; i++) {
        pt(PTRACE_SYSEMU, child, 0, 0);
        status = await_quietly(child);
        if (!WIFSTOPPED(status))
            break;
        pt(PTRACE_POKEUSR, child, offsetof(struct user_regs_struct, rax), 100 + i);
    }
    show("emulate", status);
    pt(PTRACE_KILL, child, 0, 0);
    await("emulate", child);
}

int main(void)
{
    calls();
    change();
    signals();
    queues();
    events();
    legacy_exec();
    attach();
    seize();
    group_stop();
    memory();
    step();
    vectors();
    threads();
    tracer_ends(0);
    tracer_ends(PTRACE_O_EXITKILL);
    stranger();
    filter();
    emulate();
    return 0;
}
