// ETXTBSY: what is executed is not written to, and what is written to is not executed.
#define _GNU_SOURCE
#include "../lib/check.h"
#include <fcntl.h>
#include <signal.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/wait.h>

static char path[] = "/tmp/text-busy-XXXXXX";

static int run(void)
{
    pid_t child = vfork();
    if (child == 0) {
        execl(path, "text-busy", "nothing", NULL);
        _exit(errno == ETXTBSY ? 70 : 71);
    }
    int status;
    waitpid(child, &status, 0);
    return WEXITSTATUS(status);
}

int main(int count, char **arguments)
{
    if (count > 1 && strcmp(arguments[1], "wait") == 0) {
        char byte;
        write(1, "!", 1);
        read(0, &byte, 1);
        // Its own child is the same program.
        if (fork() == 0) {
            read(0, &byte, 1);
            _exit(0);
        }
        return 0;
    }
    if (count > 1)
        return 42;
    int copy = mkstemp(path), self = open("/proc/self/exe", O_RDONLY);
    REQUIRE(copy >= 0 && self >= 0);
    struct stat status;
    fstat(self, &status);
    REQUIRE(sendfile(copy, self, NULL, status.st_size) == status.st_size);
    fchmod(copy, 0755);
    SHOW(run());
    int reader = open(path, O_RDONLY);
    close(copy);
    SHOW(run());
    close(reader);

    int in[2], out[2];
    REQUIRE(pipe(in) == 0 && pipe(out) == 0);
    pid_t child = fork();
    if (child == 0) {
        dup2(in[0], 0);
        dup2(out[1], 1);
        close(in[1]);
        execl(path, "text-busy", "wait", NULL);
        _exit(71);
    }
    close(in[0]);
    close(out[1]);
    char byte;
    REQUIRE(read(out[0], &byte, 1) == 1 && byte == '!');
    SHOW(open(path, O_WRONLY));
    SHOW(open(path, O_RDWR));
    SHOW(open(path, O_RDONLY | O_TRUNC));
    SHOW(truncate(path, 1));
    printf("%d\n", open(path, O_RDONLY) >= 0);
    SHOW(chmod(path, 0700));
    SHOW(run());
    write(in[1], "", 1);
    waitpid(child, NULL, 0);
    SHOW(open(path, O_WRONLY));
    close(in[1]);
    // The grandchild ends now.
    while (read(out[0], &byte, 1) < 0)
        ;
    int again = -1;
    for (int i = 0; i < 1000 && again < 0; i++) {
        again = open(path, O_WRONLY);
        usleep(1000);
    }
    printf("%d\n", again >= 0);
    SHOW(run());
    unlink(path);
    return 0;
}
