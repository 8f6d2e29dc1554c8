// Mounting, binding, moving, remounting, unmounting: errors, flags, use. mount(2), umount2(2).
#include "lib/mounts.h"
#include <sys/mman.h>
#include <sys/sysmacros.h>

static void errors(void)
{
    mkdir("d", 0755);
    make_file("f", "file");
    SHOW(mount("x", "missing", "tmpfs", 0, NULL));
    SHOW(mount("x", "d", "nonsense", 0, NULL));
    SHOW(mount("x", "d", NULL, 0, NULL));
    SHOW(mount("x", "f", "tmpfs", 0, NULL));
    SHOW(mount("x", "d", "tmpfs", 0, "nonsense=1"));
    SHOW(mount("x", "d", "tmpfs", 0, "size=abc"));
    SHOW(mount("x", "d", "tmpfs", 0, "mode=999"));
    SHOW(mount(NULL, "d", NULL, MS_BIND, NULL));
    SHOW(mount("", "d", NULL, MS_BIND, NULL));
    SHOW(mount("f", "d", NULL, MS_BIND, NULL));
    SHOW(mount("d", "f", NULL, MS_BIND, NULL));
    SHOW(mount("d", "d", NULL, MS_MOVE, NULL));
    SHOW(mount(NULL, "d", NULL, MS_PRIVATE, NULL));
    SHOW(mount(NULL, ".", NULL, MS_PRIVATE | MS_SHARED, NULL));
    SHOW(mount(NULL, ".", NULL, MS_PRIVATE | MS_NODEV, NULL));
    SHOW(mount(NULL, "d", NULL, MS_REMOUNT, NULL));
    SHOW(mount(NULL, "d", NULL, MS_REMOUNT | MS_BIND, NULL));
    SHOW(mount((char *)1, "d", "tmpfs", 0, NULL));
    SHOW(mount("x", "d", (char *)1, 0, NULL));
    SHOW(mount("x", (char *)1, "tmpfs", 0, NULL));
    SHOW(umount2("d", 0));
    SHOW(umount2("missing", 0));
    SHOW(umount2("d", 1 << 10));
    SHOW(umount2("d", MNT_EXPIRE | MNT_DETACH));
    SHOW(syscall(SYS_pivot_root, "d", "d"));
}

static void flags(void)
{
    SHOW(mount("name with space", "d", "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, "size=1m,mode=700,nr_inodes=100,uid=1,gid=2"));
    show_mounts("flags");
    struct stat status;
    REQUIRE(stat("d", &status) == 0);
    printf("%o %d %d\n", status.st_mode, status.st_uid, status.st_gid);
    SHOW(mknod("d/null", S_IFCHR | 0666, makedev(1, 3)));
    SHOW(open("d/null", O_RDWR));
    make_file("d/x", "#!/bin/true\n");
    chmod("d/x", 0755);
    SHOW(access("d/x", X_OK));
    SHOW(execl("d/x", "x", NULL));
    SHOW(mount(NULL, "d", NULL, MS_REMOUNT | MS_BIND | MS_RDONLY, NULL));
    show_mounts("bound read-only");
    SHOW(open("d/new", O_CREAT | O_WRONLY, 0644));
    SHOW(mkdir("d/dir", 0755));
    SHOW(unlink("d/x"));
    SHOW(chmod("d/x", 0700));
    SHOW(access("d/x", W_OK));
    struct statfs fs;
    REQUIRE(statfs("d", &fs) == 0);
    printf("type %lx flags %lx blocks %ld files %ld name %ld\n", fs.f_type, fs.f_flags, fs.f_blocks, fs.f_files, fs.f_namelen);
    SHOW(mount(NULL, "d", NULL, MS_REMOUNT | MS_BIND | MS_NOATIME, NULL));
    show_mounts("other flags");
    SHOW(mount(NULL, "d", NULL, MS_REMOUNT | MS_RDONLY, "size=2m"));
    show_mounts("remounted");
    SHOW(mount(NULL, "d", NULL, MS_REMOUNT, "size=1k"));
    SHOW(mount(NULL, "d", NULL, MS_REMOUNT, "nr_inodes=1"));
    SHOW(mount(NULL, "d", NULL, MS_REMOUNT | MS_STRICTATIME | MS_NOSYMFOLLOW, NULL));
    show_mounts("again");
    SHOW(symlink("x", "d/link"));
    SHOW(open("d/link", O_RDONLY));
    SHOW(open("d/x", O_RDONLY) >= 0);
    SHOW(umount2("d", 0));
    SHOW(umount2("d", MNT_DETACH));
    SHOW(umount2("d", 0));
}

static void binds(void)
{
    mkdir("a", 0755), mkdir("b", 0755), mkdir("a/sub", 0755), mkdir("a/sub2", 0755);
    make_file("a/f", "one");
    SHOW(mount("t", "a/sub", "tmpfs", 0, NULL));
    make_file("a/sub/inner", "two");
    SHOW(mount("a", "b", NULL, MS_BIND, NULL));
    show_file("b/f");
    show_file("b/sub/inner");
    SHOW(umount2("b", 0));
    SHOW(mount("a", "b", NULL, MS_BIND | MS_REC, NULL));
    show_file("b/sub/inner");
    show_mounts("recursive");
    SHOW(umount2("b", 0));
    SHOW(rmdir("b"));
    SHOW(rmdir("a/sub"));
    SHOW(rename("a/sub", "a/other"));
    SHOW(rename("a/sub2", "a/sub"));
    SHOW(rename("a/f", "b/f"));
    SHOW(link("a/f", "b/g"));
    SHOW(mount("a/f", "f", NULL, MS_BIND, NULL));
    show_file("f");
    SHOW(unlink("f"));
    SHOW(unlink("a/f"));
    show_mounts("unlinked");
    show_file("f");
    SHOW(umount2("f", 0));
    show_file("f");
    SHOW(umount2("b", MNT_DETACH));
    SHOW(umount2("a/sub", 0));
    show_mounts("end of binds");
    // Over each other: the last is on top, and ".." leads out of all of them.
    SHOW(mount("1", "a", "tmpfs", 0, NULL));
    SHOW(mount("2", "a", "tmpfs", 0, NULL));
    make_file("a/top", "top");
    show_mounts("stacked");
    struct stat here, up;
    REQUIRE(stat(".", &here) == 0 && stat("a/..", &up) == 0);
    printf("same %d\n", here.st_ino == up.st_ino && here.st_dev == up.st_dev);
    SHOW(mount("a", "b", NULL, MS_MOVE, NULL));
    show_mounts("moved");
    show_file("b/top");
    mkdir("b/below", 0755);
    SHOW(mount("b", "b/below", NULL, MS_MOVE, NULL));
    SHOW(umount2("b", 0));
    SHOW(umount2("a", 0));
}

static void use(void)
{
    mkdir("u", 0755);
    REQUIRE(mount("u", "u", "tmpfs", 0, NULL) == 0);
    make_file("u/f", "text");
    int fd = open("u/f", O_RDWR);
    SHOW(umount2("u", 0));
    SHOW(mount(NULL, "u", NULL, MS_REMOUNT | MS_RDONLY, NULL));
    SHOW(mount(NULL, "u", NULL, MS_REMOUNT | MS_BIND | MS_RDONLY, NULL));
    char *mapped = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    REQUIRE(mapped != MAP_FAILED);
    close(fd);
    SHOW(umount2("u", 0));
    SHOW(mount(NULL, "u", NULL, MS_REMOUNT | MS_BIND | MS_RDONLY, NULL));
    munmap(mapped, 4096);
    SHOW(mount(NULL, "u", NULL, MS_REMOUNT | MS_RDONLY, NULL));
    SHOW(mount(NULL, "u", NULL, MS_REMOUNT, NULL));
    REQUIRE(chdir("u") == 0);
    SHOW(umount2(".", 0));
    SHOW(umount2("../u", 0));
    SHOW(umount2(".", MNT_DETACH));
    show_file("f");
    SHOW(open("new", O_CREAT | O_RDWR, 0644) >= 0);
    char where[256] = "";
    long n = syscall(SYS_getcwd, where, sizeof where);
    printf("%ld %s\n", n, where);
    REQUIRE(chdir(base) == 0);
    REQUIRE(mount("u", "u", "tmpfs", 0, NULL) == 0);
    SHOW(umount2("u", MNT_EXPIRE));
    SHOW(access("u", F_OK));
    SHOW(umount2("u", MNT_EXPIRE));
    SHOW(umount2("u", MNT_EXPIRE));
    SHOW(umount2("u", MNT_EXPIRE));
    symlink("u", "s");
    REQUIRE(mount("u", "s", "tmpfs", 0, NULL) == 0);
    SHOW(umount2("s", UMOUNT_NOFOLLOW));
    SHOW(umount2("s", 0));
}

static void unprivileged(void)
{
    fflush(stdout);
    if (fork() == 0) {
        REQUIRE(setuid(1000) == 0);
        SHOW(mount("x", "d", "tmpfs", 0, NULL));
        SHOW(mount("x", "missing", "tmpfs", 0, NULL));
        SHOW(umount2("d", 0));
        SHOW(syscall(SYS_pivot_root, "d", "missing"));
        SHOW(unshare(CLONE_NEWNS));
        SHOW(chroot("d"));
        exit(0);
    }
    wait(NULL);
}

int main(void)
{
    enter_own_mounts();
    errors();
    flags();
    binds();
    use();
    unprivileged();
    show_mounts("end");
    leave_own_mounts();
}
