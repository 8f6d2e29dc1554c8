// Limits of tmpfs: size and inodes, what statfs tells, what is given back. tmpfs(5).
#include "lib/mounts.h"
#include <sys/mman.h>

static void used(const char *when)
{
    struct statfs fs;
    REQUIRE(statfs("t", &fs) == 0);
    printf("%s: %ld of %ld pages free, %ld of %ld inodes\n", when, fs.f_bfree, fs.f_blocks, fs.f_ffree, fs.f_files);
}

int main(void)
{
    static char block[65536];
    enter_own_mounts();
    mkdir("t", 0755);
    SHOW(mount("t", "t", "tmpfs", 0, "size=1m,nr_inodes=8"));
    used("empty");
    int fd = open("t/a", O_RDWR | O_CREAT, 0644);
    SHOW(write(fd, "x", 1));
    used("one byte");
    SHOW(pwrite(fd, block, 5000, 0));
    used("two pages");
    SHOW(pwrite(fd, "x", 1, 1 << 20));
    used("sparse");
    SHOW(pwrite(fd, block, 8192, 4096));
    used("over what was there");
    SHOW(ftruncate(fd, 100));
    used("truncated");
    SHOW(ftruncate(fd, 2 << 20));
    used("made longer");
    SHOW(posix_fallocate(fd, 0, 512 << 10));
    used("allocated");
    SHOW(fallocate(fd, 0, 0, 2 << 20));
    used("too much");
    SHOW(fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, 256 << 10));
    used("punched");
    long total = 0, n;
    SHOW(lseek(fd, 2 << 20, SEEK_SET) == 2 << 20);
    while ((n = write(fd, block, sizeof block)) > 0)
        total += n;
    printf("%ld more, %s\n", total, strerrorname_np(errno));
    used("full");
    SHOW(pwrite(fd, block, 4096, 300 << 10));
    make_file("t/empty", "");
    int other = open("t/b", O_RDWR | O_CREAT, 0644);
    SHOW(write(other, "x", 1));
    close(other);
    SHOW(unlink("t/a"));
    used("unlinked");
    close(fd);
    used("closed");
    mkdir("t/d", 0755);
    symlink("x", "t/s");
    mkfifo("t/p", 0600);
    used("five");
    SHOW(mkdir("t/e", 0755));
    SHOW(open("t/f", O_CREAT | O_WRONLY, 0644));
    SHOW(mkdir("t/g", 0755));
    SHOW(open("t", O_TMPFILE | O_RDWR, 0600));
    rmdir("t/d");
    unlink("t/s");
    used("less");
    SHOW(mount(NULL, "t", NULL, MS_REMOUNT, "size=8k,nr_inodes=20"));
    used("smaller");
    fd = open("t/c", O_RDWR | O_CREAT, 0644);
    SHOW(write(fd, block, 10000));
    SHOW(write(fd, block, 100));
    close(fd);
    used("short write");
    SHOW(mount(NULL, "t", NULL, MS_REMOUNT, "size=4k"));
    SHOW(mount(NULL, "t", NULL, MS_REMOUNT, "size=0"));
    SHOW(umount2("t", MNT_DETACH));
    SHOW(mount("t", "t", "tmpfs", 0, "nr_blocks=3,nr_inodes=1k"));
    used("by blocks");
    show_mounts("by blocks");
    SHOW(umount2("t", 0));
    SHOW(mount("t", "t", "ramfs", 0, "size=1k,mode=711"));
    used("ramfs");
    show_mounts("ramfs");
    fd = open("t/x", O_RDWR | O_CREAT, 0644);
    SHOW(write(fd, block, sizeof block));
    close(fd);
    SHOW(umount2("t", 0));
    leave_own_mounts();
}
