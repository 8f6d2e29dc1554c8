// exit: 77
// exec within one process: itself with other arguments, scripts, errors; descriptors, masks and ignored signals as they
// should be afterwards. The last program in the chain gives the exit code.
#include "lib/check.h"
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>

extern char **environ;
static void handler(int signal) { (void)signal; }

static void write_file(const char *name, const char *text, mode_t mode)
{
    int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    REQUIRE(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text) && fchmod(fd, mode) == 0 && close(fd) == 0);
}

static void show_state(void)
{
    printf("descriptors: kept %d, closed %s\n", fcntl(10, F_GETFD), fcntl(11, F_GETFD) == -1 ? strerrorname_np(errno) : "open");
    struct sigaction action;
    sigset_t mask;
    sigaction(SIGUSR1, NULL, &action);
    printf("caught signal default again: %d", action.sa_handler == SIG_DFL);
    sigaction(SIGUSR2, NULL, &action);
    sigprocmask(SIG_BLOCK, NULL, &mask);
    printf(", ignored stays: %d, mask stays: %d\n", action.sa_handler == SIG_IGN, sigismember(&mask, SIGHUP));
    stack_t stack;
    sigaltstack(NULL, &stack);
    printf("alternate stack gone: %d\n", stack.ss_flags == SS_DISABLE);
}

int main(int argc, char **argv)
{
    setvbuf(stdout, NULL, _IONBF, 0);
    char self[4096];
    ssize_t length = readlink("/proc/self/exe", self, sizeof self - 1);
    REQUIRE(length > 0);
    self[length] = 0;
    int step = argc > 1 ? atoi(argv[argc - 1]) : 0;
    printf("step %d, %d arguments:", step, argc);
    for (int i = 1; i < argc; i++)
        printf(" [%s]", argv[i]);
    int variables = 0;
    while (environ[variables])
        variables++;
    printf(", %d variables, name %s\n", variables > 3 ? -1 : variables, strrchr(argv[0], '/') ? strrchr(argv[0], '/') + 1 : argv[0]);
    switch (step) {
    case 0: {
        SHOW(execl("/nonexistent", "x", NULL));
        SHOW(execl("/etc", "x", NULL));
        SHOW(execl("/etc/passwd", "x", NULL));
        SHOW(execl("/etc/passwd/x", "x", NULL));
        write_file("empty", "", 0700);
        SHOW(execl("./empty", "x", NULL));
        write_file("garbage", "\x01\x02\x03garbage", 0700);
        SHOW(execl("./garbage", "x", NULL));
        write_file("short", "\177ELF", 0700);
        SHOW(execl("./short", "x", NULL));
        write_file("no-interpreter", "#!/nonexistent/interpreter\n", 0700);
        SHOW(execl("./no-interpreter", "x", NULL));
        write_file("bare", "#!\n", 0700);
        SHOW(execl("./bare", "x", NULL));
        write_file("loop", "#!./loop\n", 0700);
        SHOW(execl("./loop", "x", NULL));
        write_file("not-executable", "#!/bin/sh\n", 0600);
        SHOW(execl("./not-executable", "x", NULL));
        static char huge[200000];
        memset(huge, 'x', sizeof huge - 1);
        SHOW(execl(self, "x", huge, NULL));
        SHOW(symlink("circle", "circle"));
        SHOW(execl("./circle", "x", NULL));
        dup2(1, 10);
        dup3(1, 11, O_CLOEXEC);
        signal(SIGUSR1, handler);
        signal(SIGUSR2, SIG_IGN);
        sigset_t mask;
        sigemptyset(&mask);
        sigaddset(&mask, SIGHUP);
        sigprocmask(SIG_BLOCK, &mask, NULL);
        static char alternate[16384];
        sigaltstack(&(stack_t){.ss_sp = alternate, .ss_size = sizeof alternate}, NULL);
        execl(self, "renamed", "one", "", "1", NULL);
        break;
    }
    case 1:
        show_state();
        execle(self, "few", "2", NULL, (char *[]){"A=1", "B=2", NULL});
        break;
    case 2: {
        printf("A=%s PATH=%s\n", getenv("A"), getenv("PATH") ? "set" : "unset");
        char script[5000];
        snprintf(script, sizeof script, "#! %.4000s  script  argument\nnot read\n", self);
        write_file("script", script, 0700);
        execl("./script", "ignored", "extra", "3", NULL);
        break;
    }
    case 3: {
        char script[5000];
        snprintf(script, sizeof script, "#!./script\n");
        write_file("second", script, 0700);
        execl("./second", "ignored", "4", NULL);
        break;
    }
    case 4:
        SHOW(syscall(SYS_execveat, AT_FDCWD, "", NULL, NULL, 0));
        int fd = open(self, O_RDONLY | O_CLOEXEC);
        fexecve(fd, (char *[]){"by-descriptor", "5", NULL}, environ);
        break;
    case 5:
        execl("/bin/sh", "sh", "-c", "echo shell $0 $1; exec \"$2\" \"$3\"", "zero", "first", self, "6", NULL);
        break;
    case 6:
        return 77;
    }
    printf("exec failed: %s\n", strerrorname_np(errno));
    return 1;
}
