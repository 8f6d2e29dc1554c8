// flags: -pthread
// Record locks: splitting, merging, conversion, who owns them, what takes them away, and deadlocks.
#define _GNU_SOURCE
#include "../lib/check.h"
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/wait.h>

static char path[] = "/tmp/record-locks-XXXXXX";

static int set(int fd, int command, short type, off_t start, off_t length)
{
    struct flock lock = { .l_type = type, .l_whence = SEEK_SET, .l_start = start, .l_len = length };
    return fcntl(fd, command, &lock);
}

static void show_conflict(int fd, int command, short type, off_t start, off_t length)
{
    struct flock lock = { .l_type = type, .l_whence = SEEK_SET, .l_start = start, .l_len = length };
    int result = fcntl(fd, command, &lock);
    const char *who = lock.l_pid == getppid() ? "parent" : lock.l_pid == -1 ? "description" : lock.l_pid == 0 ? "nobody" : "other";
    if (lock.l_type == F_UNLCK)
        printf("  [%ld, %ld): %d, free\n", (long)start, (long)length, result);
    else
        printf("  [%ld, %ld): %d, %s from %ld for %ld by %s\n", (long)start, (long)length, result, lock.l_type == F_RDLCK ? "read" : "write",
            (long)lock.l_start, (long)lock.l_len, who);
}

// What another process sees of the locks, in steps.
static void look(const char *title)
{
    printf("%s\n", title);
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        int fd = open(path, O_RDWR);
        for (off_t at = 0; at < 100;) {
            struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = at };
            if (fcntl(fd, F_GETLK, &lock) != 0 || lock.l_type == F_UNLCK)
                break;
            printf("  %s [%ld, +%ld) by %s\n", lock.l_type == F_RDLCK ? "read" : "write", (long)lock.l_start, (long)lock.l_len,
                lock.l_pid == getppid() ? "parent" : lock.l_pid == -1 ? "description" : "other");
            if (lock.l_len == 0)
                break;
            at = lock.l_start + lock.l_len;
        }
        fflush(stdout);
        _exit(0);
    }
    waitpid(child, NULL, 0);
}

static void *close_other(void *argument)
{
    close(*(int *)argument);
    return NULL;
}

static void on_alarm(int signal)
{
    (void)signal;
}

static void deadlock(void)
{
    int ready[2], go[2];
    REQUIRE(pipe(ready) == 0 && pipe(go) == 0);
    int fd = open(path, O_RDWR);
    SHOW(set(fd, F_SETLK, F_WRLCK, 0, 10));
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        int own = open(path, O_RDWR);
        int first = set(own, F_SETLK, F_WRLCK, 20, 10);
        write(ready[1], "", 1);
        alarm(10);
        int second = set(own, F_SETLKW, F_WRLCK, 0, 10);
        _exit(first == 0 && second == 0 ? 3 : 4);
    }
    char byte;
    read(ready[0], &byte, 1);
    // The child waits, or is about to: whoever comes second is refused.
    struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 20, .l_len = 10 };
    for (int i = 0; i < 200; i++)
        usleep(1000);
    int result = fcntl(fd, F_SETLKW, &lock);
    printf("deadlock: %d %s\n", result, result < 0 ? strerrorname_np(errno) : "");
    SHOW(set(fd, F_SETLK, F_UNLCK, 0, 0));
    int status;
    waitpid(child, &status, 0);
    printf("child: %d\n", WEXITSTATUS(status));
    close(fd);
}

static void interrupted(void)
{
    int fd = open(path, O_RDWR);
    SHOW(set(fd, F_SETLK, F_WRLCK, 0, 0));
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        struct sigaction action = { .sa_handler = on_alarm };
        sigaction(SIGALRM, &action, NULL);
        int own = open(path, O_RDWR);
        ualarm(50000, 0);
        SHOW(set(own, F_SETLKW, F_RDLCK, 5, 1));
        ualarm(50000, 0);
        SHOW(set(own, F_OFD_SETLKW, F_RDLCK, 5, 1));
        SHOW(flock(own, LOCK_EX));
        fflush(stdout);
        _exit(0);
    }
    waitpid(child, NULL, 0);
    close(fd);
}

int main(void)
{
    int fd = mkstemp(path);
    REQUIRE(fd >= 0);
    REQUIRE(write(fd, "0123456789", 10) == 10);

    SHOW(set(fd, F_SETLK, F_WRLCK, 10, 50));
    look("one");
    SHOW(set(fd, F_SETLK, F_UNLCK, 20, 10));
    look("a hole");
    SHOW(set(fd, F_SETLK, F_RDLCK, 40, 10));
    look("converted in the middle");
    SHOW(set(fd, F_SETLK, F_WRLCK, 20, 10));
    look("the hole is closed");
    SHOW(set(fd, F_SETLK, F_WRLCK, 40, 10));
    look("one again");
    SHOW(set(fd, F_SETLK, F_RDLCK, 0, 10));
    SHOW(set(fd, F_SETLK, F_RDLCK, 60, 0));
    look("neighbours of another type");
    SHOW(set(fd, F_SETLK, F_UNLCK, 0, 0));

    printf("ranges\n");
    struct flock end = { .l_type = F_WRLCK, .l_whence = SEEK_END, .l_start = -3, .l_len = 2 };
    SHOW(fcntl(fd, F_SETLK, &end));
    look("from the end");
    struct flock back = { .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 30, .l_len = -10 };
    SHOW(fcntl(fd, F_SETLK, &back));
    look("backwards");
    SHOW(set(fd, F_SETLK, F_WRLCK, -1, 10));
    SHOW(set(fd, F_SETLK, F_WRLCK, 5, -10));
    SHOW(set(fd, F_SETLK, 7, 0, 10));
    SHOW(set(fd, F_SETLK, F_WRLCK, INT64_MAX, 2));
    SHOW(set(fd, F_SETLK, F_WRLCK, INT64_MAX, 1));
    SHOW(set(fd, F_SETLK, F_WRLCK, INT64_MAX - 5, 5));
    look("at the very end");
    SHOW(set(fd, F_SETLK, F_UNLCK, 0, 0));

    printf("any close gives all back\n");
    SHOW(set(fd, F_SETLK, F_WRLCK, 0, 0));
    int second = open(path, O_RDONLY);
    close(second);
    look("after a close");
    SHOW(set(fd, F_SETLK, F_WRLCK, 0, 0));
    second = open(path, O_RDONLY);
    REQUIRE(dup2(1, second) == second);
    look("after dup2 over one");
    close(second);
    SHOW(set(fd, F_SETLK, F_WRLCK, 0, 0));
    second = dup(fd);
    pthread_t thread;
    REQUIRE(pthread_create(&thread, NULL, close_other, &second) == 0);
    pthread_join(thread, NULL);
    look("after a close by another thread");

    printf("owners\n");
    SHOW(set(fd, F_SETLK, F_WRLCK, 0, 10));
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        SHOW(set(fd, F_SETLK, F_WRLCK, 0, 10));
        SHOW(set(fd, F_SETLK, F_UNLCK, 0, 10));
        show_conflict(fd, F_GETLK, F_WRLCK, 5, 1);
        show_conflict(fd, F_OFD_GETLK, F_WRLCK, 5, 1);
        SHOW(set(fd, F_SETLK, F_WRLCK, 20, 10));
        fflush(stdout);
        close(fd);
        _exit(0);
    }
    waitpid(child, NULL, 0);
    look("the child's close and end change nothing");
    SHOW(set(fd, F_OFD_SETLK, F_WRLCK, 5, 10));
    SHOW(set(fd, F_OFD_SETLK, F_WRLCK, 30, 10));
    look("of the description too");
    second = open(path, O_RDWR);
    SHOW(set(second, F_OFD_SETLK, F_WRLCK, 35, 1));
    SHOW(set(second, F_SETLK, F_WRLCK, 35, 1));
    struct flock pid = { .l_type = F_WRLCK, .l_pid = 1 };
    SHOW(fcntl(second, F_OFD_SETLK, &pid));
    SHOW(flock(second, LOCK_EX | LOCK_NB));
    SHOW(flock(fd, LOCK_SH | LOCK_NB));
    SHOW(flock(second, LOCK_SH | LOCK_NB));
    SHOW(flock(fd, LOCK_SH | LOCK_NB));
    SHOW(flock(fd, LOCK_EX | LOCK_NB));
    SHOW(flock(second, LOCK_EX | LOCK_NB));
    SHOW(flock(fd, 0));
    close(second);
    look("the second is closed: only the description's are left");
    int readable = open(path, O_RDONLY), writable = open(path, O_WRONLY);
    SHOW(set(readable, F_SETLK, F_WRLCK, 80, 1));
    SHOW(set(writable, F_SETLK, F_RDLCK, 80, 1));
    close(fd);
    close(readable);
    close(writable);
    look("none");

    deadlock();
    interrupted();
    unlink(path);
    return 0;
}
