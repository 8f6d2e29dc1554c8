// Which error comes first: utimensat(2), copy_file_range(2), linkat(2), getdents64(2).
#include "lib/mounts.h"
#include <sys/time.h>

static long range(int from, long read, int to, long write, size_t count, unsigned flags)
{
    return syscall(SYS_copy_file_range, from, &read, to, &write, count, flags);
}

int main(void)
{
    struct timespec omit[2] = {{0, UTIME_OMIT}, {0, UTIME_OMIT}}, now[2] = {{0, UTIME_NOW}, {0, UTIME_NOW}}, bad[2] = {{0, -1}, {0, 0}};
    char text[64];
    enter_own_mounts();
    make_file("file", "text");
    make_file("other", "text");
    REQUIRE(mkdir("dir", 0755) == 0 && mkdir("ro", 0755) == 0 && mount("ro", "ro", "tmpfs", 0, NULL) == 0);
    make_file("ro/file", "text");
    REQUIRE(mkdir("ro/dir", 0755) == 0 && mount(NULL, "ro", NULL, MS_REMOUNT | MS_RDONLY, NULL) == 0);
    int file = open("file", O_RDWR), reads = open("other", O_RDONLY), writes = open("other", O_WRONLY), dir = open("dir", O_RDONLY);
    int appends = open("other", O_RDWR | O_APPEND), path = open("file", O_PATH), pipes[2];
    REQUIRE(file >= 0 && reads >= 0 && writes >= 0 && dir >= 0 && appends >= 0 && path >= 0 && pipe(pipes) == 0);

    SHOW(syscall(SYS_utimensat, AT_FDCWD, "missing", omit, 0));
    SHOW(syscall(SYS_utimensat, 99, NULL, omit, 0));
    SHOW(syscall(SYS_utimensat, AT_FDCWD, "missing", omit, 0x80000));
    SHOW(syscall(SYS_utimensat, AT_FDCWD, NULL, now, 0));
    SHOW(syscall(SYS_utimensat, dir, NULL, now, 0));
    SHOW(syscall(SYS_utimensat, dir, NULL, now, AT_SYMLINK_NOFOLLOW));
    SHOW(syscall(SYS_utimensat, dir, NULL, now, AT_EMPTY_PATH));
    SHOW(syscall(SYS_utimensat, dir, "", now, AT_EMPTY_PATH));
    SHOW(syscall(SYS_utimensat, 99, NULL, now, 0));
    SHOW(syscall(SYS_utimensat, 99, NULL, bad, 0x80000));
    SHOW(syscall(SYS_utimensat, AT_FDCWD, "missing", bad, 0));
    SHOW(syscall(SYS_utimensat, AT_FDCWD, "missing", (void *)1, 0));
    SHOW(syscall(SYS_utimes, NULL, NULL));
    SHOW(syscall(SYS_futimesat, dir, NULL, NULL));
    SHOW(syscall(SYS_futimesat, AT_FDCWD, NULL, NULL));

    SHOW(range(file, 0, dir, 0, 4, 0));
    SHOW(range(dir, 0, file, 0, 4, 0));
    SHOW(range(file, 0, 99, 0, 4, 0));
    SHOW(range(99, 0, file, 0, 4, 0));
    SHOW(range(file, 0, reads, 0, 4, 0));
    SHOW(range(writes, 0, file, 0, 4, 0));
    SHOW(range(file, 0, appends, 0, 4, 0));
    SHOW(range(file, 0, pipes[1], 0, 4, 0));
    SHOW(range(path, 0, writes, 0, 4, 0));
    SHOW(range(file, 0, dir, 0, 4, 1));
    SHOW(range(file, 0, writes, 0, 4, 1));
    SHOW(range(file, 0, writes, 10, SIZE_MAX, 0));
    SHOW(range(file, 0, writes, 0, 4, 0));
    SHOW(syscall(SYS_copy_file_range, file, (void *)1, dir, NULL, 4, 1));
    SHOW(syscall(SYS_copy_file_range, file, (void *)1, 99, NULL, 4, 1));

    // Beyond what the file system can hold there is no signal, as there is no limit.
    SHOW(pwrite(writes, "x", 1, INT64_MAX));
    SHOW(range(file, 0, writes, INT64_MAX - 2, 2, 0));
    SHOW(range(file, 0, writes, INT64_MAX, 65537, 0));

    SHOW(link("ro/dir", "ro/new"));
    SHOW(link("ro/file", "ro/new"));
    SHOW(link("ro/dir", "ro/file"));
    SHOW(link("file", "ro/new"));
    SHOW(link("ro/file", "new"));
    SHOW(link("dir", "new"));
    SHOW(link("file", "new/"));
    SHOW(link("dir", "file"));

    struct {
        uint64_t offset, length;
    } all = {0, 0};
    uint64_t pages[5] = {9, 9, 9, 9, 9};
    SHOW(syscall(451, pipes[0], &all, pages, 0));
    printf("%lu %lu %lu %lu %lu\n", pages[0], pages[1], pages[2], pages[3], pages[4]);
    SHOW(syscall(451, pipes[0], &all, pages, 1));
    SHOW(syscall(451, path, &all, pages, 0));

    REQUIRE(rmdir("dir") == 0);
    SHOW(syscall(SYS_getdents64, dir, text, sizeof text));
    SHOW(syscall(SYS_getdents64, file, text, sizeof text));
    SHOW(syscall(SYS_getdents64, path, text, sizeof text));
    REQUIRE(umount("ro") == 0);
    leave_own_mounts();
    return 0;
}
