// prctl(2), PR_SET_PDEATHSIG: who gets the signal has its new parent already, however fast it looks.
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { rounds = 300 };

static void orphan(int ready, pid_t middle)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    sigprocmask(SIG_BLOCK, &set, 0);
    prctl(PR_SET_PDEATHSIG, SIGUSR1);
    write(ready, "r", 1);
    siginfo_t info;
    sigwaitinfo(&set, &info);
    pid_t parent = getppid();
    _exit((info.si_pid == middle) | (parent != middle) << 1);
}

int main(void)
{
    int ends[4] = {0};
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    for (int i = 0; i < rounds; i++) {
        int ready[2];
        pipe(ready);
        if (fork() == 0) {
            pid_t middle = getpid();
            if (fork() == 0)
                orphan(ready[1], middle);
            char c;
            read(ready[0], &c, 1);
            _exit(4);
        }
        int status;
        while (wait(&status) > 0)
            if (WEXITSTATUS(status) < 4)
                ends[WEXITSTATUS(status)]++;
        close(ready[0]);
        close(ready[1]);
    }
    printf("neither %d, from the middle %d, given away %d, both %d\n", ends[0], ends[1], ends[2], ends[3]);
}
