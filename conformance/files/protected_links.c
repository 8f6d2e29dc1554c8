// proc_sys_fs(5): protected_hardlinks, protected_symlinks, protected_fifos, protected_regular.
#include "lib/mounts.h"

static const char *const names[] = {"protected_hardlinks", "protected_symlinks", "protected_fifos", "protected_regular"};

static void set(const char *name, int value, int *old)
{
    char path[64], text[16];
    snprintf(path, sizeof path, "/proc/sys/fs/%s", name);
    int fd = open(path, O_RDWR);
    REQUIRE(fd >= 0);
    if (old) {
        ssize_t n = read(fd, text, sizeof text - 1);
        REQUIRE(n > 0);
        *old = atoi(text);
    }
    int n = snprintf(text, sizeof text, "%d", value);
    REQUIRE(pwrite(fd, text, (size_t)n, 0) == n);
    close(fd);
}

static void show_open(const char *path, int flags)
{
    int fd = open(path, flags | O_NONBLOCK, 0600);
    printf("%s %o: %s\n", path, flags, fd < 0 ? strerrorname_np(errno) : "ok");
    close(fd);
}

static void as_other(uid_t who)
{
    printf("user %d\n", who);
    fflush(stdout);
    if (fork() == 0) {
        REQUIRE(setresgid(who, who, who) == 0 && setresuid(who, who, who) == 0);
        SHOW(link("files/private", "own/private"));
        SHOW(link("files/readable", "own/readable"));
        SHOW(link("files/shared", "own/shared"));
        SHOW(link("files/setuid", "own/setuid"));
        SHOW(link("files/setgid", "own/setgid"));
        SHOW(link("sticky/fifo", "own/fifo"));
        SHOW(link("sticky/mine", "own/mine"));
        static const char *const links[] = {"sticky/link-of-1", "sticky/link-of-2", "sticky/link-of-root", "sticky/link-of-2/", "open/link-of-2",
            "sticky/dir-link-of-2/target"};
        for (size_t i = 0; i < sizeof links / sizeof links[0]; i++) {
            show_open(links[i], O_RDONLY);
            show_open(links[i], O_RDONLY | O_NOFOLLOW);
        }
        static const char *const files[] = {"sticky/fifo", "sticky/mine", "sticky/regular", "sticky/of-root", "group/fifo", "group/regular",
            "open/regular"};
        for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
            show_open(files[i], O_RDWR);
            show_open(files[i], O_RDWR | O_CREAT);
        }
        exit(0);
    }
    wait(NULL);
    if (system("rm -f own/*") != 0)
        exit(99);
}

static void make(const char *path, mode_t mode, uid_t owner)
{
    if (S_ISFIFO(mode))
        REQUIRE(mkfifo(path, 0600) == 0);
    else
        make_file(path, "text");
    REQUIRE(chown(path, owner, owner) == 0 && chmod(path, mode & 07777) == 0);
}

static void folder(const char *path, mode_t mode)
{
    REQUIRE(mkdir(path, 0755) == 0 && chmod(path, mode) == 0);
}

static void make_link(const char *target, const char *path, uid_t owner)
{
    REQUIRE(symlink(target, path) == 0 && lchown(path, owner, owner) == 0);
}

int main(void)
{
    int before[4];
    enter_own_mounts();
    REQUIRE(chmod(".", 0755) == 0);
    folder("files", 0755);
    folder("own", 0777);
    folder("sticky", 01777);
    folder("group", 01775);
    REQUIRE(chown("group", 0, 1) == 0);
    folder("open", 0777);
    make("files/private", 0600, 0);
    make("files/readable", 0644, 0);
    make("files/shared", 0666, 0);
    make("files/setuid", 04666, 0);
    make("files/setgid", 02676, 0);
    make("target", 0666, 0);
    folder("targets", 0755);
    make("targets/target", 0666, 0);
    make("sticky/fifo", S_IFIFO | 0666, 2);
    make("sticky/mine", 0666, 1);
    make("sticky/regular", 0666, 2);
    make("sticky/of-root", 0666, 0);
    make("group/fifo", S_IFIFO | 0666, 2);
    make("group/regular", 0666, 2);
    make("open/regular", 0666, 2);
    make_link("../target", "sticky/link-of-1", 1);
    make_link("../target", "sticky/link-of-2", 2);
    make_link("../target", "sticky/link-of-root", 0);
    make_link("../target", "open/link-of-2", 2);
    make_link("../targets", "sticky/dir-link-of-2", 2);
    for (int level = 0; level < 3; level++) {
        for (int i = 0; i < 4; i++)
            set(names[i], i < 2 && level > 1 ? 1 : level, level == 0 ? &before[i] : NULL);
        printf("== level %d\n", level);
        as_other(1);
        as_other(0);
    }
    for (int i = 0; i < 4; i++)
        set(names[i], before[i], NULL);
    leave_own_mounts();
    return 0;
}
