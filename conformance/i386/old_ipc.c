// System V IPC with the structures of before Linux 2.4: ipc(2) without IPC_64. Built for x86-64 it makes today's calls, and prints the same.
// machine: i386
// flags: -static
// needs: root
#include "lib/check.h"
#include <stddef.h>
#include <stdint.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/syscall.h>

struct perm { int key; uint16_t uid, gid, cuid, cgid, mode, seq; };
struct old_sem { struct perm perm; uint32_t otime, ctime, base, pending, pending_last, undo; uint16_t nsems; };
struct old_msg { struct perm perm; uint32_t first, last, stime, rtime, ctime, lcbytes, lqbytes; uint16_t cbytes, qnum, qbytes, lspid, lrpid; };
struct old_shm { struct perm perm; uint32_t size, atime, dtime, ctime; uint16_t cpid, lpid, nattch, unused; uint32_t unused2, unused3; };
struct old_limits { int max, min, mni, seg, all; };
union semun { int val; struct semid_ds *buf; unsigned short *array; };

// What is compared, by either interface.
struct seen { unsigned uid, gid, cuid, mode, number, size, extra; int time, other_time, pid, last; };

static void show(const char *what, long result, const struct seen *seen)
{
    printf("%s: %s uid %u gid %u cuid %u mode %o", what, result == -1 ? strerrorname_np(errno) : "done", seen->uid, seen->gid, seen->cuid, seen->mode);
    printf(" number %u size %u extra %u times %d %d pids %d %d\n", seen->number, seen->size, seen->extra, seen->time, seen->other_time, seen->pid, seen->last);
}

static int recent(long at) { return at == 0 ? 0 : at > 1000000000 ? 1 : -1; }
static int mine(int pid) { return pid == 0 ? 0 : pid == getpid() || pid == (uint16_t)getpid() ? 1 : -1; }

#ifdef __i386__
static long ipc(int call, int first, int second, int third, void *pointer) { return syscall(SYS_ipc, call, first, second, third, pointer, 0); }

static long semaphores(int set, int command, struct seen *seen, int uid, int mode)
{
    struct old_sem old;
    memset(&old, 0x55, sizeof old);
    old.perm = (struct perm){ .uid = uid, .gid = 7, .mode = mode };
    void *argument = &old;
    long result = ipc(3, set, 0, command, &argument);
    *seen = (struct seen){ old.perm.uid, old.perm.gid, old.perm.cuid, old.perm.mode, old.nsems, 0, old.base | old.pending | old.undo, recent(old.otime), recent(old.ctime), 0, 0 };
    return result;
}

static long queues(int queue, int command, struct seen *seen, int uid, int mode, int bytes)
{
    struct old_msg old;
    memset(&old, 0x55, sizeof old);
    old.perm = (struct perm){ .uid = uid, .gid = 7, .mode = mode };
    // What has no room in 16 bits lies beside it.
    old.qbytes = bytes == 8192 ? 0 : bytes;
    old.lqbytes = bytes;
    long result = ipc(14, queue, command, 0, &old);
    *seen = (struct seen){ old.perm.uid, old.perm.gid, old.perm.cuid, old.perm.mode, old.qnum, old.cbytes, old.qbytes, recent(old.stime), recent(old.rtime), mine(old.lspid), mine(old.lrpid) };
    if (result != -1 && command != IPC_SET && (old.lcbytes != old.cbytes || old.lqbytes != old.qbytes || old.first || old.last))
        puts("the long counts are others");
    return result;
}

static long segments(int segment, int command, struct seen *seen, int uid, int mode)
{
    struct old_shm old;
    memset(&old, 0x55, sizeof old);
    old.perm = (struct perm){ .uid = uid, .gid = 7, .mode = mode };
    long result = ipc(24, segment, command, 0, &old);
    *seen = (struct seen){ old.perm.uid, old.perm.gid, old.perm.cuid, old.perm.mode, old.nattch, old.size, 0, recent(old.atime), recent(old.dtime), mine(old.cpid), mine(old.lpid) };
    return result;
}
#else
#define FULL(structure, perm) structure.perm.uid = uid, structure.perm.gid = 7, structure.perm.mode = mode
static unsigned narrow(unsigned id) { return id > 65535 ? 65534 : id; }

static long semaphores(int set, int command, struct seen *seen, int uid, int mode)
{
    struct semid_ds now = { 0 };
    FULL(now, sem_perm);
    long result = semctl(set, 0, command, (union semun){ .buf = &now });
    *seen = (struct seen){ narrow(now.sem_perm.uid), now.sem_perm.gid, now.sem_perm.cuid, now.sem_perm.mode, now.sem_nsems, 0, 0, recent(now.sem_otime), recent(now.sem_ctime), 0, 0 };
    return result;
}

static long queues(int queue, int command, struct seen *seen, int uid, int mode, int bytes)
{
    struct msqid_ds now = { 0 };
    FULL(now, msg_perm);
    now.msg_qbytes = bytes;
    long result = msgctl(queue, command, &now);
    *seen = (struct seen){ narrow(now.msg_perm.uid), now.msg_perm.gid, now.msg_perm.cuid, now.msg_perm.mode, now.msg_qnum, now.__msg_cbytes, now.msg_qbytes, recent(now.msg_stime), recent(now.msg_rtime), mine(now.msg_lspid), mine(now.msg_lrpid) };
    return result;
}

static long segments(int segment, int command, struct seen *seen, int uid, int mode)
{
    struct shmid_ds now = { 0 };
    FULL(now, shm_perm);
    long result = shmctl(segment, command, &now);
    *seen = (struct seen){ narrow(now.shm_perm.uid), now.shm_perm.gid, now.shm_perm.cuid, now.shm_perm.mode, now.shm_nattch, now.shm_segsz, 0, recent(now.shm_atime), recent(now.shm_dtime), mine(now.shm_cpid), mine(now.shm_lpid) };
    return result;
}
#endif

// What a call took in is not shown: only what it answers.
static void tell(const char *what, long result) { printf("%s: %s\n", what, result == -1 ? strerrorname_np(errno) : "done"); }

static void show_limits(void)
{
#ifdef __i386__
    struct old_limits limits;
    long result = ipc(24, 0, IPC_INFO, 0, &limits);
    printf("limits: %d max %x min %d numbers %d\n", result >= 0, limits.max, limits.min, limits.mni == limits.seg);
    tell("limits nowhere", ipc(24, 0, IPC_INFO, 0, (void *)16));
    tell("status nowhere", ipc(14, msgget(0x7a6f, 0600), IPC_STAT, 0, (void *)16));
    tell("no such command", ipc(14, msgget(0x7a6f, 0600), 77, 0, &limits));
#else
    struct shminfo limits;
    long result = shmctl(0, IPC_INFO, (struct shmid_ds *)&limits);
    printf("limits: %d max %x min %d numbers %d\n", result >= 0, limits.shmmax > INT32_MAX ? INT32_MAX : (int)limits.shmmax, (int)limits.shmmin, limits.shmmni == limits.shmseg);
    puts("limits nowhere: EFAULT\nstatus nowhere: EFAULT\nno such command: EINVAL");
#endif
}

int main(void)
{
    struct seen seen;
    int set = semget(IPC_PRIVATE, 3, 0640), queue = msgget(0x7a6f, IPC_CREAT | 0640), segment = shmget(IPC_PRIVATE, 12345, 0640);
    REQUIRE(set >= 0 && queue >= 0 && segment >= 0);
    long result = semaphores(set, IPC_STAT, &seen, 1, 1);
    show("set", result, &seen);
    semop(set, &(struct sembuf){ 1, 1, 0 }, 1);
    result = semaphores(set, IPC_STAT, &seen, 1, 1);
    show("operated on", result, &seen);
    tell("set it", semaphores(set, IPC_SET, &seen, 1000, 0604));
    result = semaphores(set, IPC_STAT, &seen, 1, 1);
    show("set", result, &seen);
    struct semid_ds whole;
    semctl(set, 0, IPC_STAT, (union semun){ .buf = &whole });
    printf("today's: %d %d %o\n", whole.sem_perm.uid, whole.sem_perm.gid, whole.sem_perm.mode);
    // A number that needs more than 16 bits.
    whole.sem_perm.uid = 100000;
    tell("far user", semctl(set, 0, IPC_SET, (union semun){ .buf = &whole }));
    result = semaphores(set, IPC_STAT, &seen, 1, 1);
    show("far user", result, &seen);
    result = queues(queue, IPC_STAT, &seen, 1, 1, 1);
    show("queue", result, &seen);
    struct { long type; char text[10]; } message = { 1, "ten bytes" };
    msgsnd(queue, &message, 10, 0);
    msgsnd(queue, &message, 10, 0);
    msgrcv(queue, &message, 10, 0, 0);
    result = queues(queue, IPC_STAT, &seen, 1, 1, 1);
    show("queue", result, &seen);
    tell("set it", queues(queue, IPC_SET, &seen, 1000, 0604, 4096));
    result = queues(queue, IPC_STAT, &seen, 1, 1, 1);
    show("queue", result, &seen);
    tell("set it by the long limit", queues(queue, IPC_SET, &seen, 0, 0600, 8192));
    result = queues(queue, IPC_STAT, &seen, 1, 1, 1);
    show("queue", result, &seen);
    result = segments(segment, IPC_STAT, &seen, 1, 1);
    show("segment", result, &seen);
    void *at = shmat(segment, NULL, 0);
    result = segments(segment, IPC_STAT, &seen, 1, 1);
    show("attached", result, &seen);
    shmdt(at);
    tell("set it", segments(segment, IPC_SET, &seen, 1000, 0604));
    result = segments(segment, IPC_STAT, &seen, 1, 1);
    show("segment", result, &seen);
    show_limits();
    tell("gone", semctl(set, 0, IPC_RMID) | msgctl(queue, IPC_RMID, NULL) | shmctl(segment, IPC_RMID, NULL));
    tell("missing", semaphores(set, IPC_STAT, &seen, 1, 1));
    tell("missing", queues(queue, IPC_STAT, &seen, 1, 1, 1));
    tell("missing", segments(segment, IPC_STAT, &seen, 1, 1));
    return 0;
}
