// Mounts by descriptor: fsopen, fsconfig, fsmount, fspick, open_tree, move_mount, mount_setattr, statmount, listmount.
#include "lib/mounts.h"
#include <linux/mount.h>
#include <sys/sysmacros.h>
#ifndef SYS_statmount
#define SYS_statmount 457
#define SYS_listmount 458
#endif

static long config(int fd, unsigned command, const char *key, const void *value, int aux)
{
    return syscall(SYS_fsconfig, fd, command, key, value, aux);
}

static void show_log(int fd)
{
    char text[256];
    long n;
    while ((n = read(fd, text, sizeof text)) > 0)
        printf("log: %.*s\n", (int)n, text);
    printf("log ends: %s\n", strerrorname_np(errno));
}

static void making(void)
{
    mkdir("d", 0755);
    SHOW(syscall(SYS_fsopen, "nonsense", 0));
    SHOW(syscall(SYS_fsopen, NULL, 0));
    SHOW(syscall(SYS_fsopen, "tmpfs", 8));
    int fs = syscall(SYS_fsopen, "tmpfs", FSOPEN_CLOEXEC);
    REQUIRE(fs >= 0);
    SHOW(config(fs, FSCONFIG_SET_FLAG, NULL, NULL, 0));
    SHOW(config(fs, FSCONFIG_SET_FLAG, "ro", "x", 0));
    SHOW(config(fs, FSCONFIG_SET_STRING, "size", NULL, 0));
    SHOW(config(fs, FSCONFIG_SET_STRING, "size", "1m", 1));
    SHOW(config(fs, FSCONFIG_SET_FD, "size", NULL, -1));
    SHOW(config(fs, FSCONFIG_CMD_CREATE, "x", NULL, 0));
    SHOW(config(fs, 100, NULL, NULL, 0));
    SHOW(config(-1, FSCONFIG_SET_FLAG, "ro", NULL, 0));
    SHOW(config(99, FSCONFIG_SET_FLAG, "ro", NULL, 0));
    SHOW(config(0, FSCONFIG_SET_FLAG, "ro", NULL, 0));
    SHOW(config(fs, FSCONFIG_SET_STRING, "nonsense", "1", 0));
    SHOW(config(fs, FSCONFIG_SET_STRING, "source", "from here", 0));
    SHOW(config(fs, FSCONFIG_SET_STRING, "source", "again", 0));
    show_log(fs);
    SHOW(config(fs, FSCONFIG_SET_STRING, "size", "1m", 0));
    SHOW(config(fs, FSCONFIG_SET_STRING, "mode", "0700", 0));
    SHOW(config(fs, FSCONFIG_CMD_RECONFIGURE, NULL, NULL, 0));
    SHOW(syscall(SYS_fsmount, fs, 0, 0));
    SHOW(config(fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0));
    SHOW(config(fs, FSCONFIG_SET_STRING, "size", "1m", 0));
    SHOW(syscall(SYS_fsmount, fs, 8, 0));
    SHOW(syscall(SYS_fsmount, fs, 0, MOUNT_ATTR_IDMAP));
    SHOW(syscall(SYS_fsmount, fs, 0, MOUNT_ATTR__ATIME));
    SHOW(syscall(SYS_fsmount, 0, 0, 0));
    int mnt = syscall(SYS_fsmount, fs, FSMOUNT_CLOEXEC, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOATIME);
    REQUIRE(mnt >= 0);
    SHOW(syscall(SYS_fsmount, fs, 0, 0));
    int file = openat(mnt, "f", O_CREAT | O_RDWR, 0644);
    SHOW(write(file, "text", 4));
    close(file);
    SHOW(mkdirat(mnt, "below", 0755));
    SHOW(syscall(SYS_move_mount, mnt, "", AT_FDCWD, "d", 0));
    SHOW(syscall(SYS_move_mount, mnt, "", AT_FDCWD, "d", 0x1000));
    SHOW(syscall(SYS_move_mount, mnt, "", AT_FDCWD, "d/missing", MOVE_MOUNT_F_EMPTY_PATH));
    SHOW(syscall(SYS_move_mount, mnt, "", AT_FDCWD, "d", MOVE_MOUNT_F_EMPTY_PATH));
    show_mounts("made");
    SHOW(syscall(SYS_move_mount, mnt, "", mnt, "below", MOVE_MOUNT_F_EMPTY_PATH));
    show_file("d/f");
    close(mnt);
    close(fs);
    show_file("d/f");
    int pick = syscall(SYS_fspick, AT_FDCWD, "d", FSPICK_CLOEXEC);
    REQUIRE(pick >= 0);
    SHOW(config(pick, FSCONFIG_SET_STRING, "size", "2m", 0));
    SHOW(config(pick, FSCONFIG_SET_FLAG, "ro", NULL, 0));
    SHOW(config(pick, FSCONFIG_CMD_CREATE, NULL, NULL, 0));
    SHOW(config(pick, FSCONFIG_CMD_RECONFIGURE, NULL, NULL, 0));
    show_mounts("changed");
    close(pick);
    SHOW(syscall(SYS_fspick, AT_FDCWD, "d/below", 0));
    SHOW(syscall(SYS_fspick, AT_FDCWD, "d", 0x100));
    SHOW(umount2("d", 0));
    // Nobody takes it over: it goes with its descriptor.
    fs = syscall(SYS_fsopen, "tmpfs", 0);
    SHOW(config(fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0));
    mnt = syscall(SYS_fsmount, fs, 0, 0);
    close(fs);
    file = openat(mnt, "x", O_CREAT | O_RDWR, 0644);
    close(mnt);
    SHOW(write(file, "still", 5));
    close(file);
}

static void trees(void)
{
    mkdir("a", 0755), mkdir("b", 0755);
    REQUIRE(mount("a", "a", "tmpfs", 0, NULL) == 0);
    mkdir("a/in", 0755), mkdir("a/dir", 0755);
    REQUIRE(mount("in", "a/in", "tmpfs", 0, NULL) == 0);
    make_file("a/in/f", "inner");
    make_file("a/f", "outer");
    SHOW(syscall(SYS_open_tree, AT_FDCWD, "a", AT_RECURSIVE));
    SHOW(syscall(SYS_open_tree, AT_FDCWD, "a", 0x40));
    SHOW(syscall(SYS_open_tree, AT_FDCWD, "missing", OPEN_TREE_CLONE));
    int plain = syscall(SYS_open_tree, AT_FDCWD, "a", OPEN_TREE_CLOEXEC);
    SHOW(fcntl(plain, F_GETFD));
    SHOW((fcntl(plain, F_GETFL) & O_PATH) != 0);
    SHOW(syscall(SYS_move_mount, plain, "", AT_FDCWD, "b", MOVE_MOUNT_F_EMPTY_PATH));
    show_mounts("moved by descriptor");
    SHOW(syscall(SYS_move_mount, AT_FDCWD, "b", AT_FDCWD, "a", 0));
    close(plain);
    int copy = syscall(SYS_open_tree, AT_FDCWD, "a", OPEN_TREE_CLONE);
    SHOW(openat(copy, "in/f", O_RDONLY));
    SHOW(openat(copy, "f", O_RDONLY) >= 0);
    close(copy);
    copy = syscall(SYS_open_tree, AT_FDCWD, "a", OPEN_TREE_CLONE | AT_RECURSIVE);
    SHOW(openat(copy, "in/f", O_RDONLY) >= 0);
    struct mount_attr change = {.attr_set = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NODEV};
    SHOW(syscall(SYS_mount_setattr, copy, "", AT_EMPTY_PATH | AT_RECURSIVE, &change, sizeof change));
    SHOW(syscall(SYS_move_mount, copy, "", AT_FDCWD, "b", MOVE_MOUNT_F_EMPTY_PATH));
    show_mounts("copied");
    SHOW(open("b/in/new", O_CREAT | O_RDWR, 0644));
    SHOW(umount2("b", MNT_DETACH));
    SHOW(openat(copy, "f", O_RDONLY) >= 0);
    SHOW(openat(copy, "in/f", O_RDONLY));
    close(copy);
    int sub = syscall(SYS_open_tree, AT_FDCWD, "a/dir", OPEN_TREE_CLONE);
    SHOW(syscall(SYS_move_mount, sub, "", AT_FDCWD, "a/f", MOVE_MOUNT_F_EMPTY_PATH));
    SHOW(syscall(SYS_move_mount, sub, "", AT_FDCWD, "b", MOVE_MOUNT_F_EMPTY_PATH));
    close(sub);
    show_mounts("part");
    SHOW(umount2("b", 0));
}

static void attributes(void)
{
    struct mount_attr change = {0};
    SHOW(syscall(SYS_mount_setattr, AT_FDCWD, "a", 0, &change, sizeof change));
    SHOW(syscall(SYS_mount_setattr, AT_FDCWD, "a", 0, &change, 8));
    SHOW(syscall(SYS_mount_setattr, AT_FDCWD, "a", 0, &change, 10000));
    SHOW(syscall(SYS_mount_setattr, AT_FDCWD, "a", 0x4, &change, sizeof change));
    change.attr_set = 0x1000;
    SHOW(syscall(SYS_mount_setattr, AT_FDCWD, "a", 0, &change, sizeof change));
    change.attr_set = MOUNT_ATTR_NOATIME;
    SHOW(syscall(SYS_mount_setattr, AT_FDCWD, "a", 0, &change, sizeof change));
    change.attr_clr = MOUNT_ATTR__ATIME;
    SHOW(syscall(SYS_mount_setattr, AT_FDCWD, "a", AT_RECURSIVE, &change, sizeof change));
    show_mounts("noatime");
    change = (struct mount_attr){.attr_clr = MOUNT_ATTR__ATIME, .attr_set = MOUNT_ATTR_STRICTATIME | MOUNT_ATTR_NOSYMFOLLOW | MOUNT_ATTR_NODIRATIME};
    SHOW(syscall(SYS_mount_setattr, AT_FDCWD, "a", 0, &change, sizeof change));
    show_mounts("strictatime");
    change = (struct mount_attr){.attr_clr = MOUNT_ATTR_NODIRATIME | MOUNT_ATTR_NOSYMFOLLOW, .attr_set = MOUNT_ATTR_NOEXEC, .propagation = MS_SHARED};
    SHOW(syscall(SYS_mount_setattr, AT_FDCWD, "a", AT_RECURSIVE, &change, sizeof change));
    change = (struct mount_attr){.propagation = MS_SHARED | MS_SLAVE};
    SHOW(syscall(SYS_mount_setattr, AT_FDCWD, "a", 0, &change, sizeof change));
    show_mounts("shared");
    SHOW(syscall(SYS_mount_setattr, AT_FDCWD, "a/dir", 0, &(struct mount_attr){.attr_set = MOUNT_ATTR_RDONLY}, sizeof change));
    int open_for_writing = open("a/f", O_RDWR);
    change = (struct mount_attr){.attr_set = MOUNT_ATTR_RDONLY};
    SHOW(syscall(SYS_mount_setattr, AT_FDCWD, "a", 0, &change, sizeof change));
    close(open_for_writing);
    SHOW(syscall(SYS_mount_setattr, AT_FDCWD, "a", 0, &change, sizeof change));
    show_mounts("read-only");
}

struct request { unsigned size, spare; unsigned long id, parameter, space; };

static unsigned long mount_id(const char *path, unsigned mask)
{
    struct statx status;
    REQUIRE(statx(AT_FDCWD, path, 0, mask, &status) == 0);
    printf("statx %s %d %d\n", path, (status.stx_mask & mask) != 0, (status.stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0);
    return status.stx_mnt_id;
}

static void numbers(void)
{
    unsigned long words[256];
    unsigned char *bytes = (void *)words;
    unsigned long top = mount_id("a", 0x4000), inner = mount_id("a/in", 0x4000);
    mount_id("a/dir", 0x4000);
    printf("old %d\n", mount_id("a", 0x1000) != top);
    struct request request = {24, 0, top, 0x7ff & ~1, 0};
    SHOW(syscall(SYS_statmount, &request, words, sizeof words, 1));
    SHOW(syscall(SYS_statmount, &request, words, 512, 0));
    SHOW(syscall(SYS_statmount, &request, words, 100, 0));
    request.size = 8;
    SHOW(syscall(SYS_statmount, &request, words, sizeof words, 0));
    request.size = 24, request.id = 12345;
    SHOW(syscall(SYS_statmount, &request, words, sizeof words, 0));
    request.id = inner;
    memset(words, 0, sizeof words);
    SHOW(syscall(SYS_statmount, &request, words, sizeof words, 0));
    unsigned *ints = (void *)words;
    const char *text = (char *)words + 512;
    printf("mask %lx parent %d attr %lx propagation %lx\n", words[1], words[6] == top, words[8], words[9]);
    printf("root %s point ~%s type %s source %s\n", text + ints[26], text + ints[27] + strlen(base), text + ints[9], text + ints[31]);
    request.parameter = 1;
    SHOW(syscall(SYS_statmount, &request, words, sizeof words, 0));
    printf("mask %lx magic %lx flags %x size %u\n", words[1], words[3], ints[8], ints[0]);
    (void)bytes;
    request = (struct request){24, 0, top, 0, 0};
    unsigned long ids[16];
    SHOW(syscall(SYS_listmount, &request, ids, 16, 0));
    printf("%d\n", ids[0] == inner);
    request.parameter = inner;
    SHOW(syscall(SYS_listmount, &request, ids, 16, 0));
    request.parameter = 0, request.id = -1;
    SHOW(syscall(SYS_listmount, &request, ids, 1, 0));
    SHOW(syscall(SYS_listmount, &request, ids, 0, 0));
    SHOW(syscall(SYS_listmount, &request, ids, 16, 8));
    request.id = 12345;
    SHOW(syscall(SYS_listmount, &request, ids, 16, 0));
}

int main(void)
{
    enter_own_mounts();
    making();
    trees();
    attributes();
    numbers();
    leave_own_mounts();
}
