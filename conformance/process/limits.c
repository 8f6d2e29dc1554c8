// flags: -static
// RLIMIT_FSIZE, RLIMIT_NPROC, RLIMIT_NOFILE, and who may set limits. setrlimit(2), prlimit(2).
#include "lib/identity.h"
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/uio.h>

static volatile int signals;

static void count(int signal)
{
    signals += signal == SIGXFSZ;
}

static void limit(int resource, rlim_t soft, rlim_t hard)
{
    struct rlimit wanted = { soft, hard };
    REQUIRE(setrlimit(resource, &wanted) == 0);
}

static void size_of(int fd)
{
    struct stat status;
    fstat(fd, &status);
    printf("  size %ld, offset %ld, signals %d\n", (long)status.st_size, (long)lseek(fd, 0, SEEK_CUR), signals);
}

static void file_size(void)
{
    char text[100];
    memset(text, 'x', sizeof text);
    int fd = open("limited", O_RDWR | O_CREAT | O_TRUNC, 0600);
    REQUIRE(fd >= 0);
    signal(SIGXFSZ, count);
    limit(RLIMIT_FSIZE, 150, RLIM_INFINITY);
    SHOW(write(fd, text, 100));
    SHOW(write(fd, text, 100));
    size_of(fd);
    SHOW(write(fd, text, 100));
    SHOW(write(fd, text, 0));
    size_of(fd);
    SHOW(pwrite(fd, text, 20, 140));
    SHOW(pwrite(fd, text, 20, 150));
    SHOW(pwrite(fd, text, 20, 1000));
    struct iovec parts[2] = { { text, 10 }, { text, 10 } };
    SHOW(pwritev(fd, parts, 2, 135));
    size_of(fd);
    SHOW(ftruncate(fd, 150));
    SHOW(ftruncate(fd, 151));
    SHOW(truncate("limited", 200));
    size_of(fd);
    limit(RLIMIT_FSIZE, 100, RLIM_INFINITY);
    SHOW(ftruncate(fd, 120));
    SHOW(ftruncate(fd, 140));
    size_of(fd);
    SHOW(fallocate(fd, 0, 0, 200));
    size_of(fd);
    close(fd);
    fd = open("limited", O_WRONLY | O_APPEND | O_TRUNC);
    SHOW(write(fd, text, 90));
    SHOW(write(fd, text, 90));
    SHOW(write(fd, text, 90));
    size_of(fd);
    close(fd);
    int source = open("source", O_RDWR | O_CREAT | O_TRUNC, 0600);
    limit(RLIMIT_FSIZE, 300, RLIM_INFINITY);
    REQUIRE(write(source, text, 100) == 100 && write(source, text, 100) == 100);
    limit(RLIMIT_FSIZE, 150, RLIM_INFINITY);
    fd = open("limited", O_WRONLY | O_TRUNC);
    off_t from = 0, to = 0;
    SHOW(sendfile(fd, source, &from, 200));
    SHOW(sendfile(fd, source, &from, 200));
    size_of(fd);
    from = 0;
    SHOW(copy_file_range(source, &from, fd, &to, 200, 0) > 0);
    to = 150;
    from = 0;
    SHOW(copy_file_range(source, &from, fd, &to, 200, 0));
    size_of(fd);
    int pipes[2];
    REQUIRE(pipe(pipes) == 0);
    limit(RLIMIT_FSIZE, 0, RLIM_INFINITY);
    SHOW(write(pipes[1], text, 90));
    IN_CHILD({
        signal(SIGXFSZ, SIG_DFL);
        write(fd, text, 1);
        printf("not reached\n");
    });
    signal(SIGXFSZ, SIG_IGN);
    SHOW(write(fd, text, 1));
    limit(RLIMIT_FSIZE, RLIM_INFINITY, RLIM_INFINITY);
}

static void processes(void)
{
    // A user that nobody else is.
    limit(RLIMIT_NPROC, 2, 2);
    REQUIRE(setuid(54321) == 0);
    pid_t first = fork();
    if (first == 0) {
        pause();
        _exit(0);
    }
    printf("first %d\n", first > 0);
    SHOW(fork());
    kill(first, SIGKILL);
    REQUIRE(waitpid(first, NULL, 0) == first);
    pid_t second = fork();
    if (second == 0)
        _exit(0);
    printf("second %d\n", second > 0);
    REQUIRE(waitpid(second, NULL, 0) == second);
}

int main(void)
{
    equal_root();
    IN_CHILD(file_size());
    IN_CHILD(processes());
    // Too many processes of the user: execve says so. The one that becomes the user's counts only then.
    IN_CHILD({
        limit(RLIMIT_NPROC, 0, 0);
        REQUIRE(setuid(54322) == 0);
        SHOW(access("/bin/true", X_OK));
        fflush(stdout);
        execl("/bin/true", "true", NULL);
        printf("not executed\n");
    });
    IN_CHILD({
        int ready[2];
        char byte;
        REQUIRE(pipe(ready) == 0);
        pid_t first = fork();
        if (first == 0) {
            REQUIRE(setuid(54323) == 0 && write(ready[1], "x", 1) == 1);
            pause();
        }
        REQUIRE(read(ready[0], &byte, 1) == 1);
        limit(RLIMIT_NPROC, 0, 0);
        REQUIRE(setuid(54323) == 0);
        SHOW(execl("/bin/true", "true", NULL));
        kill(first, SIGKILL);
        REQUIRE(waitpid(first, NULL, 0) == first);
        SHOW(execl("/bin/true", "true", NULL));
    });
    // Descriptors.
    limit(RLIMIT_NOFILE, 20, 1000);
    SHOW(dup2(0, 19));
    SHOW(dup2(0, 20));
    SHOW(fcntl(0, F_DUPFD, 20));
    struct rlimit wanted = { 20, 1001 };
    SHOW(setrlimit(RLIMIT_NOFILE, &wanted));
    wanted = (struct rlimit){ 21, 20 };
    SHOW(setrlimit(RLIMIT_NOFILE, &wanted));
    SHOW(setrlimit(99, &wanted));
    SHOW(setrlimit(RLIMIT_CORE, NULL));
    // Limits of others.
    int ready[2];
    REQUIRE(pipe(ready) == 0);
    pid_t other = fork();
    if (other == 0) {
        REQUIRE(setresuid(1001, 1001, 1001) == 0 && write(ready[1], "x", 1) == 1);
        pause();
        _exit(0);
    }
    char byte;
    REQUIRE(read(ready[0], &byte, 1) == 1);
    struct rlimit old;
    wanted = (struct rlimit){ 10, 900 };
    SHOW(prlimit(other, RLIMIT_NOFILE, &wanted, NULL));
    SHOW(prlimit(0x3fffff, RLIMIT_NOFILE, NULL, &old));
    IN_CHILD({ REQUIRE(setuid(1000) == 0); SHOW(prlimit(other, RLIMIT_NOFILE, NULL, &old)); });
    IN_CHILD({
        REQUIRE(setuid(1001) == 0);
        SHOW(prlimit(other, RLIMIT_NOFILE, &wanted, &old));
        printf("%lu %lu\n", old.rlim_cur, old.rlim_max);
        SHOW(prlimit(other, RLIMIT_NOFILE, NULL, &old));
        printf("%lu %lu\n", old.rlim_cur, old.rlim_max);
    });
    kill(other, SIGKILL);
    return 0;
}
