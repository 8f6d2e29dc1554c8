// POSIX message queues: opening rules, limits, priorities, waiting, timeouts, notification, poll, attributes.
// flags: -pthread
#define _GNU_SOURCE
#include "lib/check.h"
#include <fcntl.h>
#include <mqueue.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>

static mqd_t q;
static volatile int told;
static siginfo_t last;

static void on_message(int signal, siginfo_t *info, void *context)
{
    (void)signal, (void)context;
    last = *info;
    told++;
}

static void attributes(mqd_t queue)
{
    struct mq_attr a;
    if (mq_getattr(queue, &a))
        printf("getattr: %s\n", strerrorname_np(errno));
    else
        printf("flags %lx maxmsg %ld msgsize %ld curmsgs %ld\n", a.mq_flags, a.mq_maxmsg, a.mq_msgsize, a.mq_curmsgs);
}

static void *receiver(void *argument)
{
    (void)argument;
    char text[100];
    unsigned priority;
    long n = mq_receive(q, text, sizeof text, &priority);
    return (void *)(n < 0 ? -(long)errno : n * 1000 + priority);
}

static void *sender(void *argument)
{
    return (void *)(long)mq_send(q, "waiting", 8, (long)argument);
}

static int ready(void)
{
    struct pollfd p = {q, POLLIN | POLLOUT, 0};
    poll(&p, 1, 0);
    return p.revents;
}

int main(void)
{
    setvbuf(stdout, NULL, _IONBF, 0);
    umask(022);
    mq_unlink("/zonix-test");
    struct mq_attr a = {.mq_maxmsg = 3, .mq_msgsize = 100};
    SHOW(mq_open("/zonix-test", O_RDWR));
    SHOW(mq_open("zonix-test", O_RDWR | O_CREAT, 0600, NULL));
    SHOW(mq_open("/zonix/test", O_RDWR | O_CREAT, 0600, NULL));
    SHOW(mq_open("/", O_RDWR | O_CREAT, 0600, NULL));
    SHOW(mq_open("/..", O_RDWR | O_CREAT, 0600, NULL));
    char longname[300] = "/";
    memset(longname + 1, 'x', 256);
    SHOW(mq_open(longname, O_RDWR | O_CREAT, 0600, NULL));
    a.mq_maxmsg = 0;
    SHOW(mq_open("/zonix-test", O_RDWR | O_CREAT, 0600, &a));
    a.mq_maxmsg = 65537;
    SHOW(mq_open("/zonix-test", O_RDWR | O_CREAT, 0600, &a));
    a.mq_maxmsg = 3;
    a.mq_msgsize = 0;
    SHOW(mq_open("/zonix-test", O_RDWR | O_CREAT, 0600, &a));
    a.mq_msgsize = 100;
    q = mq_open("/zonix-test", O_RDWR | O_CREAT | O_NONBLOCK, 0666, &a);
    REQUIRE(q != -1);
    SHOW(mq_open("/zonix-test", O_RDWR | O_CREAT | O_EXCL, 0600, NULL));
    attributes(q);
    SHOW(fcntl(q, F_GETFD));
    struct stat st;
    SHOW(fstat(q, &st));
    printf("mode %o size %ld\n", st.st_mode, (long)st.st_size);
    SHOW(ready());
    char text[200];
    unsigned priority;
    SHOW(mq_receive(q, text, 100, &priority));
    SHOW(mq_receive(q, text, 99, &priority));
    SHOW(mq_send(q, text, 101, 0));
    SHOW(mq_send(q, text, 1, 32768));
    SHOW(mq_send(q, "low", 4, 1));
    SHOW(mq_send(q, "high", 5, 32767));
    SHOW(ready());
    SHOW(mq_send(q, "low too", 8, 1));
    SHOW(mq_send(q, "full", 5, 1));
    SHOW(ready());
    attributes(q);
    memset(text, 0, sizeof text);
    SHOW(read(q, text, 100));
    printf("%s", text);
    for (int i = 0; i < 3; i++) {
        SHOW(mq_receive(q, text, 200, &priority));
        printf("%s with %u\n", text, priority);
    }
    mqd_t in = mq_open("/zonix-test", O_RDONLY), out = mq_open("/zonix-test", O_WRONLY);
    SHOW(mq_send(in, "x", 1, 0));
    SHOW(mq_receive(out, text, 200, NULL));
    SHOW(mq_send(out, "", 0, 5));
    SHOW(mq_receive(in, text, 200, &priority));
    SHOW(mq_close(in));
    SHOW(mq_close(out));
    SHOW(mq_close(out));

    struct mq_attr set = {.mq_flags = 0}, before;
    SHOW(mq_setattr(q, &set, &before));
    printf("flags before %lx\n", before.mq_flags);
    set.mq_flags = O_APPEND;
    SHOW(mq_setattr(q, &set, NULL));
    struct timespec when;
    clock_gettime(CLOCK_REALTIME, &when);
    when.tv_nsec += 20000000;
    when.tv_sec += when.tv_nsec / 1000000000;
    when.tv_nsec %= 1000000000;
    SHOW(mq_timedreceive(q, text, 200, NULL, &when));
    when.tv_nsec = 1000000000;
    SHOW(mq_timedreceive(q, text, 200, NULL, &when));
    when = (struct timespec){0, 0};
    SHOW(mq_timedreceive(q, text, 200, NULL, &when));
    SHOW(mq_timedsend(q, "expired, but there is room", 27, 0, &when));
    SHOW(mq_timedreceive(q, text, 200, NULL, &when));

    pthread_t a1, b1;
    void *x, *y;
    pthread_create(&a1, NULL, receiver, NULL);
    usleep(30000);
    SHOW(mq_send(q, "handed", 7, 3));
    pthread_join(a1, &x);
    printf("received %ld\n", (long)x);
    for (int i = 0; i < 3; i++)
        mq_send(q, "fill", 5, i);
    pthread_create(&a1, NULL, sender, (void *)9);
    usleep(30000);
    pthread_create(&b1, NULL, sender, (void *)1);
    usleep(30000);
    attributes(q);
    for (int i = 0; i < 5; i++) {
        mq_receive(q, text, 200, &priority);
        printf("%s with %u\n", text, priority);
    }
    pthread_join(a1, &x);
    pthread_join(b1, &y);
    printf("senders %ld %ld\n", (long)x, (long)y);

    struct sigaction action = {.sa_sigaction = on_message, .sa_flags = SA_SIGINFO};
    sigaction(SIGUSR1, &action, NULL);
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1, .sigev_value.sival_int = 42};
    SHOW(mq_notify(q, &event));
    SHOW(mq_notify(q, &event));
    SHOW(mq_send(q, "one", 4, 0));
    printf("told %d code %d value %d from %d\n", told, last.si_code, last.si_value.sival_int, last.si_pid == getpid());
    SHOW(mq_notify(q, &event));
    SHOW(mq_send(q, "two", 4, 0));
    printf("told %d: the queue was not empty\n", told);
    mq_receive(q, text, 200, NULL);
    mq_receive(q, text, 200, NULL);
    SHOW(mq_send(q, "three", 6, 0));
    printf("told %d\n", told);
    event.sigev_notify = SIGEV_NONE;
    SHOW(mq_notify(q, &event));
    SHOW(mq_notify(q, NULL));
    SHOW(mq_notify(q, NULL));
    event.sigev_notify = 7;
    SHOW(mq_notify(q, &event));
    event.sigev_notify = SIGEV_SIGNAL;
    event.sigev_signo = 65;
    SHOW(mq_notify(q, &event));
    SHOW(mq_notify(0, &event));
    SHOW(syscall(SYS_mq_notify, 99, NULL));
    SHOW(mq_getattr(0, &a));

    SHOW(mq_unlink("/zonix-test"));
    SHOW(mq_unlink("/zonix-test"));
    SHOW(mq_receive(q, text, 200, NULL));
    printf("%s\n", text);
    SHOW(mq_close(q));
    return 0;
}
