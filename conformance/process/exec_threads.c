// execve(2) from a process with several tasks: the one that calls becomes the only one and takes the process's number, whether the main task
// waits, ends at the same time or has ended before, and whatever the others do. i386/exec_threads.c is the same in the other width.
// flags: -static -pthread
// timeout: 120
#include "lib/check.h"
#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/syscall.h>
#include <sys/wait.h>

enum { ROUNDS = 60, IDLE = 3 };

static char self[4096];
static const char *mode;
static volatile int ready;
static int held;

static int count_tasks(void)
{
    DIR *tasks = opendir("/proc/self/task");
    int count = 0;
    for (struct dirent *entry; tasks && (entry = readdir(tasks));)
        count += entry->d_name[0] != '.' ? atoi(entry->d_name) == getpid() ? 1 : 100 : 0;
    if (tasks)
        closedir(tasks);
    return count;
}

// The new program: exit code 0 when it is alone, has the number, and nothing of the old one is left.
static int check(const char *name)
{
    int failed = 0;
    failed |= (syscall(SYS_gettid) != getpid()) << 0;
    failed |= (syscall(SYS_tgkill, getpid(), getpid(), 0) != 0) << 1;
    failed |= (count_tasks() != 1) << 2;
    // The lock's descriptor was closed by execve, and others must not keep it.
    int lock = open(name, O_RDWR);
    failed |= (lock < 0 || flock(lock, LOCK_EX | LOCK_NB) != 0) << 3;
    failed |= (sched_getscheduler(getpid()) != SCHED_OTHER) << 4;
    char link[4096] = "";
    failed |= (readlink("/proc/self/exe", link, sizeof link - 1) <= 0 || strcmp(link, self) != 0) << 5;
    sigset_t set;
    failed |= (sigprocmask(SIG_BLOCK, NULL, &set) != 0 || kill(getpid(), 0) != 0) << 6;
    return failed;
}

static void *idle(void *argument)
{
    __sync_fetch_and_add(&ready, 1);
    for (;;) {
        if (argument)
            pause();
        else
            sched_yield();
    }
    return NULL;
}

static void *leave(void *argument)
{
    __sync_fetch_and_add(&ready, 1);
    while (ready < IDLE + 2)
        sched_yield();
    return argument;
}

static void *start(void *name)
{
    while (mode[0] != 'a' && ready < IDLE + 1)
        sched_yield();
    __sync_fetch_and_add(&ready, 1);
    if (mode[0] == 'b' || mode[0] == 'a') {
        // The main task is seen to be gone.
        char state[4096] = "", path[64];
        do {
            snprintf(path, sizeof path, "/proc/self/task/%d/stat", getpid());
            int fd = open(path, O_RDONLY | O_CLOEXEC);
            ssize_t length = fd < 0 ? 0 : read(fd, state, sizeof state - 1);
            close(fd);
            state[length > 0 ? length : 0] = 0;
            sched_yield();
        } while (!strstr(state, ") Z "));
    }
    execl(self, self, "check", name, NULL);
    _exit(90);
}

static void run(const char *name)
{
    pthread_t thread;
    for (long i = 0; i < IDLE && mode[0] != 'a'; i++)
        pthread_create(&thread, NULL, idle, (void *)(i % 2));
    if (mode[0] != 'a')
        pthread_create(&thread, NULL, leave, NULL);
    held = open(name, O_RDWR | O_CLOEXEC);
    REQUIRE(held >= 0 && flock(held, LOCK_EX) == 0);
    pthread_create(&thread, NULL, start, (void *)name);
    if (mode[0] == 'w')
        for (;;)
            pause();
    if (mode[0] == 's')
        while (ready < IDLE + 2)
            ;
    pthread_exit(NULL);
}

int main(int argc, char **argv)
{
    REQUIRE(readlink("/proc/self/exe", self, sizeof self - 1) > 0);
    if (argc > 2)
        return check(argv[2]);
    static const char *modes[] = { "waits", "same time", "before", "alone before" };
    char name[] = "exec_threads.lock";
    int made = open(name, O_RDWR | O_CREAT, 0600);
    REQUIRE(made >= 0 && close(made) == 0);
    for (int i = 0; i < 4; i++) {
        int wrong = 0, first = 0;
        mode = modes[i];
        for (int round = 0; round < ROUNDS; round++) {
            pid_t child = fork();
            if (child == 0)
                run(name);
            int status = 0;
            pid_t ended = waitpid(child, &status, 0);
            if (ended != child || status != 0) {
                first = wrong++ ? first : status;
            }
        }
        printf("main task: %s: %d of %d wrong, status %x\n", mode, wrong, ROUNDS, first);
    }
    unlink(name);
    return 0;
}
