// The overlay file system as a guest mounts it: what it shows, and what it leaves in the layers. mount(8), overlayfs.
#include "lib/mounts.h"
#include <dirent.h>
#include <sys/mman.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>

static int by_name(const struct dirent **a, const struct dirent **b) { return strcmp((*a)->d_name, (*b)->d_name); }

static void list(const char *path)
{
    struct dirent **entries;
    int n = scandir(path, &entries, NULL, by_name);
    printf("%s:", path);
    if (n < 0)
        printf(" %s", strerrorname_np(errno));
    for (int i = 0; i < n; i++) {
        struct stat status;
        char whole[512], value[16];
        snprintf(whole, sizeof whole, "%s/%s", path, entries[i]->d_name);
        if (entries[i]->d_name[0] == '.' || lstat(whole, &status) != 0)
            continue;
        printf(" %s(%o", entries[i]->d_name, status.st_mode);
        if (S_ISCHR(status.st_mode))
            printf(" %d,%d", major(status.st_rdev), minor(status.st_rdev));
        if (S_ISDIR(status.st_mode) && getxattr(whole, "trusted.overlay.opaque", value, sizeof value) == 1)
            printf(" opaque=%c", value[0]);
        printf("%s)", entries[i]->d_type == IFTODT(status.st_mode) ? "" : " other type");
    }
    printf("\n");
}

static void fill(void)
{
    mkdir("l1", 0755), mkdir("l2", 0755), mkdir("u", 0755), mkdir("w", 0755), mkdir("m", 0755);
    mkdir("l1/d", 0755), mkdir("l2/d", 0700), mkdir("l2/e", 0755), mkdir("l2/e/deep", 0755), mkdir("l1/gone", 0755), mkdir("l2/gone", 0755);
    make_file("l1/f", "top f"), make_file("l2/f", "bottom f"), make_file("l2/g", "bottom g"), make_file("l1/d/a", "a"), make_file("l2/d/b", "b");
    make_file("l2/e/deep/x", "deep x"), make_file("l2/gone/y", "y"), make_file("l2/h", "hard");
    REQUIRE(link("l2/h", "l2/h2") == 0);
    REQUIRE(symlink("f", "l2/s") == 0 && mkfifo("l2/p", 0600) == 0);
    REQUIRE(mknod("l1/hidden", S_IFCHR, makedev(0, 0)) == 0);
    make_file("l2/hidden", "hidden");
    REQUIRE(setxattr("l1/gone", "trusted.overlay.opaque", "y", 1, 0) == 0);
    REQUIRE(setxattr("l2/g", "trusted.mine", "value", 5, 0) == 0);
    chmod("l2/g", 0640);
    struct timespec times[2] = {{1000, 5}, {2000, 6}};
    REQUIRE(utimensat(AT_FDCWD, "l2/g", times, 0) == 0);
}

static void errors(void)
{
    SHOW(mount("o", "m", "overlay", 0, NULL));
    SHOW(mount("o", "m", "overlay", 0, "lowerdir=missing"));
    SHOW(mount("o", "m", "overlay", 0, "lowerdir=l1/f"));
    SHOW(mount("o", "m", "overlay", 0, "lowerdir=l1,upperdir=u"));
    SHOW(mount("o", "m", "overlay", 0, "lowerdir=l1,upperdir=u,workdir=u/w"));
    mkdir("u/w", 0755);
    SHOW(mount("o", "m", "overlay", 0, "lowerdir=l1,upperdir=u,workdir=u/w"));
    rmdir("u/w");
    SHOW(mount("o", "m", "overlay", 0, "lowerdir=l1,upperdir=u,workdir=/tmp"));
    SHOW(mount("o", "m", "overlay", 0, "lowerdir=l1,nonsense=1"));
}

static void read_only(void)
{
    SHOW(mount("o", "m", "overlay", 0, "lowerdir=l1:l2"));
    list("m"), list("m/d"), list("m/gone"), list("m/e");
    show_file("m/f"), show_file("m/g"), show_file("m/d/a"), show_file("m/d/b"), show_file("m/s"), show_file("m/hidden");
    SHOW(open("m/f", O_RDWR));
    SHOW(mkdir("m/new", 0755));
    SHOW(unlink("m/f"));
    SHOW(setxattr("m/f", "user.x", "1", 1, 0));
    struct statfs fs;
    REQUIRE(statfs("m", &fs) == 0);
    printf("%lx %lx\n", fs.f_type, fs.f_flags & 1);
    SHOW(umount2("m", 0));
}

static void change(void)
{
    SHOW(mount("o", "m", "overlay", 0, "lowerdir=l1:l2,upperdir=u,workdir=w"));
    list("w");
    make_file("m/new", "new");
    SHOW(mkdir("m/d/made", 0711));
    list("u"), list("u/d");
    // Copied up: content, owner, permissions, times, attributes.
    struct stat before, after;
    REQUIRE(stat("m/g", &before) == 0);
    int reader = open("m/g", O_RDONLY);
    SHOW(chmod("m/g", 0604));
    REQUIRE(stat("m/g", &after) == 0);
    printf("same inode %d, device %d, mode %o, modified %ld.%ld, size %ld\n", before.st_ino == after.st_ino, before.st_dev == after.st_dev,
        after.st_mode, after.st_mtim.tv_sec, after.st_mtim.tv_nsec, after.st_size);
    char text[32] = "";
    SHOW(getxattr("m/g", "trusted.mine", text, sizeof text));
    SHOW(getxattr("u/g", "trusted.mine", text, sizeof text));
    show_file("u/g");
    SHOW(read(reader, text, sizeof text));
    close(reader);
    int fd = open("m/f", O_WRONLY | O_APPEND);
    SHOW(write(fd, "+", 1));
    SHOW(fchmod(fd, 0600));
    close(fd);
    show_file("m/f"), show_file("l1/f"), show_file("u/f");
    SHOW(open("m/e/deep/x", O_WRONLY | O_TRUNC) >= 0);
    show_file("m/e/deep/x"), show_file("l2/e/deep/x");
    list("u"), list("u/e");
    // Taken away.
    SHOW(unlink("m/f"));
    SHOW(unlink("m/new"));
    SHOW(unlink("m/hidden"));
    SHOW(rmdir("m/d"));
    SHOW(unlink("m/d/a"));
    SHOW(unlink("m/d/b"));
    SHOW(rmdir("m/d/made"));
    list("m/d"), list("u/d");
    SHOW(rmdir("m/d"));
    SHOW(unlink("m/gone"));
    SHOW(rmdir("m/gone"));
    list("m"), list("u");
    show_file("m/f");
    // Made again: nothing shines through.
    SHOW(mkdir("m/d", 0755));
    list("m/d"), list("u");
    make_file("m/f", "again");
    show_file("m/f");
    SHOW(mkdir("m/gone", 0755));
    list("m/gone");
    list("u");
    char names[256] = "";
    SHOW(listxattr("m/d", names, sizeof names));
    SHOW(getxattr("m/d", "trusted.overlay.opaque", text, sizeof text));
    SHOW(setxattr("m/d", "trusted.overlay.opaque", "y", 1, 0));
}

static void moves(void)
{
    make_file("m/one", "one");
    SHOW(rename("m/one", "m/two"));
    SHOW(rename("m/g", "m/g2"));
    show_file("m/g2"), show_file("m/g");
    SHOW(rename("m/two", "m/s"));
    show_file("m/s");
    SHOW(rename("m/d", "m/moved"));
    SHOW(rename("m/moved", "m/d"));
    SHOW(mkdir("m/fresh", 0755));
    make_file("m/fresh/in", "in");
    SHOW(rename("m/fresh", "m/fresh2"));
    show_file("m/fresh2/in");
    SHOW(renameat2(AT_FDCWD, "m/g2", AT_FDCWD, "m/f", RENAME_EXCHANGE));
    show_file("m/g2"), show_file("m/f");
    SHOW(renameat2(AT_FDCWD, "m/g2", AT_FDCWD, "m/f", RENAME_NOREPLACE));
    SHOW(rename("m/fresh2", "m/gone"));
    list("m"), list("u");
    SHOW(link("m/h", "m/h3"));
    struct stat status;
    REQUIRE(stat("m/h3", &status) == 0);
    printf("links %ld\n", (long)status.st_nlink);
    show_file("m/h2");
    SHOW(rename("m/h3", "m/h4"));
    SHOW(symlink("g2", "m/sym"));
    show_file("m/sym");
    int fd = open("m", O_TMPFILE | O_RDWR, 0600);
    SHOW(fd >= 0);
    SHOW(write(fd, "temporary", 9));
    char path[64];
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    SHOW(linkat(AT_FDCWD, path, AT_FDCWD, "m/linked", AT_SYMLINK_FOLLOW));
    close(fd);
    show_file("m/linked"), show_file("u/linked");
    fd = open("m/linked", O_RDWR);
    char *map = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    REQUIRE(map != MAP_FAILED);
    memcpy(map, "TEMP", 4);
    show_file("m/linked");
    munmap(map, 4096);
    close(fd);
}

static void again(void)
{
    SHOW(umount2("m", 0));
    SHOW(mount("o", "m", "overlay", MS_NOSUID, "lowerdir=u:l1:l2"));
    list("m"), list("m/d"), list("m/gone");
    show_file("m/f"), show_file("m/g2"), show_file("m/g");
    SHOW(umount2("m", 0));
    // Over another overlay, and an attribute that hides.
    mkdir("u2", 0755), mkdir("w2", 0755), mkdir("m2", 0755);
    REQUIRE(mount("o", "m", "overlay", 0, "lowerdir=l1:l2") == 0);
    SHOW(mount("o", "m2", "overlay", 0, "lowerdir=m,upperdir=u2,workdir=w2"));
    make_file("m2/top", "top");
    SHOW(unlink("m2/g"));
    list("m2"), list("u2");
    SHOW(umount2("m", 0));
    SHOW(umount2("m2", 0));
}

int main(void)
{
    umask(022);
    enter_own_mounts();
    fill();
    errors();
    read_only();
    change();
    moves();
    again();
    leave_own_mounts();
}
