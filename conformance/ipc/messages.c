// System V message queues: types, exceptions, copies, limits, waiting senders and receivers, removal, controls.
// flags: -pthread
#define _GNU_SOURCE
#include "lib/check.h"
#include <pthread.h>
#include <sched.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/syscall.h>

#ifndef MSG_COPY
#define MSG_COPY 040000
#endif

struct message {
    long type;
    char text[9000];
};

static int queue;

static void put(long type, const char *text)
{
    struct message m = {.type = type};
    strcpy(m.text, text);
    REQUIRE(msgsnd(queue, &m, strlen(text) + 1, 0) == 0);
}

static void get(long type, size_t size, int flags)
{
    struct message m = {0};
    errno = 0;
    long n = msgrcv(queue, &m, size, type, flags);
    if (n < 0)
        printf("get %ld %zu %x: %s\n", type, size, flags, strerrorname_np(errno));
    else
        printf("get %ld %zu %x: %ld bytes, type %ld, %.20s\n", type, size, flags, n, m.type, m.text);
}

static void *receiver(void *argument)
{
    struct message m;
    errno = 0;
    long n = msgrcv(queue, &m, 50, (long)argument, 0);
    return (void *)(n < 0 ? -(long)errno : m.type * 1000 + n);
}

static void *sender(void *argument)
{
    struct message m = {.type = (long)argument};
    errno = 0;
    return (void *)(long)(msgsnd(queue, &m, 8000, 0) ? errno : 0);
}

static unsigned long count(void)
{
    struct msqid_ds s;
    msgctl(queue, IPC_STAT, &s);
    return s.msg_qnum;
}

static void asleep(int milliseconds) { usleep(milliseconds * 1000); }

int main(void)
{
    setvbuf(stdout, NULL, _IONBF, 0);
    key_t key = 0x5a02;
    int old = msgget(key, 0);
    if (old >= 0)
        msgctl(old, IPC_RMID, NULL);
    SHOW(msgget(key, 0600));
    queue = msgget(key, IPC_CREAT | 0620);
    REQUIRE(queue >= 0);
    SHOW(msgget(key, IPC_CREAT | IPC_EXCL | 0600));
    struct msqid_ds s;
    SHOW(msgctl(queue, IPC_STAT, &s));
    printf("mode %o qnum %lu qbytes %lu cbytes %lu stime %ld rtime %ld ctime %d lspid %d lrpid %d\n", s.msg_perm.mode, s.msg_qnum, s.msg_qbytes, s.__msg_cbytes,
           s.msg_stime, s.msg_rtime, s.msg_ctime > 1000000, s.msg_lspid, s.msg_lrpid);
    struct message m = {.type = 0};
    SHOW(msgsnd(queue, &m, 1, 0));
    m.type = 1;
    SHOW(msgsnd(queue, &m, 8193, 0));
    SHOW(msgsnd(queue, &m, -1, 0));
    SHOW(msgsnd(-1, &m, 1, 0));
    SHOW(syscall(SYS_msgsnd, queue, 8, 1, 0));
    SHOW(msgrcv(queue, &m, -1, 0, IPC_NOWAIT));
    SHOW(msgrcv(queue, &m, 1, 0, IPC_NOWAIT));
    SHOW(msgrcv(queue, &m, 1, 0, MSG_COPY));
    SHOW(msgrcv(queue, &m, 1, 0, MSG_COPY | IPC_NOWAIT | MSG_EXCEPT));

    for (int i = 0; i < 6; i++)
        put((int[]){3, 1, 2, 5, 1, 4}[i], (const char *[]){"three", "one", "two", "five", "one again", "four"}[i]);
    SHOW(count());
    get(2, 100, 0);
    get(2, 100, IPC_NOWAIT);
    get(-2, 100, 0);
    get(-4, 100, 0);
    get(-4, 100, 0);
    get(5, 100, MSG_EXCEPT);
    get(5, 100, MSG_EXCEPT | IPC_NOWAIT);
    get(0, 3, 0);
    get(0, 3, MSG_NOERROR);
    put(1, "a");
    put(2, "b");
    get(1, 10, MSG_COPY | IPC_NOWAIT);
    get(0, 10, MSG_COPY | IPC_NOWAIT);
    get(2, 10, MSG_COPY | IPC_NOWAIT);
    get(0, 1, MSG_COPY | IPC_NOWAIT | MSG_NOERROR);
    SHOW(count());
    get(0, 10, 0);
    get(0, 10, 0);

    m.type = 7;
    SHOW(msgsnd(queue, &m, 8192, 0));
    SHOW(msgsnd(queue, &m, 8192, 0));
    SHOW(msgsnd(queue, &m, 1, IPC_NOWAIT));
    SHOW(msgsnd(queue, &m, 0, IPC_NOWAIT));
    msgctl(queue, IPC_STAT, &s);
    printf("qnum %lu cbytes %lu\n", s.msg_qnum, s.__msg_cbytes);
    get(0, 9000, 0);
    get(0, 9000, 0);
    get(0, 9000, 0);

    pthread_t a, b;
    void *x, *y;
    pthread_create(&a, NULL, receiver, (void *)9);
    asleep(30);
    pthread_create(&b, NULL, receiver, (void *)0);
    asleep(30);
    put(8, "any");
    pthread_join(b, &y);
    put(9, "nine");
    pthread_join(a, &x);
    printf("received %ld %ld, left %lu\n", (long)x, (long)y, count());
    pthread_create(&a, NULL, receiver, (void *)0);
    asleep(30);
    m.type = 3;
    SHOW(msgsnd(queue, &m, 51, 0));
    pthread_join(a, &x);
    printf("too long for the receiver: %s, left %lu\n", strerrorname_np(-(long)x), count());
    get(0, 100, 0);

    pthread_create(&a, NULL, sender, (void *)1);
    while (count() != 1)
        sched_yield();
    pthread_create(&b, NULL, sender, (void *)2);
    while (count() != 2)
        sched_yield();
    pthread_join(a, &x);
    pthread_join(b, &y);
    pthread_create(&a, NULL, sender, (void *)3);
    asleep(30);
    SHOW(count());
    get(0, 9000, 0);
    pthread_join(a, &x);
    SHOW(count());
    printf("sender %ld\n", (long)x);
    get(0, 9000, 0);
    SHOW(msgctl(queue, IPC_STAT, &s));
    s.msg_qbytes = 8500;
    s.msg_perm.mode = 0666;
    SHOW(msgctl(queue, IPC_SET, &s));
    pthread_create(&a, NULL, sender, (void *)4);
    asleep(30);
    SHOW(count());
    s.msg_qbytes = 16384;
    SHOW(msgctl(queue, IPC_SET, &s));
    pthread_join(a, &x);
    SHOW(msgctl(queue, IPC_STAT, &s));
    printf("room made: %ld, qnum %lu, mode %o\n", (long)x, s.msg_qnum, s.msg_perm.mode);

    struct msginfo info;
    SHOW(msgctl(0, IPC_INFO, (void *)&info) >= 0);
    printf("%d %d %d %d %d %d %d %d\n", info.msgpool, info.msgmap, info.msgmax, info.msgmnb, info.msgmni, info.msgssz, info.msgtql, info.msgseg);
    int highest = msgctl(0, MSG_INFO, (void *)&info), seen = 0;
    for (int i = 0; i <= highest; i++)
        seen += msgctl(i, MSG_STAT, &s) == queue;
    printf("seen %d messages %d\n", seen, info.msgmap >= 2);
    SHOW(msgctl(queue, 99, &s));
    SHOW(msgctl(-1, IPC_STAT, &s));
    SHOW(msgctl(queue, IPC_STAT, (void *)8));

    pthread_create(&a, NULL, sender, (void *)5);
    pthread_create(&b, NULL, receiver, (void *)77);
    asleep(50);
    SHOW(msgctl(queue, IPC_RMID, NULL));
    pthread_join(a, &x);
    pthread_join(b, &y);
    printf("removed: %s %s\n", strerrorname_np((long)x), strerrorname_np(-(long)y));
    SHOW(msgctl(queue, IPC_RMID, NULL));
    SHOW(msgsnd(queue, &m, 1, 0));
    return 0;
}
