// Bad pointers in calls: EFAULT, and partial counts at the edge of a page.
#include "lib/check.h"
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/utsname.h>
#include <time.h>

static void *volatile bad = (void *)0x10;
#define BAD bad

int main(void)
{
    char *edge = mmap(NULL, 3 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    REQUIRE(mprotect(edge + 2 * 4096, 4096, PROT_NONE) == 0);
    char *end = edge + 2 * 4096; // nothing is accessible from here on
    memset(edge, 'x', 2 * 4096);
    char *read_only = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    int file = open("file", O_RDWR | O_CREAT | O_TRUNC, 0600);
    REQUIRE(file >= 0);
    SHOW(write(file, edge, 8192));
    SHOW(lseek(file, 0, SEEK_SET));
    SHOW(read(file, BAD, 10));
    SHOW(read(file, NULL, 0));
    SHOW(read(file, read_only, 10));
    SHOW(lseek(file, 0, SEEK_CUR));
    SHOW(read(file, end - 10, 100));
    SHOW(lseek(file, 0, SEEK_CUR));
    SHOW(pread(file, end - 1, 2, 0));
    SHOW(write(file, BAD, 10));
    SHOW(write(file, end - 10, 100));
    SHOW(write(file, end, 1));
    SHOW(pwrite(file, end - 4097, 9000, 0));
    SHOW(lseek(file, 0, SEEK_END));
    SHOW(read(file, BAD, 10));  // at the end of the file nothing is copied
    SHOW(lseek(file, 0, SEEK_SET));
    struct iovec parts[3] = {{edge, 5}, {end - 5, 10}, {edge, 5}};
    SHOW(readv(file, parts, 3));
    SHOW(writev(file, parts, 3));
    SHOW(readv(file, BAD, 2));
    SHOW(readv(file, (struct iovec *)(end - 16), 2));
    parts[0] = (struct iovec){BAD, 5};
    SHOW(readv(file, parts, 2));
    parts[0] = (struct iovec){edge, (size_t)-1};
    SHOW(readv(file, parts, 2));
    volatile int many = -1;
    SHOW(readv(file, parts, many));
    many = 1025;
    SHOW(readv(file, parts, many));

    int pipes[2];
    SHOW(syscall(SYS_pipe, BAD));
    REQUIRE(pipe(pipes) == 0);
    SHOW(write(pipes[1], end - 10, 20));
    SHOW(write(pipes[1], BAD, 20));
    SHOW(write(pipes[1], "0123456789", 10));
    SHOW(read(pipes[0], end - 4, 8));
    SHOW(read(pipes[0], BAD, 3));
    SHOW(fcntl(pipes[0], F_SETFL, O_NONBLOCK));
    SHOW(read(pipes[0], edge, 100));
    SHOW(read(pipes[0], BAD, 100));

    SHOW(open(BAD, O_RDONLY));
    SHOW(open(end - 3, O_RDONLY));
    memset(edge, 'n', 8192);
    SHOW(open(edge, O_RDONLY));
    SHOW(open(end - 4090, O_RDONLY));
    SHOW(syscall(SYS_stat, "/etc/passwd", BAD));
    SHOW(syscall(SYS_stat, BAD, edge));
    SHOW(syscall(SYS_fstat, file, end - 20));
    SHOW(syscall(SYS_newfstatat, AT_FDCWD, "/", BAD, 0));
    SHOW(syscall(SYS_newfstatat, file, "", end - 8, AT_EMPTY_PATH));
    SHOW(syscall(SYS_statx, AT_FDCWD, "/", 0, STATX_BASIC_STATS, BAD));
    SHOW(readlink("/proc/self/exe", BAD, 10));
    SHOW(syscall(SYS_getcwd, BAD, 100));
    SHOW(syscall(SYS_getcwd, edge, 1));
    SHOW(chdir(BAD));
    SHOW(access(BAD, R_OK));
    SHOW(unlink(BAD));
    SHOW(mkdir(end - 1, 0700));
    SHOW(rename("file", BAD));
    int directory = open("/etc", O_RDONLY | O_DIRECTORY);
    SHOW(syscall(SYS_getdents64, directory, BAD, 4096));
    SHOW(syscall(SYS_getdents64, directory, edge, 4));
    SHOW(uname(BAD));
    SHOW(syscall(SYS_gettimeofday, BAD, NULL));
    SHOW(syscall(SYS_gettimeofday, NULL, NULL));
    SHOW(syscall(SYS_clock_gettime, CLOCK_MONOTONIC, BAD));
    SHOW(syscall(SYS_clock_getres, CLOCK_MONOTONIC, NULL));
    SHOW(syscall(SYS_clock_getres, 99, NULL));
    SHOW(syscall(SYS_nanosleep, BAD, NULL));
    SHOW(syscall(SYS_time, BAD));
    SHOW(syscall(SYS_getrlimit, RLIMIT_NOFILE, BAD));
    SHOW(syscall(SYS_setrlimit, RLIMIT_NOFILE, BAD));
    SHOW(syscall(SYS_prlimit64, 0, RLIMIT_NOFILE, NULL, BAD));
    SHOW(syscall(SYS_getrusage, RUSAGE_SELF, BAD));
    SHOW(syscall(SYS_rt_sigaction, SIGUSR1, BAD, NULL, 8));
    SHOW(syscall(SYS_rt_sigaction, SIGUSR1, NULL, BAD, 8));
    SHOW(syscall(SYS_rt_sigprocmask, SIG_BLOCK, BAD, NULL, 8));
    SHOW(syscall(SYS_rt_sigprocmask, SIG_BLOCK, NULL, BAD, 8));
    SHOW(syscall(SYS_rt_sigpending, BAD, 8));
    SHOW(syscall(SYS_sigaltstack, BAD, NULL));
    SHOW(syscall(SYS_poll, BAD, 1, 0));
    SHOW(syscall(SYS_poll, NULL, 0, 0));
    SHOW(syscall(SYS_select, 1, BAD, NULL, NULL, NULL));
    SHOW(syscall(SYS_getrandom, BAD, 10, 0));
    SHOW(syscall(SYS_getrandom, end - 5, 10, 0));
    SHOW(syscall(SYS_futex, BAD, 0, 0, NULL));
    SHOW(syscall(SYS_futex, 1, 0, 0, NULL));
    SHOW(syscall(SYS_set_robust_list, BAD, 24));
    SHOW(syscall(SYS_set_robust_list, BAD, 23));
    SHOW(syscall(SYS_arch_prctl, 0x1003 /* ARCH_GET_FS */, BAD));
    SHOW(syscall(SYS_sysinfo, BAD));
    SHOW(syscall(SYS_times, BAD));
    SHOW(syscall(SYS_mincore, edge, 4096, BAD));
    SHOW(syscall(SYS_execve, BAD, NULL, NULL));
    SHOW(syscall(SYS_execve, "/bin/true", BAD, NULL));
    SHOW(syscall(SYS_execve, "/nonexistent", NULL, NULL));
    printf("still here\n");
    return 0;
}
