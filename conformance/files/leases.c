// Leases: who may have one, who breaks it, and how the holder hears of it.
#define _GNU_SOURCE
#include "../lib/check.h"
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>

static char path[] = "/tmp/leases-XXXXXX";
static volatile sig_atomic_t heard, code, band, described;

static void on_signal(int signal, siginfo_t *info, void *context)
{
    (void)context;
    heard = signal;
    code = info->si_code;
    band = info->si_band;
    described = info->si_fd;
}

static const char *name(int type)
{
    return type == F_RDLCK ? "read" : type == F_WRLCK ? "write" : type == F_UNLCK ? "none" : "?";
}

// Somebody opens the file while the lease is held; the holder gives way as it is told to.
static void breaking(short lease, int flags, short answer, const char *title)
{
    printf("%s: %s\n", name(lease), title);
    int fd = open(path, lease == F_RDLCK ? O_RDONLY : O_RDWR);
    heard = 0;
    SHOW(fcntl(fd, F_SETSIG, SIGRTMIN));
    SHOW(fcntl(fd, F_SETLEASE, lease));
    fflush(stdout);
    sigset_t blocked, old;
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGRTMIN);
    sigprocmask(SIG_BLOCK, &blocked, &old);
    pid_t child = fork();
    if (child == 0) {
        int other = open(path, flags);
        printf("  opened: %d %s\n", other >= 0, other < 0 ? strerrorname_np(errno) : "");
        fflush(stdout);
        _exit(0);
    }
    struct timespec limit = { 5, 0 };
    siginfo_t info = { 0 };
    int signal = sigtimedwait(&blocked, &info, &limit);
    if (signal > 0) {
        if (flags & O_NONBLOCK)
            waitpid(child, NULL, 0);
        printf("  signal: code %d band %lx fd %s\n", info.si_code, (long)info.si_band, info.si_fd == fd ? "its own" : "another");
        printf("  lease: %s\n", name(fcntl(fd, F_GETLEASE)));
        fflush(stdout);
        SHOW(fcntl(fd, F_SETLEASE, answer));
    } else {
        printf("  no signal\n");
    }
    waitpid(child, NULL, 0);
    printf("  lease: %s\n", name(fcntl(fd, F_GETLEASE)));
    sigprocmask(SIG_SETMASK, &old, NULL);
    close(fd);
}

int main(void)
{
    struct sigaction action = { .sa_sigaction = on_signal, .sa_flags = SA_SIGINFO };
    sigaction(SIGRTMIN, &action, NULL);
    sigaction(SIGIO, &action, NULL);
    int fd = mkstemp(path);
    REQUIRE(fd >= 0);
    SHOW(fcntl(fd, F_GETLEASE));
    SHOW(fcntl(fd, F_SETLEASE, F_UNLCK));
    SHOW(fcntl(fd, F_SETLEASE, F_RDLCK));
    SHOW(fcntl(fd, F_SETLEASE, 17));
    SHOW(fcntl(fd, F_SETLEASE, F_WRLCK));
    printf("%s\n", name(fcntl(fd, F_GETLEASE)));
    int second = open(path, O_RDONLY | O_NONBLOCK);
    printf("%d %s\n", second >= 0, strerrorname_np(errno));
    printf("heard %d code %d\n", heard == SIGIO, code);
    SHOW(fcntl(fd, F_SETLEASE, F_UNLCK));
    second = open(path, O_RDONLY);
    SHOW(fcntl(fd, F_SETLEASE, F_WRLCK));
    SHOW(fcntl(second, F_SETLEASE, F_RDLCK));
    close(fd);
    SHOW(fcntl(second, F_SETLEASE, F_RDLCK));
    int third = open(path, O_RDONLY);
    SHOW(fcntl(third, F_SETLEASE, F_RDLCK));
    SHOW(fcntl(third, F_SETLEASE, F_WRLCK));
    SHOW(fcntl(second, F_SETLEASE, F_UNLCK));
    SHOW(fcntl(second, F_SETLEASE, F_UNLCK));
    close(third);
    close(second);
    int directory = open("/tmp", O_RDONLY), ends[2];
    REQUIRE(pipe(ends) == 0);
    SHOW(fcntl(directory, F_SETLEASE, F_WRLCK));
    SHOW(fcntl(ends[0], F_SETLEASE, F_RDLCK));

    breaking(F_RDLCK, O_RDONLY, F_UNLCK, "a reader does not matter");
    breaking(F_RDLCK, O_WRONLY, F_UNLCK, "a writer waits");
    breaking(F_RDLCK, O_WRONLY | O_NONBLOCK, F_UNLCK, "a writer that does not wait");
    breaking(F_RDLCK, O_RDWR | O_TRUNC, F_UNLCK, "a truncation");
    breaking(F_WRLCK, O_RDONLY, F_RDLCK, "a reader, downgraded");
    breaking(F_WRLCK, O_RDONLY, F_UNLCK, "a reader, given up");
    breaking(F_WRLCK, O_RDWR, F_UNLCK, "a writer");
    unlink(path);
    return 0;
}
