// When reading moves st_atime: mount(2) MS_NOATIME, MS_NODIRATIME, MS_RELATIME, MS_STRICTATIME; O_NOATIME; inode flags.
#include "lib/mounts.h"
#include <dirent.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

static const struct timespec old[2] = {{1000000000, 0}, {1000000100, 0}}, newer[2] = {{1000000200, 0}, {1000000100, 0}};

static const char *moved(const char *path, const struct timespec *before)
{
    struct stat s;
    REQUIRE(lstat(path, &s) == 0);
    return s.st_atim.tv_sec == before->tv_sec ? "stays" : "moves";
}

static void read_file(const char *path, int flags)
{
    char text[16];
    int fd = open(path, O_RDONLY | flags);
    REQUIRE(fd >= 0 && read(fd, text, sizeof text) >= 0 && close(fd) == 0);
}

static void read_folder(const char *path)
{
    DIR *dir = opendir(path);
    REQUIRE(dir && readdir(dir));
    closedir(dir);
}

static void all(const char *name, const struct timespec times[2])
{
    char text[64];
    printf("%s:", name);
    REQUIRE(utimensat(AT_FDCWD, "m/file", times, 0) == 0 && utimensat(AT_FDCWD, "m/dir", times, 0) == 0);
    REQUIRE(utimensat(AT_FDCWD, "m/link", times, AT_SYMLINK_NOFOLLOW) == 0);
    read_file("m/file", 0);
    printf(" file %s", moved("m/file", times));
    read_folder("m/dir");
    printf(", folder %s", moved("m/dir", times));
    REQUIRE(readlink("m/link", text, sizeof text) > 0);
    printf(", link %s", moved("m/link", times));
    REQUIRE(utimensat(AT_FDCWD, "m/file", times, 0) == 0);
    read_file("m/file", O_NOATIME);
    printf(", with O_NOATIME %s", moved("m/file", times));
    int fd = open("m/file", O_RDONLY);
    REQUIRE(pread(fd, text, 1, 0) == 1);
    printf(", pread %s", moved("m/file", times));
    REQUIRE(utimensat(AT_FDCWD, "m/file", times, 0) == 0);
    REQUIRE(pread(fd, text, 10, 1000) == 0);
    printf(", at the end %s", moved("m/file", times));
    REQUIRE(utimensat(AT_FDCWD, "m/file", times, 0) == 0);
    void *at = mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0);
    REQUIRE(at != MAP_FAILED);
    printf(", mapped %s", moved("m/file", times));
    munmap(at, 4096);
    close(fd);
    REQUIRE(utimensat(AT_FDCWD, "m/file", times, 0) == 0);
    fd = open("m/file", O_WRONLY);
    REQUIRE(write(fd, "w", 1) == 1 && close(fd) == 0);
    printf(", written %s\n", moved("m/file", times));
}

int main(void)
{
    enter_own_mounts();
    REQUIRE(mkdir("m", 0755) == 0 && mount("m", "m", "tmpfs", 0, NULL) == 0);
    make_file("m/file", "text");
    REQUIRE(mkdir("m/dir", 0755) == 0 && symlink("file", "m/link") == 0);
    // A change of the inode is newer than any of these times: they are old for MS_RELATIME whatever they are.
    all("relative, old", old);
    all("relative, newer than the content", newer);
    struct stat first, second;
    read_file("m/file", 0);
    REQUIRE(stat("m/file", &first) == 0);
    usleep(30000);
    read_file("m/file", 0);
    REQUIRE(stat("m/file", &second) == 0);
    printf("relative, read twice: %d\n", first.st_atim.tv_nsec != second.st_atim.tv_nsec);
    REQUIRE(mount(NULL, "m", NULL, MS_REMOUNT | MS_STRICTATIME, NULL) == 0);
    usleep(30000);
    read_file("m/file", 0);
    REQUIRE(stat("m/file", &second) == 0);
    printf("strict, read again: %d\n", first.st_atim.tv_nsec != second.st_atim.tv_nsec);
    all("strict", old);
    REQUIRE(mount(NULL, "m", NULL, MS_REMOUNT | MS_NOATIME, NULL) == 0);
    all("none", old);
    REQUIRE(mount(NULL, "m", NULL, MS_REMOUNT | MS_NODIRATIME, NULL) == 0);
    all("none of folders", old);
    REQUIRE(mount(NULL, "m", NULL, MS_REMOUNT | MS_STRICTATIME | MS_NODIRATIME, NULL) == 0);
    all("strict, none of folders", old);
    REQUIRE(utimensat(AT_FDCWD, "m/file", old, 0) == 0);
    REQUIRE(mount(NULL, "m", NULL, MS_REMOUNT | MS_STRICTATIME | MS_RDONLY, NULL) == 0);
    read_file("m/file", 0);
    printf("read-only: %s\n", moved("m/file", old));
    leave_own_mounts();
    return 0;
}
