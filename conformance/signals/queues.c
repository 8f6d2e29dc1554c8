// flags: -pthread
// timeout: 60
// How many signals queue, what is kept of those beyond, whom a number means, and who takes a signal whose thread ends.
#include "lib/check.h"
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>

static volatile int handled;
static volatile long last_code;

static void count(int signal, siginfo_t *info, void *context)
{
    (void)signal;
    (void)context;
    handled++;
    last_code = info->si_code;
}

static void set_handler(int signal)
{
    struct sigaction action = {.sa_sigaction = count, .sa_flags = SA_SIGINFO | SA_RESTART};
    sigaction(signal, &action, NULL);
}

static void block(int how, int signal)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, signal);
    pthread_sigmask(how, &set, NULL);
}

// A user of its own, since the count is per user.
static void limits(void)
{
    pid_t child = fork();
    if (child == 0) {
        struct rlimit limit = {3, 3};
        SHOW(setresuid(54321, 54321, 54321));
        SHOW(setrlimit(RLIMIT_SIGPENDING, &limit));
        union sigval value = {.sival_int = 7};
        block(SIG_BLOCK, SIGRTMIN);
        block(SIG_BLOCK, SIGRTMIN + 1);
        block(SIG_BLOCK, SIGUSR1);
        for (int i = 0; i < 4; i++)
            SHOW(sigqueue(getpid(), SIGRTMIN, value));
        SHOW(sigqueue(getpid(), SIGUSR1, value));
        SHOW(kill(getpid(), SIGRTMIN + 1));
        SHOW(syscall(SYS_tgkill, getpid(), getpid(), SIGRTMIN));
        timer_t timer;
        SHOW(timer_create(CLOCK_MONOTONIC, NULL, &timer));
        sigset_t wanted;
        sigemptyset(&wanted);
        for (int i = 0; i < 2; i++)
            sigaddset(&wanted, SIGRTMIN + i);
        sigaddset(&wanted, SIGUSR1);
        struct timespec none = {0};
        siginfo_t info;
        int signal;
        while ((signal = sigtimedwait(&wanted, &info, &none)) > 0)
            printf("took %d code %d pid %d value %d\n", signal, info.si_code, info.si_pid == getpid(), info.si_value.sival_int);
        SHOW(sigqueue(getpid(), SIGRTMIN, value));
        SHOW(timer_create(CLOCK_MONOTONIC, NULL, &timer));
        SHOW(timer_delete(timer));
        fflush(stdout);
        _exit(0);
    }
    waitpid(child, NULL, 0);
}

static void *wait_forever(void *argument)
{
    *(pid_t *)argument = gettid();
    block(SIG_BLOCK, SIGUSR1);
    sem_post((sem_t *)((char *)argument + 8));
    for (;;)
        pause();
    return NULL;
}

// The number of a thread stands for its process.
static void numbers(void)
{
    static struct {
        _Alignas(8) pid_t tid;
        _Alignas(8) sem_t ready;
    } shared;
    sem_init(&shared.ready, 0, 0);
    pthread_t thread;
    pthread_create(&thread, NULL, wait_forever, &shared);
    sem_wait(&shared.ready);
    set_handler(SIGUSR1);
    handled = 0;
    SHOW(kill(shared.tid, SIGUSR1));
    printf("handled %d code %ld\n", handled, last_code);
    siginfo_t info = {.si_code = SI_QUEUE, .si_signo = SIGUSR1};
    SHOW(syscall(SYS_rt_sigqueueinfo, shared.tid, SIGUSR1, &info));
    printf("handled %d code %ld\n", handled, last_code);
    SHOW(kill(shared.tid, 0));
    pthread_cancel(thread);
    pthread_join(thread, NULL);
}

static void *end_at_once(void *argument)
{
    sem_wait(argument);
    return NULL;
}

static void *take(void *argument)
{
    while (handled == 0)
        pause();
    return argument;
}

// A signal that a thread was told of, but did not come to take, is taken by another one.
static void ending_threads(void)
{
    set_handler(SIGUSR2);
    int lost = 0;
    for (int i = 0; i < 300; i++) {
        pthread_t thread, taker;
        sem_t go;
        sem_init(&go, 0, 0);
        handled = 0;
        // Threads start with the mask of their maker, which lets SIGUSR2 through only to them.
        pthread_create(&thread, NULL, end_at_once, &go);
        pthread_create(&taker, NULL, take, NULL);
        block(SIG_BLOCK, SIGUSR2);
        sem_post(&go);
        kill(getpid(), SIGUSR2);
        for (int wait = 0; handled == 0 && wait < 2000; wait++)
            usleep(1000);
        lost += handled == 0;
        while (handled == 0)
            pthread_kill(taker, SIGUSR2);
        // It may have looked before the handler ran in the other thread.
        while (pthread_tryjoin_np(taker, NULL) != 0) {
            pthread_kill(taker, SIGUSR2);
            sched_yield();
        }
        pthread_join(thread, NULL);
        block(SIG_UNBLOCK, SIGUSR2);
        sem_destroy(&go);
    }
    printf("lost %d\n", lost);
}

// A child that was not waited for still has its parameters.
static void ended_children(void)
{
    pid_t child = fork();
    if (child == 0) {
        setpriority(PRIO_PROCESS, 0, 19);
        _exit(3);
    }
    siginfo_t info;
    waitid(P_PID, child, &info, WEXITED | WNOWAIT);
    struct sched_param parameter = {0};
    cpu_set_t set;
    SHOW(sched_getscheduler(child));
    SHOW(sched_getparam(child, &parameter));
    SHOW(sched_getaffinity(child, sizeof set, &set) > 0);
    SHOW(sched_setscheduler(child, SCHED_OTHER, &parameter));
    SHOW(kill(child, SIGTERM));
    SHOW(syscall(SYS_tgkill, child, child, 0));
    SHOW(waitpid(child, NULL, 0) == child);
    SHOW(sched_getscheduler(child));
    SHOW(kill(child, SIGTERM));
}

static void shown_sets(void)
{
    char line[200];
    signal(SIGHUP, SIG_IGN);
    block(SIG_BLOCK, SIGTERM);
    block(SIG_BLOCK, SIGINT);
    kill(getpid(), SIGTERM);
    syscall(SYS_tgkill, getpid(), gettid(), SIGINT);
    FILE *file = fopen("/proc/self/status", "r");
    while (fgets(line, sizeof line, file)) {
        if (!strncmp(line, "SigPnd", 6) || !strncmp(line, "ShdPnd", 6) || !strncmp(line, "SigBlk", 6) || !strncmp(line, "SigCgt", 6))
            printf("%s", line);
        if (!strncmp(line, "SigIgn", 6))
            printf("SIGHUP ignored %d\n", (int)(strtoul(line + 7, NULL, 16) & 1));
    }
    fclose(file);
    signal(SIGTERM, SIG_IGN);
    signal(SIGINT, SIG_IGN);
}

static void by_directory(void)
{
    set_handler(SIGUSR1);
    block(SIG_UNBLOCK, SIGUSR1);
    handled = 0;
    int directory = open("/proc/self", O_DIRECTORY), other = open("/proc/self/task", O_DIRECTORY), path = open("/proc/self", O_PATH);
    SHOW(syscall(SYS_pidfd_send_signal, directory, SIGUSR1, NULL, 0));
    SHOW(syscall(SYS_pidfd_send_signal, other, SIGUSR1, NULL, 0));
    SHOW(syscall(SYS_pidfd_send_signal, path, SIGUSR1, NULL, 0));
    printf("handled %d\n", handled);
}

static void io_priorities(void)
{
    SHOW(syscall(SYS_ioprio_get, 1, 0));
    SHOW(syscall(SYS_ioprio_set, 1, 0, (2 << 13) | 6));
    SHOW(syscall(SYS_ioprio_get, 1, 0));
    SHOW(syscall(SYS_ioprio_set, 1, 0, 3));
    SHOW(syscall(SYS_ioprio_set, 1, 0, 7 << 13));
    SHOW(syscall(SYS_ioprio_set, 4, 0, 0));
    SHOW(syscall(SYS_ioprio_get, 0, 0));
    SHOW(syscall(SYS_ioprio_get, 1, 99999999));
    pid_t child = fork();
    if (child == 0) {
        printf("inherited %ld\n", syscall(SYS_ioprio_get, 1, 0));
        fflush(stdout);
        _exit(0);
    }
    waitpid(child, NULL, 0);
    SHOW(syscall(SYS_ioprio_set, 1, 0, 0));
}

int main(void)
{
    setvbuf(stdout, NULL, _IOLBF, 0);
    limits();
    numbers();
    ending_threads();
    ended_children();
    shown_sets();
    by_directory();
    io_priorities();
    return 0;
}
