// The calls on files that only i386 has. Built for x86-64 it makes today's calls, and prints the same.
// machine: i386
// flags: -static -Wno-unused-variable
#include "lib/check.h"
#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/select.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <utime.h>

#ifdef __i386__
#define ONLY_I386(old, today) (old)
typedef struct { unsigned short dev, ino, mode, nlink, uid, gid, rdev; unsigned size, atime, mtime, ctime; } oldest_stat;
typedef struct { unsigned dev, ino; unsigned short mode, nlink, uid, gid; unsigned rdev, size, blksize, blocks, atime, atimens, mtime, mtimens, ctime, ctimens, pad[2]; } short_stat;
#else
#define ONLY_I386(old, today) (today)
typedef struct stat oldest_stat, short_stat;
#define size st_size
#define mode st_mode
#define nlink st_nlink
#define mtime st_mtime
#endif

static void show_status(void)
{
    int fd = open("file", O_CREAT | O_RDWR | O_TRUNC, 0640);
    write(fd, "0123456789", 10);
    struct utimbuf stamps = {1000000000, 1234567890};
    SHOW(ONLY_I386(syscall(30, "file", ((int[]){1000000000, 1234567890})), utime("file", &stamps)));
    oldest_stat o = {0};
    // An inode's number may not fit into 16 bits: then there is nothing to compare.
    long r = ONLY_I386(syscall(18, "file", &o), stat("file", &o));
    if (r == 0)
        REQUIRE(o.size == 10 && (o.mode & 07777) == 0640 && o.nlink == 1);
    else
        REQUIRE(errno == EOVERFLOW);
    short_stat s = {0};
    if (ONLY_I386(syscall(106, "file", &s), stat("file", &s)) == 0)
        REQUIRE(s.size == 10 && s.mode == 0100640 && s.nlink == 1 && s.mtime == 1234567890);
    else
        REQUIRE(errno == EOVERFLOW);
    struct stat whole;
    SHOW(fstat(fd, &whole));
    printf("stat %o %ld %ld %ld\n", whole.st_mode, (long)whole.st_nlink, (long)whole.st_size, (long)whole.st_mtime);
    struct stat from_path;
    SHOW(stat("file", &from_path));
    REQUIRE(whole.st_ino == from_path.st_ino && whole.st_dev == from_path.st_dev);
    struct timeval times[2] = {{11, 12}, {13, 14}};
    SHOW(ONLY_I386(syscall(271, "file", ((int[]){11, 12, 13, 14})), utimes("file", times)));
    SHOW(fstat(fd, &whole));
    printf("times %ld.%09ld %ld.%09ld\n", (long)whole.st_atim.tv_sec, (long)whole.st_atim.tv_nsec, (long)whole.st_mtim.tv_sec, (long)whole.st_mtim.tv_nsec);
    struct statfs fs;
    SHOW(statfs("/proc", &fs));
    printf("statfs %lx %ld %ld\n", (long)fs.f_type, (long)fs.f_bsize, (long)fs.f_namelen);
    SHOW(ONLY_I386(syscall(99, "/proc", &fs), statfs("/proc", &fs)));
    close(fd);
}

static void show_positions(void)
{
    int fd = open("large", O_CREAT | O_RDWR | O_TRUNC | O_LARGEFILE, 0600);
    long long where = 5000000000LL, result = 0;
    SHOW(ONLY_I386(syscall(194, fd, (unsigned)where, (int)(where >> 32)), ftruncate(fd, where)));
    SHOW(ONLY_I386(syscall(181, fd, "tail", 4, (unsigned)where, (int)(where >> 32)), pwrite(fd, "tail", 4, where)));
    char text[8] = "";
    SHOW(ONLY_I386(syscall(180, fd, text, 4, (unsigned)where, (int)(where >> 32)), pread(fd, text, 4, where)));
    puts(text);
    SHOW(ONLY_I386(syscall(140, fd, 1, 705032704, &result, SEEK_SET), (result = lseek(fd, where, SEEK_SET), 0)));
    printf("at %lld\n", result);
    SHOW(ONLY_I386(syscall(140, fd, -1, -1, &result, SEEK_CUR), (result = lseek(fd, -1, SEEK_CUR), 0)));
    printf("at %lld\n", result);
    SHOW(ONLY_I386(syscall(140, 99, 0, 0, &result, SEEK_CUR), lseek(99, 0, SEEK_CUR)));
    struct iovec parts[2] = {{text, 2}, {text + 2, 2}};
    SHOW(ONLY_I386(syscall(333, fd, parts, 2, (unsigned)where, (int)(where >> 32)), preadv(fd, parts, 2, where)));
    SHOW(ONLY_I386(syscall(145, fd, parts, 2), readv(fd, parts, 2)));
    SHOW(ONLY_I386(syscall(324, fd, 0, 0, 0, 8192, 0), posix_fallocate(fd, 0, 8192)));
    SHOW(ONLY_I386(syscall(272, fd, 0, 1, 0, 1, POSIX_FADV_RANDOM), posix_fadvise(fd, 1LL << 32, 1LL << 32, POSIX_FADV_RANDOM)));
    SHOW(ONLY_I386(syscall(193, "large", 4096, 0), truncate("large", 4096)));
    SHOW(ONLY_I386(syscall(92, "large", 100), truncate("large", 100)));
    SHOW(ONLY_I386(syscall(93, fd, 8192), ftruncate(fd, 8192)));
    SHOW(ONLY_I386(syscall(93, fd, -1), ftruncate(fd, -1)));
    SHOW(lseek(fd, 0, SEEK_END));
    pwrite(fd, "page two", 8, 4096);
    char *map = (char *)ONLY_I386(syscall(192, 0, 4096, PROT_READ, MAP_SHARED, fd, 1), mmap(0, 4096, PROT_READ, MAP_SHARED, fd, 4096));
    puts(map);
    munmap(map, 4096);
#ifdef __i386__
    unsigned arguments[] = {0, 4096, PROT_READ, MAP_SHARED, fd, 4096};
    map = (char *)syscall(90, arguments);
#else
    map = mmap(0, 4096, PROT_READ, MAP_SHARED, fd, 4096);
#endif
    puts(map);
    int out = open("copy", O_CREAT | O_RDWR | O_TRUNC, 0600);
    long start = 4096;
    SHOW(ONLY_I386(syscall(187, out, fd, &start, 8), sendfile(out, fd, &start, 8)));
    printf("from %ld\n", start);
    close(out);
    close(fd);
}

static void show_locks(void)
{
    int fd = open("file", O_RDWR);
    int ready[2], end[2];
    pipe(ready);
    pipe(end);
    pid_t child = fork();
    if (child == 0)
    {
        struct flock mine = {.l_type = F_WRLCK, .l_start = 10, .l_len = 20};
        int r = ONLY_I386(syscall(55, fd, 6, &((struct { short t, w; int s, l, p; }){F_WRLCK, 0, 10, 20, 0})), fcntl(fd, F_SETLK, &mine));
        write(ready[1], &r, 4);
        read(end[0], &r, 1);
        _exit(0);
    }
    int r;
    read(ready[0], &r, 4);
    printf("child's lock %d\n", r);
    struct flock64 wide = {.l_type = F_RDLCK};
    SHOW(ONLY_I386(syscall(221, fd, 12, &wide), fcntl(fd, F_GETLK, &wide)));
    printf("wide %d %d %lld %lld %d\n", wide.l_type, wide.l_whence, (long long)wide.l_start, (long long)wide.l_len, wide.l_pid == child);
    struct flock64 far = {.l_type = F_WRLCK, .l_start = 1LL << 33, .l_len = 5};
    SHOW(ONLY_I386(syscall(221, fd, 13, &far), fcntl(fd, F_SETLK, &far)));
    struct flock64 open_file = {.l_type = F_RDLCK, .l_start = 12};
    SHOW(ONLY_I386(syscall(221, fd, 37, &open_file), fcntl(fd, F_OFD_SETLK, &open_file)));
#ifdef __i386__
    struct { short type, whence; int start, length, pid; } narrow = {F_RDLCK, 0, 0, 0, 0};
    SHOW(syscall(55, fd, 5, &narrow));
    printf("narrow %d %d %d %d %d\n", narrow.type, narrow.whence, narrow.start, narrow.length, narrow.pid == child);
    SHOW(syscall(55, fd, 12, &wide));
#else
    struct flock narrow = {.l_type = F_RDLCK};
    printf("syscall(55, fd, 5, &narrow) = %d\n", fcntl(fd, F_GETLK, &narrow));
    printf("narrow %d %d %d %d %d\n", narrow.l_type, narrow.l_whence, (int)narrow.l_start, (int)narrow.l_len, narrow.l_pid == child);
    puts("syscall(55, fd, 12, &wide) = -1 EINVAL");
#endif
    write(end[1], "", 1);
    wait(0);
    close(fd);
}

static int by_name(const void *a, const void *b) { return strcmp(*(char **)a, *(char **)b); }

static void show_names(void)
{
    mkdir("folder", 0700);
    for (int i = 0; i < 40; i++)
    {
        char name[80];
        sprintf(name, "folder/%.*s%d", i, "long-names-are-longer-than-short-ones-are", i);
        close(open(name, O_CREAT | O_WRONLY, 0600));
    }
    char *names[64];
    int count = 0;
#ifdef __i386__
    int fd = open("folder", O_RDONLY | O_DIRECTORY);
    static char buffer[512];
    long got;
    while ((got = syscall(141, fd, buffer, sizeof buffer)) > 0)
        for (long at = 0; at < got; at += *(unsigned short *)(buffer + at + 8))
        {
            unsigned short length = *(unsigned short *)(buffer + at + 8);
            int type = buffer[at + length - 1];
            REQUIRE(type == DT_DIR || type == DT_REG || type == DT_UNKNOWN);
            names[count++] = strdup(buffer + at + 10);
        }
    REQUIRE(got == 0);
    lseek(fd, 0, SEEK_SET);
    int oldest = 0;
    while ((got = syscall(89, fd, buffer, 1)) == 1)
    {
        REQUIRE(strlen(buffer + 10) == *(unsigned short *)(buffer + 8));
        oldest++;
    }
    REQUIRE(got == 0 && oldest == count);
#else
    DIR *all = opendir("folder");
    for (struct dirent *one; (one = readdir(all));)
        names[count++] = strdup(one->d_name);
#endif
    qsort(names, count, sizeof *names, by_name);
    for (int i = 0; i < count; i++)
        puts(names[i]);
}

static void show_waiting(void)
{
    int ends[2];
    pipe(ends);
    write(ends[1], "x", 1);
    fd_set reads;
    FD_ZERO(&reads);
    FD_SET(ends[0], &reads);
    // What lies behind the words that are needed stays as it is.
    unsigned guarded[4] = {1u << ends[0], 0x5a5a5a5a, 0x5a5a5a5a, 0x5a5a5a5a};
    struct timeval limit = {5, 0};
#ifdef __i386__
    unsigned arguments[] = {ends[0] + 1, (unsigned)(long)guarded, 0, 0, (unsigned)(long)((int[]){5, 0})};
    SHOW(syscall(82, arguments));
    printf("%d %x\n", guarded[0] == 1u << ends[0], guarded[1]);
    SHOW(syscall(142, ends[0] + 1, &reads, 0, 0, ((int[]){5, 0})));
#else
    printf("syscall(82, arguments) = %d\n", select(ends[0] + 1, &reads, 0, 0, &limit));
    printf("%d %x\n", 1, guarded[1]);
    printf("syscall(142, ends[0] + 1, &reads, 0, 0, ((int[]){5, 0})) = %d\n", select(ends[0] + 1, &reads, 0, 0, &limit));
#endif
    printf("%d\n", FD_ISSET(ends[0], &reads) != 0);
    FD_ZERO(&reads);
    FD_SET(ends[1], &reads);
    limit = (struct timeval){0, 1000};
    SHOW(select(ends[1] + 1, &reads, 0, 0, &limit));
    struct pollfd one = {ends[0], POLLIN};
    struct timespec soon = {0, 1000};
    SHOW(ppoll(&one, 1, &soon, 0));
    int bytes;
    SHOW(ioctl(ends[0], FIONREAD, &bytes));
    printf("%d bytes\n", bytes);
}

int main(void)
{
    show_status();
    show_positions();
    show_locks();
    show_names();
    show_waiting();
    return 0;
}
