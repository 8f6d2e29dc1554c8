// flags: -static
// What a descriptor of a process tells, and signals through it and through /proc. pidfd_open(2), pidfd_send_signal(2).
#include "lib/identity.h"
#include <fcntl.h>
#include <linux/ioctl.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/stat.h>

struct information {
    uint64_t mask, cgroup;
    uint32_t numbers[11];
    int32_t exit_code;
};

#define GET_INFO _IOWR(0xFF, 11, struct information)

static int signals;

static void count(int signal)
{
    signals += signal == SIGUSR1;
}

static long send(int fd, int signal, unsigned flags)
{
    return syscall(SYS_pidfd_send_signal, fd, signal, NULL, flags);
}

static void ask(int fd, uint64_t mask)
{
    struct information info = { .mask = mask };
    errno = 0;
    int result = ioctl(fd, GET_INFO, &info);
    printf("info %d %s, mask %x", result, strerrorname_np(errno), (unsigned)info.mask & 0xb);
    if (result == 0 && info.mask & 1)
        printf(", own %d %d, users %u %u %u %u", info.numbers[0] == info.numbers[1], info.numbers[2] == (uint32_t)getpid(),
            info.numbers[3], info.numbers[5], info.numbers[7], info.numbers[9]);
    printf(", code %x\n", info.exit_code);
}

// Not the leader of a session, so that it can leave its group.
static void test(void)
{
    int ready[2], start[2];
    REQUIRE(pipe(ready) == 0 && pipe(start) == 0);
    pid_t child = fork();
    if (child == 0) {
        char byte;
        REQUIRE(setresuid(1000, 1001, 1002) == 0);
        REQUIRE(write(ready[1], "x", 1) == 1 && read(start[0], &byte, 1) == 1);
        _exit(7);
    }
    char byte;
    REQUIRE(read(ready[0], &byte, 1) == 1);
    int fd = syscall(SYS_pidfd_open, child, 0);
    REQUIRE(fd >= 0);
    char name[32];
    snprintf(name, sizeof name, "/proc/%d", child);
    int directory = open(name, O_RDONLY | O_DIRECTORY);
    REQUIRE(directory >= 0);
    ask(fd, 0);
    ask(fd, 8);
    SHOW(ioctl(fd, GET_INFO, NULL));
    SHOW(ioctl(fd, GET_INFO, 8));
    SHOW(ioctl(1, GET_INFO, NULL));
    SHOW(send(fd, 0, 0));
    SHOW(send(directory, 0, 0));
    SHOW(send(fd, 0, 2));
    SHOW(send(fd, 0, 16));
    SHOW(send(0, 0, 0));
    SHOW(send(99, 0, 0));
    SHOW(send(fd, 65, 0));
    IN_CHILD({
        REQUIRE(setuid(1003) == 0);
        SHOW(send(fd, SIGTERM, 0));
        SHOW(syscall(SYS_pidfd_getfd, fd, 0, 0));
    });
    // The group: everybody here but the one who has left it.
    REQUIRE(setpgid(0, 0) == 0 && setpgid(child, child) == 0);
    signal(SIGUSR1, count);
    int self = open("/proc/self", O_RDONLY | O_DIRECTORY);
    SHOW(send(self, SIGUSR1, 0));
    SHOW(send(self, SIGUSR1, 4));
    printf("%d signals\n", signals);
    REQUIRE(write(start[1], "x", 1) == 1);
    siginfo_t info;
    REQUIRE(waitid(P_PID, child, &info, WEXITED | WNOWAIT) == 0);
    ask(fd, 0);
    SHOW(send(fd, 0, 0));
    REQUIRE(waitpid(child, NULL, 0) == child);
    ask(fd, 0);
    ask(fd, 8);
    SHOW(send(fd, 0, 0));
    SHOW(send(directory, 0, 0));
    SHOW(openat(directory, "stat", O_RDONLY) < 0);
}

int main(void)
{
    equal_root();
    IN_CHILD(test());
    return 0;
}
