// fanotify(7): those who are asked before a file is opened, read or executed, and what becomes of whoever waits for the answer.
#include "lib/fanotify.h"
#include <poll.h>
#include <signal.h>
#include <sys/sendfile.h>
#include <sys/uio.h>

static pid_t start(void (*work)(void))
{
    fflush(stdout);
    pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        close(group);
        work();
        fflush(stdout);
        _exit(0);
    }
    return child;
}

static void finish(pid_t child)
{
    int status;
    REQUIRE(waitpid(child, &status, 0) == child);
    printf("child: %s %d\n", WIFSIGNALED(status) ? "signal" : "exit", WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
}

static void respond(int fd, unsigned answer)
{
    struct fanotify_response response = {fd, answer};
    REQUIRE(write(group, &response, sizeof response) == sizeof response);
}

/// Answers one question after the other, as the letters say: y, n; then there must be none.
static void answer(pid_t child, const char *answers)
{
    struct fanotify_event_metadata e;
    for (; *answers; answers++) {
        REQUIRE(read(group, &e, sizeof e) == sizeof e);
        printf("  ");
        print_mask(e.mask);
        printf(" %s %c\n", e.pid == child ? "of the child" : "of another", *answers);
        fflush(stdout);
        respond(e.fd, *answers == 'y' ? FAN_ALLOW : FAN_DENY);
        close(e.fd);
    }
}

static void transfers(void)
{
    char text[512];
    struct iovec part = {text, 4};
    int pipes[2], out = open("out", O_RDWR | O_CREAT, 0600), fd;
    SHOW(open("file", O_RDONLY));
    SHOW((fd = open("file", O_RDONLY)) >= 0);
    REQUIRE(pipe(pipes) == 0);
    SHOW(read(fd, text, 2));
    SHOW(read(fd, text, 2));
    SHOW(lseek(fd, 0, SEEK_CUR));
    SHOW(pread(fd, text, 2, 1));
    SHOW(readv(fd, &part, 1));
    SHOW(preadv2(fd, &part, 1, 0, 0));
    SHOW(sendfile(out, fd, NULL, 3));
    SHOW(splice(fd, NULL, pipes[1], NULL, 3, 0));
    SHOW(copy_file_range(fd, &(off_t){0}, out, NULL, 3, 0));
    SHOW(write(fd, "x", 1));
    SHOW(read(fd, text, 0));
    close(fd);
    int dir = open("dir", O_RDONLY | O_DIRECTORY);
    SHOW(syscall(SYS_getdents64, dir, text, sizeof text) > 0);
}

static void makes(void)
{
    SHOW(open("dir/made", O_CREAT | O_EXCL | O_WRONLY, 0600));
    SHOW(access("dir/made", F_OK));
    SHOW(open("dir/more", O_CREAT | O_EXCL | O_WRONLY, 0600) >= 0);
    SHOW(open("dir", O_TMPFILE | O_RDWR, 0600) >= 0);
    SHOW(open("dir/child", O_PATH) >= 0);
    SHOW(open("dir", O_RDONLY) >= 0);
}

static void executes(void)
{
    char *args[] = {"true", NULL};
    execv("./program", args);
    printf("execv: %s\n", strerrorname_np(errno));
    fflush(stdout);
    execv("./program", args);
    _exit(99);
}

static void runs_script(void)
{
    char *args[] = {"script", NULL};
    execv("./script", args);
    printf("execv: %s\n", strerrorname_np(errno));
}

static void handled(int number)
{
    (void)number;
    printf("handler\n");
}

static void opens(void)
{
    struct sigaction action = {.sa_handler = handled};
    REQUIRE(sigaction(SIGUSR1, &action, NULL) == 0);
    SHOW(open("file", O_RDONLY) >= 0);
}

static void ask(uint64_t mask, const char *path)
{
    group = fan_init(FAN_CLASS_CONTENT, O_RDONLY);
    REQUIRE(group >= 0 && fan_mark(group, FAN_MARK_ADD, mask, AT_FDCWD, path) == 0);
}

static void errors(void)
{
    struct fanotify_response none = {99, FAN_ALLOW}, wrong = {99, 7}, negative = {-1, FAN_ALLOW};
    group = fan_init(FAN_NONBLOCK, O_RDONLY);
    SHOW(fan_mark(group, FAN_MARK_ADD, FAN_OPEN_PERM, AT_FDCWD, "file"));
    close(group);
    SHOW(fan_init(FAN_CLASS_CONTENT | FAN_REPORT_FID, O_RDONLY));
    SHOW(fan_init(FAN_CLASS_CONTENT | FAN_CLASS_PRE_CONTENT, O_RDONLY));
    group = fan_init(FAN_CLASS_CONTENT | FAN_NONBLOCK, O_RDONLY);
    SHOW(fan_mark(group, FAN_MARK_ADD, FAN_OPEN_PERM, AT_FDCWD, "/proc/self/status"));
    SHOW(fan_mark(group, FAN_MARK_ADD, FAN_OPEN_PERM | FAN_ACCESS_PERM | FAN_OPEN_EXEC_PERM, AT_FDCWD, "file"));
    SHOW(write(group, &none, 7));
    SHOW(write(group, &none, 8));
    SHOW(write(group, &none, 0));
    SHOW(write(group, &wrong, 8));
    SHOW(write(group, &negative, 8));
    SHOW(syscall(SYS_write, group, (char *)1, 8));
    show_marks();
    close(group);
}

// Two groups: the one before the contents is asked first, and what it denies nobody else hears of.
static void priorities(void)
{
    int content = fan_init(FAN_CLASS_CONTENT, O_RDONLY), first = fan_init(FAN_CLASS_PRE_CONTENT, O_RDONLY);
    struct pollfd p = {content, POLLIN, 0};
    REQUIRE(fan_mark(content, FAN_MARK_ADD, FAN_OPEN_PERM, AT_FDCWD, "file") == 0);
    REQUIRE(fan_mark(first, FAN_MARK_ADD, FAN_OPEN_PERM, AT_FDCWD, "file") == 0);
    for (int round = 0; round < 2; round++) {
        group = first;
        fflush(stdout);
        pid_t child = fork();
        if (child == 0) {
            close(content);
            close(first);
            opens();
            fflush(stdout);
            _exit(0);
        }
        answer(child, round == 0 ? "y" : "n");
        group = content;
        if (round == 0)
            answer(child, "y");
        finish(child);
        SHOW(poll(&p, 1, 0));
    }
    close(content);
    close(first);
}

int main(void)
{
    struct fanotify_event_metadata e;
    pid_t child;
    enter_own_mounts();
    REQUIRE(mkdir("dir", 0755) == 0);
    make_file("file", "0123456789abcdef");
    make_file("dir/child", "child");
    make_file("script", "#!./program\n");
    REQUIRE(system("cp /bin/true program && chmod 755 program script") == 0);
    errors();

    printf("== transfers\n");
    ask(FAN_OPEN_PERM | FAN_ACCESS_PERM, "file");
    child = start(transfers);
    answer(child, "nynyynyyyyy");
    close(group);
    finish(child);

    printf("== a folder and what is made in it\n");
    ask(FAN_OPEN_PERM | FAN_ONDIR | FAN_EVENT_ON_CHILD, "dir");
    child = start(makes);
    answer(child, "nyyy");
    close(group);
    finish(child);

    printf("== executing\n");
    ask(FAN_OPEN_PERM | FAN_OPEN_EXEC_PERM, "program");
    child = start(executes);
    answer(child, "nyy");
    finish(child);
    child = start(executes);
    answer(child, "ynyy");
    finish(child);
    REQUIRE(fan_mark(group, FAN_MARK_ADD, FAN_OPEN_EXEC_PERM, AT_FDCWD, "script") == 0);
    child = start(runs_script);
    answer(child, "yyy");
    finish(child);
    child = start(runs_script);
    answer(child, "yyn");
    finish(child);
    close(group);

    printf("== signals do not end the wait\n");
    ask(FAN_OPEN_PERM, "file");
    child = start(opens);
    REQUIRE(read(group, &e, sizeof e) == sizeof e);
    REQUIRE(kill(child, SIGUSR1) == 0);
    usleep(20000);
    respond(e.fd, FAN_ALLOW);
    close(e.fd);
    finish(child);

    printf("== SIGKILL does, before and after the question is read\n");
    child = start(opens);
    REQUIRE(read(group, &e, sizeof e) == sizeof e);
    REQUIRE(kill(child, SIGKILL) == 0);
    finish(child);
    respond(e.fd, FAN_ALLOW);
    close(e.fd);
    struct pollfd p = {group, POLLIN, 0};
    child = start(opens);
    SHOW(poll(&p, 1, -1));
    REQUIRE(kill(child, SIGKILL) == 0);
    finish(child);
    SHOW(poll(&p, 1, 0));

    printf("== closing allows\n");
    child = start(opens);
    SHOW(poll(&p, 1, -1));
    close(group);
    finish(child);
    ask(FAN_OPEN_PERM, "file");
    child = start(opens);
    REQUIRE(read(group, &e, sizeof e) == sizeof e);
    close(group);
    close(e.fd);
    finish(child);

    printf("== what cannot be delivered is denied\n");
    ask(FAN_OPEN_PERM, "file");
    child = start(opens);
    SHOW(syscall(SYS_read, group, (char *)1, 24));
    finish(child);
    close(group);

    printf("== two groups\n");
    priorities();
    leave_own_mounts();
    return 0;
}
