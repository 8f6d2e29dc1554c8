// group: process
// A child that ends at once, and one that runs /bin/true first: by fork, and by vfork as posix_spawn does.
#include "bench.h"
#include <sys/wait.h>
#include <unistd.h>

static void child_of(pid_t child)
{
    if (child < 0)
        _exit(1);
    int status;
    while (waitpid(child, &status, 0) != child)
        ;
}

int main(int argc, char **argv)
{
    long rounds = scaled(argc, argv, 2000);
    for (int i = 0; i < 3; i++) {
        pid_t child = fork();
        if (child == 0)
            _exit(0);
        child_of(child);
    }
    double started = now_ns();
    for (long r = 0; r < rounds; r++) {
        pid_t child = fork();
        if (child == 0)
            _exit(0);
        child_of(child);
    }
    report("fork+exit", started, (double)rounds);
    rounds = scaled(argc, argv, 400);
    for (int i = 0; i < 2; i++) {
        started = now_ns();
        for (long r = 0; r < rounds; r++) {
            pid_t child = fork();
            if (child == 0) {
                execl("/bin/true", "true", (char *)0);
                _exit(9);
            }
            child_of(child);
        }
        if (i == 0)
            continue;
        report("fork+exec+exit", started, (double)rounds);
    }
    started = now_ns();
    for (long r = 0; r < rounds; r++) {
        pid_t child = vfork();
        if (child == 0) {
            execl("/bin/true", "true", (char *)0);
            _exit(9);
        }
        child_of(child);
    }
    report("vfork+exec+exit", started, (double)rounds);
    return 0;
}
