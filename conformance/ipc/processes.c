// What processes share by IPC: pipes and FIFOs between them, semaphores and their undo, segments over fork and exit, queues,
// notifications, memory of one another.
#define _GNU_SOURCE
#include "lib/check.h"
#include <fcntl.h>
#include <mqueue.h>
#include <signal.h>
#include <sched.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/wait.h>

static volatile int told;
static void on_message(int signal, siginfo_t *info, void *context)
{
    (void)signal, (void)context;
    told += info->si_value.sival_int;
}

static int ended(pid_t child)
{
    int status;
    REQUIRE(waitpid(child, &status, 0) == child);
    return status;
}

static void pipes(void)
{
    int forth[2], back[2];
    REQUIRE(pipe(forth) == 0 && pipe(back) == 0);
    pid_t child = fork();
    if (child == 0) {
        close(forth[1]);
        close(back[0]);
        int n;
        while (read(forth[0], &n, sizeof n) == sizeof n) {
            n *= 2;
            write(back[1], &n, sizeof n);
        }
        _exit(3);
    }
    close(forth[0]);
    close(back[1]);
    long sum = 0;
    for (int i = 0; i < 2000; i++) {
        int n = i;
        write(forth[1], &n, sizeof n);
        read(back[0], &n, sizeof n);
        sum += n;
    }
    close(forth[1]);
    char byte;
    SHOW(sum);
    SHOW(read(back[0], &byte, 1));
    printf("status %x\n", ended(child));
    child = fork();
    if (child == 0) {
        int broken[2];
        pipe(broken);
        close(broken[0]);
        write(broken[1], "x", 1);
        _exit(0);
    }
    printf("killed by the pipe: %x\n", ended(child));

    // Writes of at most PIPE_BUF bytes of two writers do not mix.
    int shared[2];
    pipe(shared);
    for (int w = 0; w < 2; w++) {
        if (fork() == 0) {
            static char line[4096];
            memset(line, 'a' + w, sizeof line);
            for (int i = 0; i < 200; i++)
                write(shared[1], line, 1 + (i * 997) % 4096);
            _exit(0);
        }
    }
    close(shared[1]);
    static char block[1 << 16];
    long total = 0, n, changes = 0;
    char last = 0;
    while ((n = read(shared[0], block, sizeof block)) > 0) {
        for (long i = 0; i < n; i++) {
            changes += block[i] != last;
            last = block[i];
        }
        total += n;
    }
    printf("total %ld, mixed %d\n", total, changes > 400);
    wait(NULL);
    wait(NULL);
}

static void semaphores(void)
{
    int set = semget(IPC_PRIVATE, 2, 0600);
    REQUIRE(set >= 0);
    struct sembuf take = {0, -1, SEM_UNDO}, give = {0, 1, 0}, add = {1, 5, SEM_UNDO};
    semop(set, &give, 1);
    pid_t child = fork();
    if (child == 0) {
        semop(set, &take, 1);
        semop(set, &add, 1);
        semop(set, &(struct sembuf){1, -2, 0}, 1);
        _exit(semctl(set, 0, GETVAL) * 10 + semctl(set, 1, GETVAL));
    }
    printf("in the child: %d\n", WEXITSTATUS(ended(child)));
    printf("undone: %d %d, last by the child %d\n", semctl(set, 0, GETVAL), semctl(set, 1, GETVAL), semctl(set, 0, GETPID) == child);
    child = fork();
    if (child == 0) {
        semop(set, &take, 1);
        raise(SIGKILL);
    }
    printf("status %x\n", ended(child));
    SHOW(semctl(set, 0, GETVAL));
    child = fork();
    if (child == 0) {
        semop(set, &take, 1);
        semctl(set, 0, SETVAL, 7);
        _exit(0);
    }
    ended(child);
    SHOW(semctl(set, 0, GETVAL));
    child = fork();
    if (child == 0)
        _exit(semop(set, &(struct sembuf){0, -100, 0}, 1) == -1 && errno == EIDRM);
    while (semctl(set, 0, GETNCNT) != 1)
        sched_yield();
    SHOW(semctl(set, 0, IPC_RMID));
    printf("status %x\n", ended(child));
}

static void segments(void)
{
    int id = shmget(IPC_PRIVATE, 8192, 0600);
    REQUIRE(id >= 0);
    volatile int *at = shmat(id, NULL, 0);
    struct shmid_ds s;
    SHOW(shmctl(id, IPC_RMID, NULL));
    pid_t child = fork();
    if (child == 0) {
        at[0] = 11;
        shmctl(id, IPC_STAT, &s);
        at[1] = s.shm_nattch;
        void *again = shmat(id, NULL, 0);
        shmctl(id, IPC_STAT, &s);
        at[2] = s.shm_nattch;
        ((int *)again)[1025] = 5;
        shmdt(again);
        shmctl(id, IPC_STAT, &s);
        at[3] = s.shm_nattch;
        _exit(0);
    }
    ended(child);
    shmctl(id, IPC_STAT, &s);
    printf("%d %d %d %d %d, attached %lu, last by the child %d\n", at[0], at[1], at[2], at[3], at[1025], s.shm_nattch, s.shm_lpid == child);
    child = fork();
    if (child == 0) {
        execl("/bin/true", "true", NULL);
        _exit(1);
    }
    ended(child);
    shmctl(id, IPC_STAT, &s);
    printf("after exec: attached %lu\n", s.shm_nattch);
    SHOW(shmdt((void *)at));
    SHOW(shmctl(id, IPC_STAT, &s));
}

static void queues(void)
{
    int q = msgget(IPC_PRIVATE, 0600);
    struct {
        long type;
        char text[16];
    } m = {1, "ping"};
    pid_t child = fork();
    if (child == 0) {
        msgrcv(q, &m, 16, 1, 0);
        m.type = 2;
        strcat(m.text, " pong");
        msgsnd(q, &m, 16, 0);
        _exit(0);
    }
    msgsnd(q, &m, 16, 0);
    msgrcv(q, &m, 16, 2, 0);
    struct msqid_ds s;
    msgctl(q, IPC_STAT, &s);
    printf("%s, sent by the child %d, received here %d\n", m.text, s.msg_lspid == child, s.msg_lrpid == getpid());
    ended(child);
    SHOW(msgctl(q, IPC_RMID, NULL));

    mq_unlink("/zonix-processes");
    struct mq_attr a = {.mq_maxmsg = 2, .mq_msgsize = 32};
    mqd_t posix = mq_open("/zonix-processes", O_RDWR | O_CREAT, 0600, &a);
    REQUIRE(posix != -1);
    struct sigaction action = {.sa_sigaction = on_message, .sa_flags = SA_SIGINFO | SA_RESTART};
    sigaction(SIGUSR1, &action, NULL);
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1, .sigev_value.sival_int = 21};
    SHOW(mq_notify(posix, &event));
    child = fork();
    if (child == 0) {
        int busy = mq_notify(posix, &event) == -1 && errno == EBUSY;
        mqd_t other = mq_open("/zonix-processes", O_WRONLY);
        mq_send(other, "hello", 6, 1);
        _exit(busy);
    }
    printf("status %x\n", ended(child));
    char text[32];
    SHOW(mq_receive(posix, text, 32, NULL));
    printf("told %d: %s\n", told, text);
    child = fork();
    if (child == 0)
        _exit(mq_notify(posix, &event) == 0);
    printf("status %x\n", ended(child));
    SHOW(mq_notify(posix, &event));
    SHOW(mq_close(posix));
    SHOW(mq_unlink("/zonix-processes"));
}

static void memory(void)
{
    static char text[8192], other[8192];
    int forth[2], back[2];
    pipe(forth);
    pipe(back);
    char *pages = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    mprotect(pages + 4096, 4096, PROT_NONE);
    pid_t child = fork();
    if (child == 0) {
        strcpy(text, "the child's");
        memset(pages, 'c', 4096);
        write(back[1], "r", 1);
        read(forth[0], other, 1);
        _exit(text[0] == 'T' && text[4] == 'X');
    }
    read(back[0], other, 1);
    struct iovec local[2] = {{other, 4}, {other + 4, 100}}, remote[2] = {{text, 12}, {pages, 8192}};
    SHOW(process_vm_readv(child, local, 2, remote, 1, 0));
    printf("%s\n", other);
    SHOW(process_vm_readv(child, local, 2, remote, 2, 0));
    struct iovec large = {other, 8192};
    SHOW(process_vm_readv(child, &large, 1, remote + 1, 1, 0));
    printf("%c\n", other[4095]);
    SHOW(process_vm_readv(child, &large, 1, &(struct iovec){pages + 4096, 10}, 1, 0));
    SHOW(process_vm_readv(child, &large, 1, remote, 2, 1));
    SHOW(process_vm_readv(child, &large, 0, remote, 2, 0));
    SHOW(process_vm_readv(child, &large, 1, remote, 0, 0));
    SHOW(process_vm_readv(child, &large, 1025, remote, 1, 0));
    SHOW(process_vm_readv(child, &large, 1, remote, 1025, 0));
    SHOW(process_vm_readv(child, (void *)8, 1, remote, 1, 0));
    SHOW(process_vm_readv(child, &large, 1, (void *)8, 1, 0));
    SHOW(process_vm_readv(child, &(struct iovec){(void *)8, 10}, 1, remote, 1, 0));
    SHOW(process_vm_readv(1 << 22, &large, 1, remote, 1, 0));
    SHOW(process_vm_writev(child, &(struct iovec){"T", 1}, 1, remote, 1, 0));
    SHOW(process_vm_writev(child, &(struct iovec){"X", 1}, 1, &(struct iovec){text + 4, 1}, 1, 0));
    SHOW(process_vm_writev(child, &(struct iovec){"constant", 8}, 1, &(struct iovec){(void *)"read-only", 8}, 1, 0));
    write(forth[1], "g", 1);
    printf("status %x, own text '%s'\n", ended(child), text);
    SHOW(process_vm_readv(child, &large, 1, remote, 1, 0));
}

static void permissions(void)
{
    int set = semget(IPC_PRIVATE, 1, 0640), q = msgget(IPC_PRIVATE, 0200), id = shmget(IPC_PRIVATE, 4096, 0444);
    struct semid_ds s;
    semctl(set, 0, IPC_STAT, &s);
    s.sem_perm.gid = 4321;
    semctl(set, 0, IPC_SET, &s);
    pid_t child = fork();
    if (child == 0) {
        REQUIRE(setgid(4321) == 0 && setuid(1234) == 0);
        char m[16] = {1};
        SHOW(semctl(set, 0, GETVAL));
        SHOW(semctl(set, 0, SETVAL, 1));
        SHOW(semop(set, &(struct sembuf){0, 1, 0}, 1));
        SHOW(semop(set, &(struct sembuf){0, 0, 0}, 1));
        SHOW(semctl(set, 0, IPC_RMID));
        SHOW(semctl(set, 0, IPC_SET, &s));
        SHOW(msgsnd(q, m, 1, 0));
        SHOW(msgrcv(q, m, 1, 0, IPC_NOWAIT));
        SHOW(msgctl(q, IPC_STAT, m));
        SHOW(shmat(id, NULL, 0) == (void *)-1);
        SHOW(shmat(id, NULL, SHM_RDONLY) == (void *)-1);
        SHOW(shmctl(id, IPC_RMID, NULL));
        SHOW(shmctl(id, SHM_LOCK, NULL));
        int own = msgget(0x5a0f, IPC_CREAT | 0600);
        struct msqid_ds attributes;
        SHOW(msgctl(own, IPC_STAT, &attributes));
        attributes.msg_qbytes = 20000;
        SHOW(msgctl(own, IPC_SET, &attributes));
        attributes.msg_qbytes = 10000;
        SHOW(msgctl(own, IPC_SET, &attributes));
        SHOW(msgctl(own, IPC_RMID, NULL));
        int p[2];
        pipe(p);
        SHOW(fcntl(p[0], F_SETPIPE_SZ, 1 << 21));
        SHOW(fcntl(p[0], F_SETPIPE_SZ, 1 << 20));
        struct iovec v = {m, 1};
        SHOW(process_vm_readv(getppid(), &v, 1, &v, 1, 0));
        _exit(0);
    }
    printf("status %x\n", ended(child));
    semctl(set, 0, IPC_RMID);
    msgctl(q, IPC_RMID, NULL);
    shmctl(id, IPC_RMID, NULL);
}

static void signals(void)
{
    sigset_t mask;
    sigemptyset(&mask);
    sigaddset(&mask, SIGCHLD);
    sigaddset(&mask, SIGUSR2);
    sigprocmask(SIG_BLOCK, &mask, NULL);
    int fd = signalfd(-1, &mask, 0);
    pid_t child = fork();
    if (child == 0)
        _exit(9);
    struct signalfd_siginfo info;
    SHOW(read(fd, &info, sizeof info));
    printf("%d code %d status %d from the child %d\n", info.ssi_signo, info.ssi_code, info.ssi_status, info.ssi_pid == (uint32_t)child);
    ended(child);
    // A process reads its own signals, whoever made the descriptor.
    child = fork();
    if (child == 0) {
        raise(SIGUSR2);
        _exit(read(fd, &info, sizeof info) == sizeof info && info.ssi_pid == (uint32_t)getpid());
    }
    printf("status %x\n", ended(child));
    read(fd, &info, sizeof info);
    close(fd);
    sigprocmask(SIG_UNBLOCK, &mask, NULL);
}

int main(void)
{
    setvbuf(stdout, NULL, _IONBF, 0);
    signal(SIGPIPE, SIG_DFL);
    pipes();
    semaphores();
    segments();
    queues();
    memory();
    permissions();
    signals();
    return 0;
}
