// A debugger kills a program with several threads, again and again, and waits until nothing is left: in whatever order the threads end, each is
// reported once, and then there is no such child. gdb does so at its end.
// flags: -pthread
#include "lib/check.h"
#include <pthread.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>

enum { ROUNDS = 40, THREADS = 3 };

static void *rest(void *unused)
{
    for (;;)
        pause();
    return NULL;
}

static int tracee(void)
{
    ptrace(PTRACE_TRACEME, 0, NULL, NULL);
    raise(SIGSTOP);
    pthread_t thread;
    for (int i = 0; i < THREADS; i++)
        pthread_create(&thread, NULL, rest, NULL);
    rest(NULL);
    return 0;
}

// The tasks' numbers, when all stand still.
static void gather(pid_t child, pid_t *tasks)
{
    int status, made = 0, stood = 0;
    waitpid(child, &status, 0);
    ptrace(PTRACE_SETOPTIONS, child, NULL, PTRACE_O_TRACECLONE | PTRACE_O_EXITKILL);
    ptrace(PTRACE_CONT, child, NULL, NULL);
    while (made < THREADS || stood < THREADS) {
        pid_t pid = waitpid(-1, &status, __WALL);
        if (status >> 8 == (SIGTRAP | PTRACE_EVENT_CLONE << 8)) {
            unsigned long number;
            ptrace(PTRACE_GETEVENTMSG, pid, NULL, &number);
            tasks[++made] = number;
            ptrace(PTRACE_CONT, pid, NULL, NULL);
        } else {
            stood += WSTOPSIG(status) == SIGSTOP;
        }
    }
    tasks[0] = child;
    syscall(SYS_tgkill, child, child, SIGSTOP);
    waitpid(child, &status, __WALL);
}

int main(void)
{
    alarm(100);
    int reports = 0, gone = 0;
    for (int i = 0; i < ROUNDS; i++) {
        pid_t tasks[THREADS + 1], child = fork();
        if (child == 0)
            _exit(tracee());
        gather(child, tasks);
        for (int k = THREADS; k >= 0; k--)
            syscall(SYS_tkill, tasks[k], SIGKILL);
        for (int k = THREADS; k >= 0; k--) {
            int status;
            while (waitpid(tasks[k], &status, __WALL) == tasks[k])
                reports += WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
            gone += errno == ECHILD;
        }
    }
    printf("%d reports, %d gone\n", reports, gone);
    return 0;
}
