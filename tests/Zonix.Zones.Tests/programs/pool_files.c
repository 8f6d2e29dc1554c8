// Uses a file system that keeps what is written: "write" makes files in many ways, "check" finds them again after it was closed.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

#define CHECK(x) do { if (!(x)) { fprintf(stderr, "%s:%d: %s: %s\n", __FILE__, __LINE__, #x, strerror(errno)); _exit(1); } } while (0)

enum { MAPPED = 300000, LARGE = 1 << 20 };

static char *pattern(int seed, int length)
{
    char *bytes = malloc(length);
    for (int i = 0; i < length; i++)
        bytes[i] = (char)(seed + i * 7 + (i >> 8));
    return bytes;
}

static void put(const char *path, int seed, int length)
{
    int fd = open(path, O_CREAT | O_RDWR | O_TRUNC, 0640);
    CHECK(fd >= 0 && write(fd, pattern(seed, length), length) == length && close(fd) == 0);
}

static void expect(const char *path, int seed, int length)
{
    char *bytes = malloc(length + 1);
    int fd = open(path, O_RDONLY);
    CHECK(fd >= 0 && read(fd, bytes, length + 1) == length && memcmp(bytes, pattern(seed, length), length) == 0 && close(fd) == 0);
}

static int write_all(void)
{
    CHECK(mkdir("/dir", 0755) == 0 && mkdir("/dir/sub", 0700) == 0);
    put("/dir/small", 1, 100);
    put("/dir/large", 2, LARGE);
    put("/dir/replaced", 3, 5000);
    put("/dir/new", 4, 6000);
    CHECK(rename("/dir/new", "/dir/replaced") == 0);
    CHECK(link("/dir/large", "/dir/sub/second") == 0 && symlink("../small", "/dir/sub/link") == 0);
    CHECK(mknod("/dir/null", S_IFCHR | 0666, makedev(1, 3)) == 0);

    // Through a shared mapping, with writes by descriptor beside it.
    int fd = open("/dir/mapped", O_CREAT | O_RDWR, 0600);
    CHECK(fd >= 0 && ftruncate(fd, MAPPED) == 0);
    char *map = mmap(0, MAPPED, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    CHECK(map != MAP_FAILED);
    memcpy(map, pattern(5, MAPPED), MAPPED);
    CHECK(pwrite(fd, "by descriptor", 13, 1000) == 13 && memcmp(map + 1000, "by descriptor", 13) == 0);
    memcpy(map + 1000, pattern(5, MAPPED) + 1000, 13);
    CHECK(msync(map, MAPPED, MS_SYNC) == 0 && fsync(fd) == 0);

    // A small file that is mapped while it is written.
    int small = open("/dir/smallmap", O_CREAT | O_RDWR, 0600);
    CHECK(write(small, "abc", 3) == 3);
    char *view = mmap(0, 4096, PROT_READ, MAP_SHARED, small, 0);
    CHECK(view != MAP_FAILED && pwrite(small, "XYZ", 3, 0) == 3 && memcmp(view, "XYZ", 3) == 0);

    int sparse = open("/dir/sparse", O_CREAT | O_RDWR, 0600);
    CHECK(pwrite(sparse, "end", 3, 50 << 20) == 3 && lseek(sparse, 0, SEEK_DATA) == 50 << 20);
    struct stat st;
    CHECK(fstat(sparse, &st) == 0 && st.st_blocks < 100);

    int unnamed = open("/dir", O_TMPFILE | O_RDWR, 0644);
    CHECK(unnamed >= 0 && write(unnamed, "tmpfile", 7) == 7);
    char self[64];
    snprintf(self, sizeof self, "/proc/self/fd/%d", unnamed);
    CHECK(linkat(AT_FDCWD, self, AT_FDCWD, "/dir/linked", AT_SYMLINK_FOLLOW) == 0);

    CHECK(setxattr("/dir/small", "user.color", "blue", 4, 0) == 0);
    struct timespec times[2] = { { 1000000000, 123456789 }, { 2000000000, 987654321 } };
    CHECK(utimensat(AT_FDCWD, "/dir/small", times, 0) == 0 && chown("/dir/small", 12, 34) == 0 && chmod("/dir/small", 04711) == 0);
    struct statfs fs;
    CHECK(statfs("/", &fs) == 0 && fs.f_bavail > 0);

    int gone = open("/dir/gone", O_CREAT | O_RDWR, 0600);
    CHECK(write(gone, pattern(9, LARGE), LARGE) == LARGE && unlink("/dir/gone") == 0 && fsync(gone) == 0 && pread(gone, self, 8, 0) == 8);
    int d = open("/dir", O_RDONLY | O_DIRECTORY);
    CHECK(fsync(d) == 0 && syncfs(d) == 0 && fdatasync(fd) == 0);
    sync();
    put("/dir/late", 6, 70000);
    return 0;
}

static int check_all(void)
{
    struct stat st, other;
    char text[64];
    expect("/dir/small", 1, 100);
    expect("/dir/large", 2, LARGE);
    expect("/dir/sub/second", 2, LARGE);
    expect("/dir/replaced", 4, 6000);
    expect("/dir/mapped", 5, MAPPED);
    expect("/dir/late", 6, 70000);
    CHECK(stat("/dir/large", &st) == 0 && stat("/dir/sub/second", &other) == 0 && st.st_ino == other.st_ino && st.st_nlink == 2);
    CHECK(readlink("/dir/sub/link", text, sizeof text) == 8 && memcmp(text, "../small", 8) == 0);
    CHECK(stat("/dir/null", &st) == 0 && S_ISCHR(st.st_mode) && st.st_rdev == makedev(1, 3));
    CHECK(stat("/dir/small", &st) == 0 && st.st_uid == 12 && st.st_gid == 34 && st.st_mode == (S_IFREG | 04711));
    CHECK(st.st_atim.tv_sec == 1000000000 && st.st_mtim.tv_sec == 2000000000 && st.st_mtim.tv_nsec == 987654321);
    CHECK(getxattr("/dir/small", "user.color", text, sizeof text) == 4 && memcmp(text, "blue", 4) == 0);
    CHECK(stat("/dir/sparse", &st) == 0 && st.st_size == (50 << 20) + 3 && st.st_blocks < 100);
    CHECK(access("/dir/gone", F_OK) != 0 && access("/dir/new", F_OK) != 0 && access("/dir/linked", F_OK) == 0);
    int fd = open("/dir/smallmap", O_RDONLY);
    CHECK(read(fd, text, 64) == 3 && memcmp(text, "XYZ", 3) == 0);

    // What was closed can be written in place, mapped and not.
    fd = open("/dir/large", O_RDWR);
    CHECK(pwrite(fd, "again", 5, 500000) == 5 && pread(fd, text, 5, 500000) == 5 && memcmp(text, "again", 5) == 0);
    char *map = mmap(0, LARGE, PROT_READ, MAP_SHARED, fd, 0);
    CHECK(map != MAP_FAILED && pwrite(fd, "twice", 5, 500000) == 5 && memcmp(map + 500000, "twice", 5) == 0);
    CHECK(pwrite(fd, pattern(2, LARGE) + 500000, 5, 500000) == 5);
    return 0;
}

int main(int argc, char **argv)
{
    return argc > 1 && strcmp(argv[1], "check") == 0 ? check_all() : write_all();
}
