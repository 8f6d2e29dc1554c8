// The signal sets that /proc/thread-self shows, and a signal sent through a descriptor of /proc/[pid].
// flags: -pthread
#define _GNU_SOURCE
#include "lib/check.h"
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/syscall.h>

static volatile sig_atomic_t seen;

static void handle(int signo) { seen = signo; }

static void show(const char *when)
{
    static char text[8192];
    int fd = open("/proc/thread-self/status", O_RDONLY);
    REQUIRE(fd >= 0);
    ssize_t n = read(fd, text, sizeof text - 1);
    close(fd);
    text[n < 0 ? 0 : n] = 0;
    printf("%s\n", when);
    for (char *line = strtok(text, "\n"); line; line = strtok(0, "\n"))
        if (!strncmp(line, "Sig", 3) || !strncmp(line, "Shd", 3))
            if (strncmp(line, "SigQ", 4))
                printf(" %s\n", line);
    fd = open("/proc/thread-self/stat", O_RDONLY);
    n = read(fd, text, sizeof text - 1);
    close(fd);
    text[n < 0 ? 0 : n] = 0;
    char *at = strrchr(text, ')');
    int field = 2;
    for (char *word = strtok(at, " "); word; word = strtok(0, " "), field++)
        if (field >= 31 && field <= 34)
            printf(" stat %d: %s\n", field, word);
}

static void *other(void *argument)
{
    (void)argument;
    show("in a thread");
    return 0;
}

int main(void)
{
    setbuf(stdout, 0);
    // Whoever runs this may ignore it.
    signal(SIGPIPE, SIG_DFL);
    show("at first");
    signal(SIGPIPE, SIG_IGN);
    signal(SIGUSR1, handle);
    signal(SIGRTMIN + 3, handle);
    signal(SIGCHLD, SIG_DFL);
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR2);
    sigaddset(&set, SIGHUP);
    sigaddset(&set, SIGRTMIN + 5);
    sigprocmask(SIG_BLOCK, &set, 0);
    kill(getpid(), SIGUSR2);
    raise(SIGHUP);
    kill(getpid(), SIGRTMIN + 5);
    show("set");
    pthread_t thread;
    pthread_create(&thread, 0, other, 0);
    pthread_join(thread, 0);
    signal(SIGUSR2, SIG_IGN);
    show("ignored while pending");

    char name[64];
    sprintf(name, "/proc/%d", getpid());
    int fd = open(name, O_DIRECTORY), path = open(name, O_PATH), task = open("/proc/thread-self", O_DIRECTORY);
    SHOW(syscall(SYS_pidfd_send_signal, fd, SIGUSR1, 0, 0));
    printf("seen %d\n", seen == SIGUSR1);
    SHOW(syscall(SYS_pidfd_send_signal, fd, 0, 0, 0));
    SHOW(syscall(SYS_pidfd_send_signal, path, 0, 0, 0));
    SHOW(syscall(SYS_pidfd_send_signal, task, 0, 0, 0));
    SHOW(syscall(SYS_pidfd_send_signal, open("/proc", O_DIRECTORY), 0, 0, 0));
    SHOW(syscall(SYS_pidfd_getfd, fd, 0, 0));
    return 0;
}
