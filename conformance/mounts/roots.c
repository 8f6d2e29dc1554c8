// pivot_root, chroot, setns, and what ".." and openat2 do at mounts and roots. pivot_root(2), openat2(2), setns(2).
#include "lib/mounts.h"
#include <linux/openat2.h>

static long open_how(int dir, const char *path, unsigned long flags, unsigned long resolve)
{
    struct open_how how = {.flags = flags, .resolve = resolve};
    return syscall(SYS_openat2, dir, path, &how, sizeof how);
}

static void try(int dir, const char *path, unsigned long resolve)
{
    long fd = open_how(dir, path, O_PATH, resolve);
    printf("openat2 %s %lx: ", path, resolve);
    if (fd < 0) {
        printf("%s\n", strerrorname_np(errno));
        return;
    }
    char link[64], text[256] = "";
    snprintf(link, sizeof link, "/proc/self/fd/%ld", fd);
    REQUIRE(readlink(link, text, sizeof text - 1) > 0);
    size_t n = strlen(base);
    if (strncmp(text, base, n) == 0)
        printf("~%s\n", text + n);
    else
        printf("%s\n", text);
    close(fd);
}

static void resolving(void)
{
    mkdir("r", 0755), mkdir("r/sub", 0755), mkdir("r/mnt", 0755);
    make_file("r/sub/f", "f");
    symlink("sub", "r/rel"), symlink("/sub", "r/abs"), symlink("../r", "r/out"), symlink("../..", "r/sub/up");
    symlink("/proc/self/cwd", "r/magic");
    REQUIRE(mount("m", "r/mnt", "tmpfs", 0, NULL) == 0);
    make_file("r/mnt/f", "in mount");
    int dir = open("r", O_PATH | O_DIRECTORY);
    const char *paths[] = {"sub/f", "rel/f", "abs/f", "out/sub", "..", "sub/..", "sub/../..", "/", "/sub/f", "mnt", "mnt/f", "mnt/..", "sub/up",
        "sub/up/etc", "magic", "mnt/../..", "."};
    unsigned long kinds[] = {0, RESOLVE_NO_XDEV, RESOLVE_NO_SYMLINKS, RESOLVE_NO_MAGICLINKS, RESOLVE_BENEATH, RESOLVE_IN_ROOT,
        RESOLVE_IN_ROOT | RESOLVE_NO_XDEV, RESOLVE_BENEATH | RESOLVE_IN_ROOT};
    for (int k = 0; k < 8; k++)
        for (int p = 0; p < 17; p++)
            try(dir, paths[p], kinds[k]);
    struct open_how how = {.flags = O_RDONLY, .mode = 0600};
    SHOW(syscall(SYS_openat2, dir, "sub/f", &how, sizeof how));
    how = (struct open_how){.flags = O_RDONLY, .resolve = 0x1000};
    SHOW(syscall(SYS_openat2, dir, "sub/f", &how, sizeof how));
    SHOW(open_how(dir, "new", O_CREAT | O_RDWR, RESOLVE_CACHED));
    SHOW(open_how(dir, "sub/f", O_RDONLY, RESOLVE_CACHED) >= 0);
    close(dir);
    SHOW(umount2("r/mnt", 0));
    try(AT_FDCWD, "/proc/self/exe", RESOLVE_NO_MAGICLINKS);
}

static void pivot(void)
{
    mkdir("new", 0755);
    REQUIRE(mount("new", "new", "tmpfs", 0, NULL) == 0);
    mkdir("new/old", 0755), mkdir("new/proc", 0755), mkdir("new/other", 0755);
    make_file("new/f", "new root");
    SHOW(syscall(SYS_pivot_root, "new", "missing"));
    SHOW(syscall(SYS_pivot_root, "new", "new/f"));
    SHOW(syscall(SYS_pivot_root, "/", "/tmp"));
    SHOW(syscall(SYS_pivot_root, "new/other", "new/other"));
    SHOW(syscall(SYS_pivot_root, "new", "."));
    fflush(stdout);
    if (fork() == 0) {
        REQUIRE(unshare(CLONE_NEWNS) == 0);
        SHOW(syscall(SYS_pivot_root, "new", "new/old"));
        show_file("/f");
        char where[256] = "";
        long n = syscall(SYS_getcwd, where, sizeof where);
        printf("cwd %d %.4s\n", n > 0, where);
        SHOW(chdir("/"));
        SHOW(access("/old/etc/passwd", F_OK));
        SHOW(umount2("/old", 0));
        SHOW(umount2("/old", MNT_DETACH));
        SHOW(access("/old/etc/passwd", F_OK));
        SHOW(rmdir("/old"));
        SHOW(umount2("/", 0));
        SHOW(mount("p", "/proc", "proc", 0, NULL));
        base[0] = 0;
        show_mounts("pivoted");
        exit(0);
    }
    wait(NULL);
    if (fork() == 0) {
        // The way of container runtimes: the old root is stacked upon the new one.
        REQUIRE(unshare(CLONE_NEWNS) == 0);
        int old = open("/", O_DIRECTORY | O_RDONLY);
        REQUIRE(chdir("new") == 0);
        SHOW(syscall(SYS_pivot_root, ".", "."));
        REQUIRE(fchdir(old) == 0);
        SHOW(umount2(".", MNT_DETACH));
        SHOW(chdir("/"));
        show_file("/f");
        SHOW(access("/etc/passwd", F_OK));
        SHOW(access("/..", F_OK));
        struct stat a, b;
        REQUIRE(stat("/", &a) == 0 && stat("/../..", &b) == 0);
        printf("same %d\n", a.st_ino == b.st_ino && a.st_dev == b.st_dev);
        exit(0);
    }
    wait(NULL);
    if (fork() == 0) {
        // pivot_root(2): without the old root at hand; "." is what lies on top there.
        REQUIRE(unshare(CLONE_NEWNS) == 0);
        REQUIRE(chdir("new") == 0);
        SHOW(syscall(SYS_pivot_root, ".", "."));
        SHOW(umount2(".", MNT_DETACH));
        SHOW(chdir("/"));
        show_file("/f");
        SHOW(access("/etc/passwd", F_OK));
        SHOW(mount(NULL, "/", NULL, MS_SHARED | MS_REC, NULL));
        exit(0);
    }
    wait(NULL);
    if (fork() == 0) {
        SHOW(chroot("new/other"));
        SHOW(chdir(".."));
        SHOW(syscall(SYS_pivot_root, ".", "old"));
        char where[256] = "";
        long n = syscall(SYS_getcwd, where, sizeof where);
        printf("%d %.13s\n", n > 0, where);
        SHOW(chroot("/missing"));
        exit(0);
    }
    wait(NULL);
    if (fork() == 0) {
        SHOW(mount(NULL, "new", NULL, MS_SHARED, NULL));
        SHOW(mount("in", "new/other", "tmpfs", 0, NULL));
        mkdir("new/other/put", 0755);
        SHOW(syscall(SYS_pivot_root, "new/other", "new/other/put"));
        exit(0);
    }
    wait(NULL);
    SHOW(umount2("new/other", 0));
    SHOW(umount2("new", 0));
}

static void entering(void)
{
    mkdir("e", 0755);
    int own = open("/proc/self/ns/mnt", O_RDONLY);
    struct stat before, after;
    REQUIRE(own >= 0 && fstat(own, &before) == 0);
    int ready[2], done[2];
    REQUIRE(pipe(ready) == 0 && pipe(done) == 0);
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        REQUIRE(unshare(CLONE_NEWNS) == 0);
        REQUIRE(mount("e", "e", "tmpfs", 0, NULL) == 0);
        make_file("e/f", "other namespace");
        REQUIRE(write(ready[1], "x", 1) == 1);
        char c;
        read(done[0], &c, 1);
        _exit(0);
    }
    char c, path[64];
    REQUIRE(read(ready[0], &c, 1) == 1);
    snprintf(path, sizeof path, "/proc/%d/ns/mnt", child);
    int other = open(path, O_RDONLY);
    REQUIRE(other >= 0 && fstat(other, &after) == 0);
    printf("differ %d\n", before.st_ino != after.st_ino);
    show_file("e/f");
    SHOW(setns(other, CLONE_NEWUTS));
    SHOW(setns(other, CLONE_NEWNS));
    char where[256] = "";
    SHOW(syscall(SYS_getcwd, where, sizeof where));
    printf("%s\n", where);
    REQUIRE(chdir(base) == 0);
    show_file("e/f");
    REQUIRE(write(done[1], "x", 1) == 1);
    wait(NULL);
    show_file("e/f");
    SHOW(setns(own, 0));
    REQUIRE(chdir(base) == 0);
    show_file("e/f");
    show_mounts("back");
    make_file("ns", "");
    SHOW(mount(path, "ns", NULL, MS_BIND, NULL));
    SHOW(mount("/proc/self/ns/uts", "ns", NULL, MS_BIND, NULL));
    int bound = open("ns", O_RDONLY);
    SHOW(setns(bound, CLONE_NEWUTS));
    close(bound);
    SHOW(umount2("ns", 0));
    close(own), close(other);
}

int main(void)
{
    enter_own_mounts();
    resolving();
    pivot();
    entering();
    leave_own_mounts();
}
