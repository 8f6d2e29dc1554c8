// Signal-driven I/O: who is told by which signal that a file has become ready.
#include "lib/check.h"
#include <fcntl.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <time.h>

static int ends[2];

static void expect(const char *what, int signal)
{
    sigset_t set;
    siginfo_t info;
    struct timespec limit = {2, 0}, none = {0, 0};
    sigemptyset(&set);
    sigaddset(&set, SIGIO);
    sigaddset(&set, SIGRTMIN + 2);
    int got = sigtimedwait(&set, &info, signal ? &limit : &none);
    printf("%s: %d", what, got);
    if (got > 0)
        printf(" code %d", info.si_code);
    if (got == SIGRTMIN + 2)
        printf(" band %lx descriptor %d", (long)info.si_band, info.si_fd == ends[0] ? 0 : info.si_fd == ends[1] ? 1 : -1);
    printf("\n");
}

int main(void)
{
    char c;
    // Nobody else shall get the signals of the group.
    setpgid(0, 0);
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGIO);
    sigaddset(&set, SIGRTMIN + 2);
    sigprocmask(SIG_BLOCK, &set, NULL);
    SHOW(pipe(ends));
    SHOW(fcntl(ends[0], F_GETOWN));
    SHOW(fcntl(ends[0], F_GETSIG));
    SHOW(fcntl(ends[0], F_SETOWN, 99999999));
    SHOW(fcntl(ends[0], F_SETOWN, getpid()));
    SHOW(fcntl(ends[0], F_GETOWN) == getpid());
    SHOW(fcntl(ends[0], F_SETFL, O_ASYNC));
    printf("flags %x\n", fcntl(ends[0], F_GETFL) & O_ASYNC);
    write(ends[1], "x", 1);
    expect("written", SIGIO);
    read(ends[0], &c, 1);
    expect("read", 0);
    SHOW(fcntl(ends[0], F_SETSIG, SIGRTMIN + 2));
    SHOW(fcntl(ends[0], F_GETSIG) == SIGRTMIN + 2);
    SHOW(fcntl(ends[0], F_SETSIG, 65));
    write(ends[1], "x", 1);
    expect("written", SIGRTMIN + 2);
    struct f_owner_ex owner = {F_OWNER_TID, gettid()};
    SHOW(fcntl(ends[0], F_SETOWN_EX, &owner));
    owner.pid = 0;
    SHOW(fcntl(ends[0], F_GETOWN_EX, &owner));
    printf("owner %d %d\n", owner.type, owner.pid == gettid());
    owner.type = 5;
    SHOW(fcntl(ends[0], F_SETOWN_EX, &owner));
    owner.type = F_OWNER_PGRP;
    owner.pid = getpgrp();
    SHOW(fcntl(ends[0], F_SETOWN_EX, &owner));
    read(ends[0], &c, 1);
    write(ends[1], "x", 1);
    expect("written", SIGRTMIN + 2);
    SHOW(fcntl(ends[0], F_SETFL, 0));
    read(ends[0], &c, 1);
    write(ends[1], "x", 1);
    expect("written without", 0);
    int on = 1;
    SHOW(ioctl(ends[0], FIOASYNC, &on));
    read(ends[0], &c, 1);
    close(ends[1]);
    expect("closed", SIGRTMIN + 2);
    return 0;
}
