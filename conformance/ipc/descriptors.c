// eventfd and signalfd: counters, semaphores, overflow, readiness, masks, what a record says, waiting.
// flags: -pthread
#define _GNU_SOURCE
#include "lib/check.h"
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <time.h>

static uint64_t value;

static int events(int fd)
{
    struct pollfd one = {fd, POLLIN | POLLOUT | POLLRDNORM | POLLWRNORM | POLLPRI, 0};
    poll(&one, 1, 0);
    return one.revents;
}

static long take(int fd)
{
    value = 0;
    return read(fd, &value, 8);
}

static long give(int fd, uint64_t n) { return write(fd, &n, 8); }

static void *late_give(void *fd)
{
    usleep(20000);
    return (void *)give((long)fd, 5);
}

static void *late_take(void *fd)
{
    usleep(20000);
    return (void *)take((long)fd);
}

static void *late_signal(void *process)
{
    usleep(20000);
    return (void *)(long)kill((long)process, SIGUSR2);
}

static void show(int fd, int count)
{
    struct signalfd_siginfo info[8];
    errno = 0;
    long n = read(fd, info, count * sizeof *info);
    printf("read %ld %s\n", n, n < 0 ? strerrorname_np(errno) : "");
    for (long i = 0; i < n / (long)sizeof *info; i++)
        printf(" %u code %d pid %d uid %d int %d ptr %llx tid %d overrun %d status %d addr %llx errno %d\n", info[i].ssi_signo, info[i].ssi_code,
               info[i].ssi_pid == (uint32_t)getpid(), info[i].ssi_uid, info[i].ssi_int, (long long)info[i].ssi_ptr, info[i].ssi_tid, info[i].ssi_overrun,
               info[i].ssi_status, (long long)info[i].ssi_addr, info[i].ssi_errno);
}

int main(void)
{
    setvbuf(stdout, NULL, _IONBF, 0);
    SHOW(eventfd(0, 0x100));
    int fd = eventfd(7, EFD_NONBLOCK | EFD_CLOEXEC);
    SHOW(fcntl(fd, F_GETFD));
    SHOW(fcntl(fd, F_GETFL));
    printf("%x\n", events(fd));
    SHOW(take(fd));
    SHOW(value);
    SHOW(take(fd));
    printf("%x\n", events(fd));
    SHOW(read(fd, &value, 7));
    SHOW(write(fd, &value, 7));
    SHOW(read(fd, (void *)8, 8));
    SHOW(write(fd, (void *)8, 8));
    SHOW(give(fd, 0));
    SHOW(give(fd, -1));
    SHOW(give(fd, -2));
    printf("%x\n", events(fd));
    SHOW(give(fd, 1));
    SHOW(give(fd, 0));
    SHOW(take(fd));
    SHOW(value == (uint64_t)-2);
    char text[16];
    memcpy(text, &(uint64_t){4}, 8);
    SHOW(write(fd, text, 16));
    SHOW(read(fd, text, 16));
    SHOW(lseek(fd, 0, SEEK_SET));
    SHOW(pread(fd, text, 8, 0));
    close(fd);
    fd = eventfd(3, EFD_SEMAPHORE | EFD_NONBLOCK);
    for (int i = 0; i < 4; i++) {
        SHOW(take(fd));
        SHOW(value);
    }
    close(fd);
    fd = eventfd(0, 0);
    pthread_t thread;
    pthread_create(&thread, NULL, late_give, (void *)(long)fd);
    SHOW(take(fd));
    SHOW(value);
    pthread_join(thread, NULL);
    SHOW(give(fd, -2));
    pthread_create(&thread, NULL, late_take, (void *)(long)fd);
    SHOW(give(fd, 2));
    pthread_join(thread, NULL);
    SHOW(take(fd));
    SHOW(value);
    int set = epoll_create1(0);
    struct epoll_event e = {EPOLLIN | EPOLLET};
    epoll_ctl(set, EPOLL_CTL_ADD, fd, &e);
    for (int i = 0; i < 2; i++) {
        give(fd, 1);
        SHOW(epoll_wait(set, &e, 1, 0));
        SHOW(epoll_wait(set, &e, 1, 0));
    }
    close(fd);

    sigset_t mask, none;
    sigemptyset(&none);
    sigfillset(&mask);
    SHOW(syscall(SYS_signalfd4, -1, &mask, 4, 0));
    SHOW(syscall(SYS_signalfd4, -1, 8, 8, 0));
    SHOW(signalfd(-1, &mask, 1));
    SHOW(signalfd(99, &mask, 0));
    SHOW(signalfd(0, &mask, 0));
    sigemptyset(&mask);
    sigaddset(&mask, SIGUSR1);
    sigaddset(&mask, SIGUSR2);
    sigaddset(&mask, SIGRTMIN);
    sigaddset(&mask, SIGALRM);
    sigaddset(&mask, SIGKILL);
    sigprocmask(SIG_BLOCK, &mask, NULL);
    int s = signalfd(-1, &mask, SFD_NONBLOCK | SFD_CLOEXEC);
    REQUIRE(s >= 0);
    printf("%x\n", events(s));
    show(s, 1);
    SHOW(read(s, text, 16));
    SHOW(write(s, text, 16));
    raise(SIGUSR1);
    kill(getpid(), SIGUSR2);
    kill(getpid(), SIGUSR2);
    sigqueue(getpid(), SIGRTMIN, (union sigval){.sival_int = 17});
    sigqueue(getpid(), SIGRTMIN, (union sigval){.sival_ptr = (void *)0x1234567890});
    printf("%x\n", events(s));
    show(s, 2);
    show(s, 8);
    show(s, 1);
    timer_t timer;
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGALRM, .sigev_value.sival_int = 5};
    timer_create(CLOCK_MONOTONIC, &event, &timer);
    timer_settime(timer, 0, &(struct itimerspec){.it_value = {0, 1000000}}, NULL);
    struct pollfd one = {s, POLLIN, 0};
    SHOW(poll(&one, 1, 5000));
    show(s, 1);
    fcntl(s, F_SETFL, 0);
    pthread_create(&thread, NULL, late_signal, (void *)(long)getpid());
    show(s, 1);
    pthread_join(thread, NULL);
    int two = epoll_create1(0);
    e.events = EPOLLIN;
    SHOW(epoll_ctl(two, EPOLL_CTL_ADD, s, &e));
    SHOW(epoll_wait(two, &e, 1, 0));
    pthread_create(&thread, NULL, late_signal, (void *)(long)getpid());
    SHOW(epoll_wait(two, &e, 1, 5000));
    pthread_join(thread, NULL);
    sigdelset(&mask, SIGUSR2);
    SHOW(signalfd(s, &mask, 0) == s);
    SHOW(epoll_wait(two, &e, 1, 0));
    sigaddset(&mask, SIGUSR2);
    SHOW(signalfd(s, &mask, 0) == s);
    SHOW(epoll_wait(two, &e, 1, 0));
    show(s, 1);
    char path[64], link[64] = {0};
    sprintf(path, "/proc/self/fd/%d", s);
    readlink(path, link, 63);
    printf("%s\n", link);
    close(s);
    return 0;
}
