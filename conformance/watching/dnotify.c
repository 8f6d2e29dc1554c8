// fcntl(2), F_NOTIFY: signals for what happens in a directory.
#include "lib/check.h"
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>

static const int signo = 40;

static void drain(const char *what)
{
    sigset_t set;
    siginfo_t info;
    struct timespec none = {0, 0};
    int count = 0, number;
    sigemptyset(&set);
    sigaddset(&set, signo);
    sigaddset(&set, SIGIO);
    printf("%s:", what);
    while ((number = sigtimedwait(&set, &info, &none)) > 0) {
        if (number == SIGIO)
            printf(" [SIGIO code %d]", info.si_code);
        else
            printf(" [code %d band %lx fd %d]", info.si_code, info.si_band, info.si_fd);
        if (++count > 20)
            break;
    }
    printf("\n");
}

static void operations(const char *name)
{
    int fd = open("file", O_RDWR | O_CREAT, 0600);
    char text[8];
    printf("== %s\n", name);
    drain("create");
    REQUIRE(write(fd, "text", 4) == 4);
    drain("write");
    REQUIRE(pread(fd, text, 4, 0) == 4);
    drain("read");
    REQUIRE(fchmod(fd, 0644) == 0);
    drain("chmod");
    REQUIRE(rename("file", "other") == 0);
    drain("rename");
    REQUIRE(rename("other", "sub/other") == 0);
    drain("move out");
    REQUIRE(rename("sub/other", "file") == 0);
    drain("move in");
    REQUIRE(unlink("file") == 0);
    drain("unlink");
    REQUIRE(chmod(".", 0750) == 0);
    drain("chmod of the folder");
    close(open("sub/deep", O_CREAT | O_WRONLY, 0600));
    unlink("sub/deep");
    drain("below");
    close(fd);
}

int main(void)
{
    char place[] = "/tmp/dnotifyXXXXXX";
    sigset_t set;
    REQUIRE(mkdtemp(place) && chdir(place) == 0 && mkdir("sub", 0700) == 0);
    sigemptyset(&set);
    sigaddset(&set, signo);
    sigaddset(&set, SIGIO);
    REQUIRE(sigprocmask(SIG_BLOCK, &set, NULL) == 0);
    int dir = open(".", O_RDONLY), file = open("plain", O_CREAT | O_RDWR, 0600);
    REQUIRE(dir >= 0 && file >= 0);
    SHOW(fcntl(file, F_NOTIFY, DN_CREATE));
    SHOW(fcntl(file, F_NOTIFY, 0));
    SHOW(fcntl(99, F_NOTIFY, DN_CREATE));
    SHOW(fcntl(dir, F_NOTIFY, DN_CREATE));
    printf("owner %d\n", fcntl(dir, F_GETOWN) == getpid());
    operations("once, SIGIO");
    REQUIRE(fcntl(dir, F_SETSIG, signo) == 0);
    SHOW(fcntl(dir, F_NOTIFY, DN_CREATE));
    operations("once, a signal");
    static const struct {
        const char *name;
        unsigned mask;
    } masks[] = {{"create", DN_CREATE}, {"delete", DN_DELETE}, {"rename", DN_RENAME}, {"attributes", DN_ATTRIB}, {"access", DN_ACCESS},
        {"modify", DN_MODIFY}};
    for (size_t i = 0; i < sizeof masks / sizeof masks[0]; i++) {
        SHOW(fcntl(dir, F_NOTIFY, masks[i].mask | DN_MULTISHOT));
        operations(masks[i].name);
        SHOW(fcntl(dir, F_NOTIFY, 0));
    }
    operations("nothing");
    SHOW(fcntl(dir, F_NOTIFY, DN_CREATE | DN_MULTISHOT));
    SHOW(fcntl(dir, F_NOTIFY, DN_DELETE));
    operations("added");
    // A duplicate that is closed ends it, but not another process's.
    if (fork() == 0)
        _exit(0);
    wait(NULL);
    operations("after a child's end");
    close(dup(dir));
    operations("after a duplicate's end");
    close(file);
    close(dir);
    REQUIRE(unlink("plain") == 0 && rmdir("sub") == 0 && chdir("/") == 0 && rmdir(place) == 0);
    return 0;
}
