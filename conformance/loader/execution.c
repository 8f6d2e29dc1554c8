// flags: -pthread
// execve: what it refuses, what it keeps, what it resets; scripts; other threads end.
#include "lib/check.h"
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>

extern char **environ;

static void file(const char *name, const void *content, size_t length, int mode)
{
    unlink(name);
    int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0700);
    REQUIRE(fd >= 0 && write(fd, content, length) == (ssize_t)length && fchmod(fd, mode) == 0 && close(fd) == 0);
}

#define TEXT(name, text, mode) file(name, text, strlen(text), mode)

static void refusals(char *self)
{
    char *arguments[] = {"x", 0}, *none[] = {0}, path[5000], huge[140000];
    char *big[] = {"x", huge, 0};
    memset(path, 'a', sizeof path - 1);
    path[sizeof path - 1] = 0;
    memset(huge, 'b', sizeof huge - 1);
    huge[sizeof huge - 1] = 0;
    TEXT("empty", "", 0700);
    TEXT("text", "hello\n", 0700);
    TEXT("loop", "#!./loop\n", 0700);
    TEXT("blank", "#!   \n", 0700);
    TEXT("nowhere", "#!/does/not/exist\n", 0700);
    TEXT("data", "x", 0600);
    file("short", "\177ELF\2\1\1", 7, 0700);
    SHOW(execve("", arguments, none));
    SHOW(execve("missing", arguments, none));
    SHOW(execve("text/x", arguments, none));
    SHOW(execve("/tmp", arguments, none));
    SHOW(execve("empty", arguments, none));
    SHOW(execve("text", arguments, none));
    SHOW(execve("blank", arguments, none));
    SHOW(execve("nowhere", arguments, none));
    SHOW(execve("loop", arguments, none));
    SHOW(execve("data", arguments, none));
    SHOW(execve("short", arguments, none));
    SHOW(execve(path, arguments, none));
    SHOW(execve(self, big, none));
    char *volatile bad = (char *)8;
    SHOW(execve(bad, arguments, none));
    SHOW(execve(self, (char **)bad, none));
    SHOW(execve(self, (char *[]){bad, 0}, none));
    SHOW(syscall(SYS_execveat, 99, "x", arguments, none, 0));
    SHOW(syscall(SYS_execveat, AT_FDCWD, "text", arguments, none, 0x8000));
    SHOW(syscall(SYS_execveat, open("text", O_RDONLY), "x", arguments, none, 0));
    SHOW(syscall(SYS_execveat, open("text", O_RDONLY | O_CLOEXEC), "", arguments, none, AT_EMPTY_PATH));
}

static void report(int argc, char **argv)
{
    for (int i = 1; i < argc; i++)
        printf("argv[%d] = %s\n", i, argv[i]);
    for (char **e = environ; *e; e++)
        printf("env %s\n", *e);
    char name[16];
    prctl(PR_GET_NAME, name);
    printf("name %s\n", name);
    struct sigaction action;
    sigaction(SIGUSR1, 0, &action);
    printf("handled is default again: %d\n", action.sa_handler == SIG_DFL);
    sigaction(SIGUSR2, 0, &action);
    printf("ignored stays ignored: %d\n", action.sa_handler == SIG_IGN);
    sigset_t mask;
    sigprocmask(SIG_BLOCK, 0, &mask);
    printf("mask is kept: %d\n", sigismember(&mask, SIGHUP));
    stack_t stack;
    sigaltstack(0, &stack);
    printf("no alternate stack: %d\n", stack.ss_flags == SS_DISABLE);
    SHOW(fcntl(50, F_GETFD));
    SHOW(fcntl(51, F_GETFD));
    printf("main thread: %d\n", getpid() == (int)syscall(SYS_gettid));
}

static void *waiter(void *path)
{
    for (;;)
        pause();
    return path;
}

static void *executor(void *path)
{
    char *arguments[] = {"renamed", "stage3", "third", 0}, *variables[] = {"A=1", "B=", 0};
    execve(path, arguments, variables);
    return 0;
}

static void handler(int signal)
{
    (void)signal;
}

static void prepare(void)
{
    static char stack[65536];
    signal(SIGUSR1, handler);
    signal(SIGUSR2, SIG_IGN);
    sigset_t mask;
    sigemptyset(&mask);
    sigaddset(&mask, SIGHUP);
    sigprocmask(SIG_BLOCK, &mask, 0);
    sigaltstack(&(stack_t){.ss_sp = stack, .ss_size = sizeof stack}, 0);
    REQUIRE(dup2(1, 50) == 50 && dup2(1, 51) == 51 && fcntl(51, F_SETFD, FD_CLOEXEC) == 0);
}

int main(int argc, char **argv)
{
    setvbuf(stdout, 0, _IONBF, 0);
    char self[4096];
    if (argc == 1) {
        REQUIRE(realpath(argv[0], self) || realpath("/proc/self/exe", self));
        refusals(self);
        prepare();
        unlink("program-with-a-long-name");
        REQUIRE(symlink(self, "program-with-a-long-name") == 0);
        char *arguments[] = {self, "stage2", "", "two words", 0}, *variables[] = {"A=1", 0};
        execve("program-with-a-long-name", arguments, variables);
        return 1;
    }
    if (strcmp(argv[1], "stage2") == 0) {
        report(argc, argv);
        pthread_t thread;
        for (int i = 0; i < 4; i++)
            REQUIRE(pthread_create(&thread, 0, waiter, 0) == 0);
        REQUIRE(pthread_create(&thread, 0, executor, argv[0]) == 0);
        for (;;)
            pause();
    }
    if (strcmp(argv[1], "stage3") == 0) {
        report(argc, argv);
        ssize_t length = readlink("program-with-a-long-name", self, sizeof self - 1);
        REQUIRE(length > 0);
        self[length] = 0;
        char first[5000], second[] = "#! \t./first  an argument \t\n";
        snprintf(first, sizeof first, "#!%.200s stage4", self);
        TEXT("first", first, 0755);
        TEXT("second", second, 0755);
        char *arguments[] = {"gone", "kept", 0}, *variables[] = {0};
        execve("second", arguments, variables);
        return 2;
    }
    report(argc, argv);
    return 0;
}
