// timeout: 60
// wait4(2), waitid(2), SIGCHLD, stops and continues, orphans, groups and sessions.
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

// The call first, then errno.
#define TRY(call) ({ errno = 0; long r_ = (call); printf("%ld %d ", r_, errno); r_; })

static void show(const char *what, int status)
{
    if (WIFEXITED(status))
        printf("%s: exited %d\n", what, WEXITSTATUS(status));
    else if (WIFSIGNALED(status))
        printf("%s: signal %d\n", what, WTERMSIG(status));
    else if (WIFSTOPPED(status))
        printf("%s: stopped %d\n", what, WSTOPSIG(status));
    else if (WIFCONTINUED(status))
        printf("%s: continued\n", what);
    fflush(stdout);
}

static void plain(void)
{
    int status;
    printf("no child: "), TRY(wait(&status)), puts("");
    fflush(stdout);
    pid_t child = fork();
    if (child == 0)
        _exit(300);
    printf("other pid: "), TRY(waitpid(child + 1000, 0, 0)), puts("");
    siginfo_t info;
    memset(&info, 0, sizeof info);
    int r = waitid(P_PID, child, &info, WEXITED | WNOWAIT);
    printf("waitid %d: code %d status %d signo %d same pid %d\n", r, info.si_code, info.si_status, info.si_signo, info.si_pid == child);
    struct rusage usage;
    printf("wait4: %d\n", wait4(child, &status, 0, &usage) == child);
    show("plain", status);
    child = fork();
    if (child == 0) {
        raise(SIGTERM);
        _exit(1);
    }
    waitpid(child, &status, 0);
    show("killed", status);
    child = fork();
    if (child == 0) {
        pause();
        _exit(1);
    }
    printf("WNOHANG: %d\n", waitpid(child, &status, WNOHANG));
    memset(&info, 0x55, sizeof info);
    r = waitid(P_ALL, 0, &info, WEXITED | WNOHANG);
    printf("waitid WNOHANG: %d pid %d signo %d\n", r, info.si_pid, info.si_signo);
    fflush(stdout);
    kill(child, SIGKILL);
    waitpid(-1, &status, 0);
    show("killed", status);
    printf("bad options: "), TRY(waitpid(-1, 0, 0x100)), TRY(waitid(P_ALL, 0, &info, 0)), puts("");
    printf("EFAULT: ");
    fflush(stdout);
    child = fork();
    if (child == 0)
        _exit(0);
    TRY(syscall(SYS_wait4, child, 8, 0, 0)), puts("");
}

static volatile sig_atomic_t chld, chld_code, chld_status;
static void on_child(int signo, siginfo_t *info, void *context)
{
    (void)signo, (void)context;
    chld++;
    chld_code = info->si_code, chld_status = info->si_status;
}

// The signal may come after the wait.
static void expect(int count)
{
    while (chld < count)
        sched_yield();
}

static void job_control(void)
{
    struct sigaction act = { .sa_sigaction = on_child, .sa_flags = SA_SIGINFO | SA_RESTART };
    sigaction(SIGCHLD, &act, 0);
    int status;
    pid_t child = fork();
    if (child == 0) {
        for (;;)
            pause();
    }
    kill(child, SIGSTOP);
    waitpid(child, &status, WUNTRACED);
    show("stop", status);
    expect(1);
    printf("SIGCHLD %d code %d status %d\n", chld, chld_code, chld_status);
    printf("again: %d\n", waitpid(child, &status, WUNTRACED | WNOHANG));
    kill(child, SIGCONT);
    waitpid(child, &status, WCONTINUED);
    show("cont", status);
    expect(2);
    printf("SIGCHLD %d code %d status %d\n", chld, chld_code, chld_status);
    fflush(stdout);
    kill(child, SIGSTOP);
    siginfo_t info;
    waitid(P_PID, child, &info, WSTOPPED);
    printf("waitid: code %d status %d\n", info.si_code, info.si_status);
    kill(child, SIGKILL);
    waitpid(child, &status, 0);
    show("killed while stopped", status);
    expect(4);
    printf("SIGCHLD code %d status %d\n", chld_code, chld_status);

    act.sa_flags = SA_SIGINFO | SA_NOCLDSTOP | SA_RESTART;
    sigaction(SIGCHLD, &act, 0);
    int before = chld;
    child = fork();
    if (child == 0) {
        raise(SIGSTOP);
        _exit(4);
    }
    waitpid(child, &status, WUNTRACED);
    show("stop", status);
    printf("SIGCHLD since: %d\n", chld - before);
    kill(child, SIGCONT);
    waitpid(child, &status, 0);
    show("end", status);

    signal(SIGCHLD, SIG_IGN);
    fflush(stdout);
    child = fork();
    if (child == 0)
        _exit(0);
    int r = waitpid(child, &status, 0), e = errno;
    printf("ignored: %d %d\n", r, e);
    signal(SIGCHLD, SIG_DFL);
}

static void groups(void)
{
    int ready[2], status;
    char c;
    pipe(ready);
    fflush(stdout);
    pid_t leader = fork();
    if (leader == 0) {
        setpgid(0, 0);
        pid_t member = fork();
        if (member == 0) {
            write(ready[1], "m", 1);
            pause();
        }
        write(ready[1], "l", 1);
        pause();
    }
    read(ready[0], &c, 1);
    read(ready[0], &c, 1);
    printf("group of leader: %d; own: %d\n", getpgid(leader) == leader, getpgid(0) == leader);
    printf("moving to a group of nobody: "), TRY(setpgid(0, 12345)), printf("%d\n", getpgrp() != leader);
    printf("wait in group 0 finds nobody: "), TRY(waitpid(0, 0, WNOHANG)), puts("");
    kill(-leader, SIGTERM);
    printf("group: %d\n", waitpid(-leader, &status, 0) == leader);
    show("leader", status);
    usleep(1000);
    pid_t child = fork();
    if (child == 0) {
        pid_t sid = setsid();
        printf("setsid: %d %d %d; again ", sid == getpid(), getsid(0) == getpid(), getpgrp() == getpid()), TRY(setsid());
        printf("leader moves: "), TRY(setpgid(0, 0)), puts("");
        fflush(stdout);
        _exit(0);
    }
    waitpid(child, &status, 0);
    printf("setpgid of nobody: "), TRY(setpgid(999999, 0)), puts("");
    printf("kill a group of nobody: "), TRY(kill(-999999, 0)), puts("");
}

static void orphans(void)
{
    int pipes[2], status;
    char text[64];
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    pipe(pipes);
    pid_t me = getpid();
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        pid_t middle = getpid();
        if (fork() == 0) {
            prctl(PR_SET_PDEATHSIG, SIGUSR1);
            sigset_t set;
            sigemptyset(&set), sigaddset(&set, SIGUSR1);
            sigprocmask(SIG_BLOCK, &set, 0);
            write(pipes[1], "r", 1);
            siginfo_t info;
            sigwaitinfo(&set, &info);
            int n = snprintf(text, sizeof text, "pdeath %d, parent is the subreaper: %d, not the middle: %d",
                info.si_signo == SIGUSR1, getppid() == me, getppid() != middle);
            write(pipes[1], text, n);
            _exit(11);
        }
        char c;
        read(pipes[0], &c, 1);
        _exit(10);
    }
    waitpid(child, &status, 0);
    show("middle", status);
    int n = read(pipes[0], text, sizeof text - 1);
    text[n > 0 ? n : 0] = 0;
    puts(text);
    waitpid(-1, &status, 0);
    show("orphan", status);
}

static int clone_child(void *arg)
{
    *(int *)arg += 1;
    return 7;
}

static void clones(void)
{
    static char stack[65536] __attribute__((aligned(16)));
    int value = 1, status;
    pid_t child = clone(clone_child, stack + sizeof stack, CLONE_VM | SIGCHLD, &value);
    waitpid(child, &status, 0);
    printf("CLONE_VM: value %d\n", value);
    show("clone", status);
    child = clone(clone_child, stack + sizeof stack, 0, &value);
    int r = waitpid(child, &status, WNOHANG), e = errno;
    printf("no signal, plain wait: %d %d\n", r, e);
    r = waitpid(child, &status, __WCLONE);
    printf("__WCLONE: %d, value %d\n", r == child, value);
    show("clone", status);
    signal(SIGUSR2, SIG_IGN);
    child = clone(clone_child, stack + sizeof stack, SIGUSR2, &value);
    r = waitpid(child, &status, __WALL);
    printf("__WALL: %d\n", r == child);
    int pidfd = -1;
    child = clone(clone_child, stack + sizeof stack, CLONE_PIDFD | SIGCHLD, &value, &pidfd);
    struct pollfd p = { pidfd, POLLIN, 0 };
    int polled = poll(&p, 1, 5000);
    printf("pidfd: %d poll %d %d\n", pidfd >= 0, polled, p.revents);
    siginfo_t info;
    r = waitid(3, pidfd, &info, WEXITED);
    printf("P_PIDFD: %d code %d\n", r, info.si_code);
    printf("signal to the dead: "), TRY(syscall(SYS_pidfd_send_signal, pidfd, 0, 0, 0)), puts("");
    printf("bad flags: "), TRY(clone(clone_child, stack + sizeof stack, CLONE_THREAD | SIGCHLD, &value)), puts("");
    printf("bad flags: "), TRY(clone(clone_child, stack + sizeof stack, CLONE_SIGHAND | SIGCHLD, &value)), puts("");
}

int main(void)
{
    int status;
    setvbuf(stdout, 0, _IOFBF, 4096);
    // The first process of a zone inherits orphans and leads its session: the rest runs in another.
    pid_t child = fork();
    if (child != 0) {
        waitpid(child, &status, 0);
        return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
    }
    plain();
    fflush(stdout);
    job_control();
    fflush(stdout);
    groups();
    fflush(stdout);
    orphans();
    fflush(stdout);
    clones();
    return 0;
}
