// The calls on signals, sockets, IPC, users, time and names that only i386 has. Built for x86-64 it makes today's calls, and prints the same.
// machine: i386
// flags: -static -Wno-unused-variable
#include "lib/check.h"
#include <fcntl.h>
#include <grp.h>
#include <mqueue.h>
#include <poll.h>
#include <signal.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/personality.h>
#include <sys/resource.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/sysinfo.h>
#include <sys/time.h>
#include <sys/times.h>
#include <sys/un.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <time.h>

#ifdef __i386__
#define ONLY_I386(old, today) (old)
#else
#define ONLY_I386(old, today) (today)
#endif
#define OLD(name, old, today) (errno = 0, result = ONLY_I386(old, today), tell(name))

static long result;
static volatile sig_atomic_t got, value, sender, code;

static void tell(const char *name)
{
    if (result == -1)
        printf("%s = -1 %s\n", name, strerrorname_np(errno));
    else
        printf("%s = %ld\n", name, result);
}

static void handler(int signo) { got = signo; }

static void informed(int signo, siginfo_t *info, void *context)
{
    got = signo;
    code = info->si_code;
    sender = info->si_pid == getpid();
    value = info->si_value.sival_int;
}

static void show_users(void)
{
    OLD("getuid", syscall(24), getuid());
    OLD("getgid", syscall(47), getgid());
    OLD("setresuid", syscall(164, 70000 & 0xffff, -1, -1), setresuid(4464, -1, -1));
    unsigned short r = 0, e = 0, s = 0;
    uid_t wr, we, ws;
    OLD("getresuid", syscall(165, &r, &e, &s), (getresuid(&wr, &we, &ws), r = wr, e = we, s = ws, 0));
    printf("%d %d %d\n", r, e, s);
    OLD("setreuid", syscall(70, 0, -1), setreuid(0, -1));
    unsigned short few[] = {7, 5, 6};
    gid_t many[] = {7, 5, 6};
    OLD("setgroups", syscall(81, 3, few), setgroups(3, many));
    OLD("getgroups", syscall(80, 3, few), getgroups(3, many));
    for (int i = 0; i < 3; i++)
        printf("%d\n", ONLY_I386(few[i], (int)many[i]));
    setresuid(100000, 0, 0);
    OLD("getuid of a large one", syscall(24), 65534);
    OLD("getuid32", syscall(199), getuid());
    setresuid(0, 0, 0);
}

static void show_signals(void)
{
#ifdef __i386__
    struct { void (*handler)(int); unsigned mask, flags; void *restorer; } action = {handler, 1 << (SIGUSR2 - 1), SA_RESTART, 0}, old;
    SHOW(syscall(67, SIGUSR1, &action, 0) == 0);
    SHOW(syscall(67, SIGUSR1, 0, &old) == 0);
    printf("%d %x %x\n", old.handler == handler, old.mask, old.flags & ~0x04000000);
    SHOW(syscall(67, SIGKILL, &action, 0) == -1);
#else
    struct sigaction action = {.sa_handler = handler, .sa_flags = SA_RESTART}, old;
    sigaddset(&action.sa_mask, SIGUSR2);
    sigaction(SIGUSR1, &action, 0);
    puts("syscall(67, SIGUSR1, &action, 0) == 0 = 1\nsyscall(67, SIGUSR1, 0, &old) == 0 = 1");
    sigaction(SIGUSR1, 0, &old);
    printf("%d %x %x\n", old.sa_handler == handler, 1 << (SIGUSR2 - 1), old.sa_flags & ~0x04000000);
    puts("syscall(67, SIGKILL, &action, 0) == -1 = 1");
#endif
    raise(SIGUSR1);
    printf("got %d\n", got);
    unsigned set = 1 << (SIGUSR1 - 1), before = 0;
    sigset_t blocked;
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGUSR1);
    OLD("sigprocmask", syscall(126, SIG_BLOCK, &set, &before), sigprocmask(SIG_BLOCK, &blocked, 0));
    got = 0;
    raise(SIGUSR1);
    unsigned pending = 0;
    OLD("sigpending", syscall(73, &pending), (pending = set, 0));
    printf("%x %d\n", pending, got);
    OLD("sgetmask", syscall(68), set);
    OLD("sigsuspend", syscall(72, 0, 0, 0), (sigemptyset(&blocked), sigsuspend(&blocked)));
    printf("got %d\n", got);
    OLD("ssetmask", syscall(69, 0), (sigprocmask(SIG_SETMASK, &blocked, 0), set));
    struct sigaction with_info = {.sa_sigaction = informed, .sa_flags = SA_SIGINFO};
    sigaction(SIGUSR2, &with_info, 0);
    union sigval v = {.sival_int = 42};
    SHOW(sigqueue(getpid(), SIGUSR2, v));
    printf("got %d code %d own %d value %d\n", got, code, sender, value);
    sigaction(SIGRTMIN + 5, &with_info, 0);
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGRTMIN + 5, .sigev_value.sival_int = 77};
    timer_t timer;
    SHOW(timer_create(CLOCK_MONOTONIC, &event, &timer));
    struct itimerspec once = {.it_value.tv_nsec = 1000000};
    SHOW(timer_settime(timer, 0, &once, 0));
    while (got != SIGRTMIN + 5)
        pause();
    printf("code %d value %d\n", code, value);
    SHOW(timer_delete(timer));
    stack_t stack = {.ss_sp = malloc(16384), .ss_size = 16384}, was;
    SHOW(sigaltstack(&stack, 0));
    SHOW(sigaltstack(0, &was));
    printf("%d %ld %d\n", was.ss_sp == stack.ss_sp, (long)was.ss_size, was.ss_flags);
    pid_t child = fork();
    if (child == 0)
        _exit(7);
    siginfo_t info = {0};
    struct rusage usage;
    SHOW(syscall(SYS_waitid, P_PID, child, &info, WEXITED | WNOWAIT, &usage));
    printf("%d %d %d %d\n", info.si_signo, info.si_code, info.si_pid == child, info.si_status);
    int status = 0;
    OLD("waitpid", syscall(7, child, &status, 0) == child, waitpid(child, &status, 0) == child);
    printf("%x\n", status);
}

static long call_socket(int call, long a, long b, long c, long d, long e, long f)
{
#ifdef __i386__
    long arguments[] = {a, b, c, d, e, f};
    return syscall(102, call, arguments);
#else
    static const int numbers[] = {0, SYS_socket, SYS_bind, SYS_connect, SYS_listen, SYS_accept, SYS_getsockname, SYS_getpeername, SYS_socketpair,
        SYS_sendto, SYS_recvfrom, SYS_sendto, SYS_recvfrom, SYS_shutdown, SYS_setsockopt, SYS_getsockopt, SYS_sendmsg, SYS_recvmsg, SYS_accept4,
        SYS_recvmmsg, SYS_sendmmsg};
    if (call < 1 || call > 20)
        return errno = EINVAL, -1;
    return syscall(numbers[call], a, b, c, d, call == 9 || call == 10 ? 0 : e, call == 9 || call == 10 ? 0 : f);
#endif
}

static void show_sockets(void)
{
    int ends[2];
    SHOW(call_socket(8, AF_UNIX, SOCK_STREAM, 0, (long)ends, 0, 0));
    SHOW(call_socket(9, ends[0], (long)"hello", 5, 0, 0, 0));
    char text[16] = "";
    SHOW(call_socket(10, ends[1], (long)text, 16, 0, 0, 0));
    puts(text);
    SHOW(call_socket(0, 0, 0, 0, 0, 0, 0));
    SHOW(call_socket(21, 0, 0, 0, 0, 0, 0));
    struct timeval limit = {3, 248000}, told = {0};
    socklen_t length = sizeof told;
    SHOW(call_socket(14, ends[0], SOL_SOCKET, SO_RCVTIMEO, (long)&limit, sizeof limit, 0));
    SHOW(call_socket(15, ends[0], SOL_SOCKET, SO_RCVTIMEO, (long)&told, (long)&length, 0));
    printf("%ld %ld %d\n", (long)told.tv_sec, (long)told.tv_usec, length == sizeof told);
    union { struct cmsghdr header; char room[CMSG_SPACE(2 * sizeof(int))]; } control = {0};
    struct iovec part = {"rights", 6};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = CMSG_SPACE(2 * sizeof(int))};
    struct cmsghdr *c = CMSG_FIRSTHDR(&message);
    c->cmsg_level = SOL_SOCKET;
    c->cmsg_type = SCM_RIGHTS;
    c->cmsg_len = CMSG_LEN(2 * sizeof(int));
    memcpy(CMSG_DATA(c), ends, sizeof ends);
    SHOW(setsockopt(ends[1], SOL_SOCKET, SO_PASSCRED, &(int){1}, sizeof(int)));
    SHOW(call_socket(16, ends[0], (long)&message, 0, 0, 0, 0));
    char large[256] = "";
    struct iovec into = {text, sizeof text};
    struct msghdr received = {.msg_iov = &into, .msg_iovlen = 1, .msg_control = large, .msg_controllen = sizeof large};
    SHOW(call_socket(17, ends[1], (long)&received, MSG_CMSG_CLOEXEC, 0, 0, 0));
    printf("flags %x\n", received.msg_flags);
    for (c = CMSG_FIRSTHDR(&received); c; c = CMSG_NXTHDR(&received, c))
    {
        printf("piece %d of %d bytes\n", c->cmsg_type, (int)(c->cmsg_len - CMSG_LEN(0)));
        if (c->cmsg_type == SCM_RIGHTS)
        {
            int *fds = (int *)CMSG_DATA(c);
            SHOW(fcntl(fds[0], F_GETFD));
            SHOW(write(fds[0], "again", 5));
        }
        else
        {
            struct ucred *who = (struct ucred *)CMSG_DATA(c);
            printf("%d %d\n", who->pid == getpid(), who->uid);
        }
    }
    struct mmsghdr several[2] = {{{.msg_iov = &into, .msg_iovlen = 1}}, {{.msg_iov = &into, .msg_iovlen = 1}}};
    SHOW(recvmmsg(ends[1], several, 2, MSG_DONTWAIT, 0));
    printf("%d\n", several[0].msg_len);
    struct iovec parts[2] = {{"ab", 2}, {"cd", 2}};
    struct mmsghdr sent[2] = {{{.msg_iov = parts, .msg_iovlen = 2}}, {{.msg_iov = parts + 1, .msg_iovlen = 1}}};
    SHOW(sendmmsg(ends[0], sent, 2, 0));
    printf("%d %d\n", sent[0].msg_len, sent[1].msg_len);
}

union semun { int val; struct semid_ds *buf; unsigned short *array; };

static void show_ipc(void)
{
    int set = semget(IPC_PRIVATE, 3, 0600);
    REQUIRE(set >= 0);
    struct sembuf up[] = {{0, 2, 0}, {2, 5, 0}};
    struct timespec soon = {0, 1000000};
    OLD("semop", syscall(117, 1, set, 2, 0, up), semop(set, up, 2));
    OLD("getval", syscall(117, 3, set, 2, GETVAL, &(int){0}), semctl(set, 2, GETVAL));
    struct semid_ds sems = {0};
    SHOW(semctl(set, 0, IPC_STAT, (union semun){.buf = &sems}));
    printf("%o %ld %d %d\n", sems.sem_perm.mode, (long)sems.sem_nsems, sems.sem_otime > 1000000000, sems.sem_ctime > 1000000000);
    struct sembuf down[] = {{1, -1, 0}};
    SHOW(semtimedop(set, down, 1, &soon));
    OLD("rmid", syscall(117, 3, set, 0, IPC_RMID, &(int){0}), semctl(set, 0, IPC_RMID));
    int queue = msgget(IPC_PRIVATE, 0600);
    struct { long type; char text[16]; } message = {3, "message"}, back = {0};
    OLD("msgsnd", syscall(117, 11, queue, 8, 0, &message), msgsnd(queue, &message, 8, 0));
    OLD("msgrcv", syscall(117, 12, queue, 16, IPC_NOWAIT, ((long[]){(long)&back, 3})), msgrcv(queue, &back, 16, 3, IPC_NOWAIT));
    printf("%ld %s\n", back.type, back.text);
    SHOW(msgsnd(queue, &message, 8, 0));
    struct msqid_ds queues = {0};
    SHOW(msgctl(queue, IPC_STAT, &queues));
    printf("%ld %ld %d %d\n", (long)queues.msg_qnum, (long)queues.msg_qbytes, queues.msg_lspid == getpid(), queues.msg_stime > 1000000000);
    SHOW(msgctl(queue, IPC_RMID, 0));
    int segment = shmget(IPC_PRIVATE, 8192, 0600);
    long at = 0;
    OLD("shmat", syscall(117, 21, segment, 0, &at, 0), (at = (long)shmat(segment, 0, 0), 0));
    strcpy((char *)at, "shared");
    struct shmid_ds segments = {0};
    SHOW(shmctl(segment, IPC_STAT, &segments));
    printf("%ld %ld %d %s\n", (long)segments.shm_segsz, (long)segments.shm_nattch, segments.shm_cpid == getpid(), (char *)at);
    OLD("shmdt", syscall(117, 22, 0, 0, 0, at), shmdt((void *)at));
    SHOW(shmctl(segment, IPC_RMID, 0));
    struct mq_attr wanted = {.mq_maxmsg = 4, .mq_msgsize = 32}, attributes = {0};
    mqd_t mq = mq_open("/i386-calls", O_CREAT | O_RDWR, 0600, &wanted);
    SHOW(mq_send(mq, "posix", 5, 9));
    SHOW(mq_getattr(mq, &attributes));
    printf("%ld %ld %ld\n", (long)attributes.mq_maxmsg, (long)attributes.mq_msgsize, (long)attributes.mq_curmsgs);
    char text[32] = "";
    unsigned priority = 0;
    SHOW(mq_receive(mq, text, 32, &priority));
    printf("%s %u\n", text, priority);
    mq_unlink("/i386-calls");
}

static void show_time(void)
{
    struct timespec now, then;
    clock_gettime(CLOCK_REALTIME, &now);
    int old_now[2] = {0};
    OLD("clock_gettime", syscall(265, CLOCK_REALTIME, old_now), (clock_gettime(CLOCK_REALTIME, &then), old_now[0] = then.tv_sec, 0));
    printf("%d\n", old_now[0] - now.tv_sec <= 2 && old_now[0] >= now.tv_sec);
    long long wide[2] = {0};
    OLD("clock_gettime64", syscall(403, CLOCK_REALTIME, wide), (clock_gettime(CLOCK_REALTIME, &then), wide[0] = then.tv_sec, 0));
    printf("%d\n", wide[0] - now.tv_sec <= 2 && wide[0] >= now.tv_sec);
    int seconds = 0;
    OLD("time", syscall(13, &seconds) == seconds, 1);
    OLD("nanosleep", syscall(162, ((int[]){0, 1000}), 0), (then = (struct timespec){0, 1000}, nanosleep(&then, 0)));
    OLD("nanosleep", syscall(162, ((int[]){0, 1000000000}), 0), (then = (struct timespec){0, 1000000000}, nanosleep(&then, 0)));
    OLD("stime", syscall(25, &seconds), (errno = EPERM, -1));
    struct itimerval timer = {{10, 5}, {100, 7}}, left;
    SHOW(setitimer(ITIMER_VIRTUAL, &timer, 0));
    SHOW(getitimer(ITIMER_VIRTUAL, &left));
    printf("%ld %ld %d\n", (long)left.it_interval.tv_sec, (long)left.it_interval.tv_usec, left.it_value.tv_sec >= 99);
    struct rusage usage;
    SHOW(getrusage(RUSAGE_SELF, &usage));
    printf("%d %d\n", usage.ru_maxrss > 100, usage.ru_minflt > 10);
    struct tms ticks = {-1, -1, -1, -1};
    SHOW(times(&ticks) != -1);
    printf("%d\n", ticks.tms_utime >= 0 && ticks.tms_cstime >= 0);
    struct sysinfo system;
    SHOW(sysinfo(&system));
    printf("%d %d %d\n", system.uptime >= 0, (unsigned long long)system.totalram * system.mem_unit > 1 << 20, system.procs > 0);
    int word = 5;
    OLD("futex", syscall(240, &word, 0, 5, ((int[]){0, 1000000}), 0, 0), syscall(SYS_futex, &word, 0, 5, &(struct timespec){0, 1000000}, 0, 0));
    OLD("futex_time64", syscall(422, &word, 0, 5, ((long long[]){0, 1000000}), 0, 0), syscall(SYS_futex, &word, 0, 5, &(struct timespec){0, 1000000}, 0, 0));
    OLD("nice", syscall(34, 3), (nice(3), 0));
    SHOW(getpriority(PRIO_PROCESS, 0));
}

static void show_limits(void)
{
    struct rlimit limit = {100, RLIM_INFINITY};
    SHOW(setrlimit(RLIMIT_STACK, &(struct rlimit){8 << 20, RLIM_INFINITY}));
    SHOW(setrlimit(RLIMIT_NICE, &limit) == 0 || errno == EPERM);
    unsigned old[2] = {0};
    OLD("old getrlimit", syscall(76, RLIMIT_STACK, old), (old[0] = 8 << 20, old[1] = 0x7fffffff, 0));
    printf("%u %x\n", old[0], old[1]);
    OLD("ugetrlimit", syscall(191, RLIMIT_STACK, old), (old[1] = 0xffffffff, 0));
    printf("%u %x\n", old[0], old[1]);
    SHOW(getrlimit(RLIMIT_STACK, &limit));
    printf("%ld %d\n", (long)limit.rlim_cur, limit.rlim_max == RLIM_INFINITY);
}

static void show_names(void)
{
    struct utsname names;
    SHOW(uname(&names));
    struct { char name[5][65]; } older = {0};
    OLD("olduname", syscall(109, &older), (memcpy(&older, &names, sizeof older), 0));
    printf("%d %d\n", !strcmp(older.name[2], names.release), !strcmp(older.name[4], names.machine));
    struct { char name[5][9]; } oldest = {0};
    OLD("oldolduname", syscall(59, &oldest), (strncpy(oldest.name[0], names.sysname, 8), strncpy(oldest.name[4], names.machine, 8), 0));
    printf("%s %s\n", oldest.name[0], oldest.name[4]);
    SHOW(personality(PER_LINUX32));
    uname(&names);
    puts(names.machine);
    SHOW(personality(PER_LINUX | UNAME26));
    uname(&names);
    printf("%.4s %s\n", names.release, names.machine);
    SHOW(personality(PER_LINUX));
}

int main(void)
{
    setvbuf(stdout, 0, _IONBF, 0);
    show_names();
    show_limits();
    show_time();
    show_signals();
    show_sockets();
    show_ipc();
    show_users();
    return 0;
}
