// System V semaphores: rules of semget, atomic operations, waiting for growth and for zero, order, timeouts, undo at the
// end of a thread, removal, controls, permissions, limits.
// flags: -pthread
#define _GNU_SOURCE
#include "lib/check.h"
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <sys/ipc.h>
#include <sys/sem.h>
#include <sys/syscall.h>
#include <time.h>

union semun {
    int val;
    struct semid_ds *buf;
    unsigned short *array;
    struct seminfo *info;
};

static int set;
static volatile int order[8], ordered;

static int op(int number, int change, int flags)
{
    struct sembuf b = {number, change, flags};
    return semop(set, &b, 1);
}

static void *taker(void *argument)
{
    long amount = (long)argument;
    if (op(0, -amount, 0) == 0)
        order[__atomic_fetch_add(&ordered, 1, __ATOMIC_SEQ_CST)] = amount;
    return NULL;
}

static void *zero_waiter(void *argument)
{
    (void)argument;
    return (void *)(long)op(0, 0, 0);
}

static void *removed_waiter(void *argument)
{
    (void)argument;
    errno = 0;
    op(0, -1000, 0);
    return (void *)(long)errno;
}

static void wait_count(int command, int wanted)
{
    while (semctl(set, 0, command) != wanted)
        sched_yield();
}

static void noop(int signal) { (void)signal; }

int main(void)
{
    setvbuf(stdout, NULL, _IONBF, 0);
    SHOW(semget(IPC_PRIVATE, 0, 0600));
    SHOW(semget(IPC_PRIVATE, -1, 0600));
    SHOW(semget(IPC_PRIVATE, 32001, 0600));
    key_t key = 0x5a01;
    int old = semget(key, 0, 0);
    if (old >= 0)
        semctl(old, 0, IPC_RMID);
    SHOW(semget(key, 3, 0600));
    set = semget(key, 3, IPC_CREAT | 0640);
    REQUIRE(set >= 0);
    SHOW(semget(key, 3, IPC_CREAT | IPC_EXCL | 0600));
    SHOW(semget(key, 3, 0) == set);
    SHOW(semget(key, 0, 0) == set);
    SHOW(semget(key, 4, 0));
    struct semid_ds status;
    union semun arg = {.buf = &status};
    SHOW(semctl(set, 0, IPC_STAT, arg));
    printf("mode %o nsems %lu key %x otime %d ctime %d seq %d\n", status.sem_perm.mode, status.sem_nsems, status.sem_perm.__key, status.sem_otime != 0,
           status.sem_ctime > 1000000, 0);
    unsigned short values[3] = {1, 2, 3};
    arg.array = values;
    SHOW(semctl(set, 0, SETALL, arg));
    SHOW(semctl(set, 1, GETVAL));
    SHOW(semctl(set, 3, GETVAL));
    SHOW(semctl(set, -1, GETVAL));
    SHOW(semctl(set, 1, GETPID) == getpid());
    arg.val = 32768;
    SHOW(semctl(set, 1, SETVAL, arg));
    arg.val = -1;
    SHOW(semctl(set, 1, SETVAL, arg));
    arg.val = 32767;
    SHOW(semctl(set, 1, SETVAL, arg));
    SHOW(op(1, 1, 0));
    SHOW(op(3, 1, 0));
    SHOW(op(0, -2, IPC_NOWAIT));
    SHOW(op(0, 0, IPC_NOWAIT));
    struct sembuf two[2] = {{0, -1, 0}, {2, -4, IPC_NOWAIT}};
    SHOW(semop(set, two, 2));
    SHOW(semctl(set, 0, GETVAL));
    two[1].sem_op = -3;
    SHOW(semop(set, two, 2));
    SHOW(semctl(set, 0, GETVAL));
    SHOW(semctl(set, 2, GETVAL));
    struct sembuf same[2] = {{0, 2, 0}, {0, -1, 0}};
    SHOW(semop(set, same, 2));
    SHOW(semctl(set, 0, GETVAL));
    SHOW(semop(set, same, 0));
    SHOW(semop(set, NULL, 1));
    SHOW(semop(-1, same, 1));
    static struct sembuf many[501];
    SHOW(semop(set, many, 501));
    struct timespec time = {0, -1};
    SHOW(semtimedop(set, same, 1, &time));
    time = (struct timespec){0, 10000000};
    SHOW(semtimedop(set, &(struct sembuf){0, -100, 0}, 1, &time));
    SHOW(semtimedop(set, &(struct sembuf){0, -1, 0}, 1, &time));
    SHOW(syscall(SYS_semtimedop, set, same, 1, (void *)8));

    // Waiters are served in order, and one that cannot go does not hold up those behind it.
    pthread_t threads[4];
    long amounts[4] = {5, 1, 2, 1};
    for (int i = 0; i < 4; i++) {
        pthread_create(&threads[i], NULL, taker, (void *)amounts[i]);
        wait_count(GETNCNT, i + 1);
    }
    SHOW(op(0, 3, 0));
    wait_count(GETNCNT, 2);
    while (ordered < 2)
        sched_yield();
    SHOW(op(0, 5, 0));
    SHOW(op(0, 1, 0));
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    SHOW(semctl(set, 0, GETVAL));

    void *result;
    arg.val = 2;
    SHOW(semctl(set, 0, SETVAL, arg));
    pthread_create(&threads[0], NULL, zero_waiter, NULL);
    wait_count(GETZCNT, 1);
    SHOW(op(0, -1, 0));
    SHOW(semctl(set, 0, GETZCNT));
    SHOW(op(0, -1, 0));
    pthread_join(threads[0], &result);
    printf("zero waiter %ld\n", (long)result);

    // Interrupted by a handler, whatever its flags.
    struct sigaction action = {.sa_handler = noop, .sa_flags = SA_RESTART};
    sigaction(SIGALRM, &action, NULL);
    timer_t timer;
    timer_create(CLOCK_MONOTONIC, NULL, &timer);
    timer_settime(timer, 0, &(struct itimerspec){.it_value = {0, 20000000}}, NULL);
    SHOW(op(0, -1, 0));
    SHOW(semctl(set, 0, GETNCNT));

    SHOW(op(2, 7, SEM_UNDO));
    SHOW(semctl(set, 2, GETVAL));
    SHOW(op(1, -32767, SEM_UNDO));
    SHOW(op(1, 2, 0));
    SHOW(op(1, -2, SEM_UNDO));

    SHOW(semctl(set, 0, IPC_STAT, (union semun){.buf = &status}));
    printf("otime set: %d\n", status.sem_otime > 1000000);
    status.sem_perm.mode = 0604;
    status.sem_perm.uid = 12;
    SHOW(semctl(set, 0, IPC_SET, (union semun){.buf = &status}));
    SHOW(semctl(set, 0, IPC_STAT, (union semun){.buf = &status}));
    printf("mode %o uid %d cuid %d\n", status.sem_perm.mode, status.sem_perm.uid, status.sem_perm.cuid);
    struct seminfo info;
    SHOW(semctl(0, 0, IPC_INFO, (union semun){.info = &info}) >= 0);
    printf("%d %d %d %d %d %d %d %d %d %d\n", info.semmap, info.semmni, info.semmns, info.semmnu, info.semmsl, info.semopm, info.semume, info.semusz,
           info.semvmx, info.semaem);
    int highest = semctl(0, 0, SEM_INFO, (union semun){.info = &info});
    int seen = 0;
    for (int i = 0; i <= highest; i++)
        seen += semctl(i, 0, SEM_STAT, (union semun){.buf = &status}) == set;
    printf("seen by index: %d, used %d\n", seen, info.semusz >= 1 && info.semaem >= 3);
    SHOW(semctl(set, 0, 99, arg));
    SHOW(semctl(set, 0, IPC_STAT, (union semun){.buf = (void *)8}));
    SHOW(semctl(set, 0, GETALL, (union semun){.array = (void *)8}));
    SHOW(semctl(set + 32768, 0, GETVAL));

    pthread_create(&threads[0], NULL, removed_waiter, NULL);
    wait_count(GETNCNT, 1);
    SHOW(semctl(set, 0, IPC_RMID));
    pthread_join(threads[0], &result);
    printf("removed: %s\n", strerrorname_np((int)(long)result));
    SHOW(semctl(set, 0, IPC_RMID));
    SHOW(op(0, 1, 0));
    int again = semget(key, 1, IPC_CREAT | 0600);
    printf("a new number: %d\n", again != set);
    semctl(again, 0, IPC_RMID);
    return 0;
}
