// flags: -static
// needs: /sys/fs/cgroup
// The tree of control groups: making, removing and renaming them, limits of depth and number, what files there are. cgroups(7).
#include "lib/groups.h"
#include <dirent.h>
#include <sys/statfs.h>
#include <sys/xattr.h>

static const char *const left[] = { "a/b/c", "a/b", "a/c", "a/d", "a", "b", "c", NULL };

static int by_name(const void *left_name, const void *right_name)
{
    return strcmp(*(char *const *)left_name, *(char *const *)right_name);
}

// The files of the core; those of controllers, and those that not every kernel has, are left out.
static void list(const char *group)
{
    static const char *const core[] = {
        "cgroup.controllers", "cgroup.events", "cgroup.freeze", "cgroup.kill", "cgroup.max.depth", "cgroup.max.descendants",
        "cgroup.procs", "cgroup.stat", "cgroup.subtree_control", "cgroup.threads", "cgroup.type", "cpu.stat",
    };
    DIR *directory = opendir(in(group));
    REQUIRE(directory);
    char *names[256];
    int count = 0;
    for (struct dirent *entry; (entry = readdir(directory));) {
        int shown = entry->d_type == DT_DIR;
        for (size_t i = 0; i < sizeof core / sizeof *core; i++)
            shown |= strcmp(core[i], entry->d_name) == 0;
        if (shown)
            names[count++] = strdup(entry->d_name);
    }
    closedir(directory);
    qsort(names, count, sizeof *names, by_name);
    for (int i = 0; i < count; i++) {
        struct stat status;
        char path[600];
        snprintf(path, sizeof path, "%s/%s", group, names[i]);
        REQUIRE(stat(in(path), &status) == 0);
        printf("%s %o %u:%u\n", names[i], status.st_mode, status.st_uid, status.st_gid);
    }
}

static void make_and_remove(void)
{
    SHOW(mkdir(in("a"), 0700));
    SHOW(mkdir(in("a"), 0700));
    SHOW(mkdir(in("a/b"), 0755));
    SHOW(mkdir(in("x/y"), 0755));
    SHOW(mkdir(in("cgroup.procs"), 0755));
    SHOW(mkdir(in("line\nfeed"), 0755));
    SHOW(rmdir(in("a")));
    SHOW(rmdir(in("cgroup.procs")));
    SHOW(unlink(in("a/cgroup.procs")));
    SHOW(unlink(in("a")));
    SHOW(rename(in("a"), in("b")));
    SHOW(rename(in("a/b"), in("b")));
    SHOW(open(in("new"), O_CREAT | O_WRONLY, 0644));
    SHOW(mknod(in("new"), S_IFIFO | 0644, 0));
    SHOW(symlink("x", in("new")));
    SHOW(link(in("a/cgroup.procs"), in("new")));
    list("a");
    show("cgroup.type");
    struct stat status;
    SHOW(stat(in("a"), &status));
    printf("links %lu\n", (unsigned long)status.st_nlink);
    SHOW(rmdir(in("a/b")));
    SHOW(stat(in("a"), &status));
    printf("links %lu\n", (unsigned long)status.st_nlink);
    struct statfs information;
    SHOW(statfs(group_base, &information));
    printf("type %lx, names %ld\n", (long)information.f_type, (long)information.f_namelen);
}

static void limits(void)
{
    show("cgroup.max.depth");
    show("cgroup.max.descendants");
    put("a/cgroup.max.depth", "1");
    SHOW(mkdir(in("a/b"), 0755));
    SHOW(mkdir(in("a/b/c"), 0755));
    put("a/cgroup.max.depth", "max");
    put("a/cgroup.max.descendants", "2");
    SHOW(mkdir(in("a/c"), 0755));
    SHOW(mkdir(in("a/d"), 0755));
    SHOW(mkdir(in("a/b/c"), 0755));
    put("a/cgroup.max.descendants", "-1");
    put("a/cgroup.max.descendants", "x");
    put("a/cgroup.max.depth", "0");
    show("a/cgroup.max.descendants");
    show("a/cgroup.max.depth");
    printf("%.17s\n", get("a/cgroup.stat"));
    SHOW(rmdir(in("a/c")));
    SHOW(rmdir(in("a/b")));
}

static void gone(void)
{
    SHOW(mkdir(in("c"), 0755));
    int directory = open(in("c"), O_RDONLY | O_DIRECTORY);
    int procs = open(in("c/cgroup.procs"), O_RDWR);
    REQUIRE(directory >= 0 && procs >= 0);
    char text[16];
    SHOW(read(procs, text, sizeof text));
    SHOW(rmdir(in("c")));
    SHOW(pread(procs, text, sizeof text, 0));
    SHOW(write(procs, "0", 1));
    SHOW(openat(directory, "cgroup.procs", O_RDONLY));
    SHOW(mkdirat(directory, "inner", 0755));
    close(directory);
    close(procs);
}

static void texts(void)
{
    put("a/cgroup.type", "nonsense");
    put("a/cgroup.type", "domain");
    put("a/cgroup.subtree_control", "+nonsense");
    put("a/cgroup.subtree_control", "cpu");
    put("a/cgroup.freeze", "2");
    put("a/cgroup.freeze", "x");
    put("a/cgroup.kill", "2");
    put("a/cgroup.kill", "x");
    put("a/cgroup.kill", "0");
    put("a/cgroup.procs", "x");
    put("a/cgroup.procs", "-1");
    put("a/cgroup.procs", "4194303");
    put("a/cgroup.controllers", "x");
    put("a/cgroup.events", "x");
    SHOW(open(in("a/cgroup.kill"), O_RDONLY));
    SHOW(open(in("a/cgroup.events"), O_RDONLY | O_TRUNC) >= 0);
    SHOW(setxattr(in("a"), "user.note", "text", 4, 0));
    SHOW(setxattr(in("a"), "user.note", "text", 4, XATTR_CREATE));
    char value[16] = "";
    SHOW(getxattr(in("a"), "user.note", value, sizeof value));
    SHOW(removexattr(in("a"), "user.note"));
    SHOW(getxattr(in("a"), "user.note", value, sizeof value));
    SHOW(chown(in("a/cgroup.procs"), 1000, 1000));
    SHOW(chmod(in("a/cgroup.threads"), 0600));
    list("a");
}

int main(void)
{
    umask(022);
    open_groups("tree", left);
    make_and_remove();
    limits();
    gone();
    texts();
    SHOW(rmdir(in("a")));
    close_groups();
}
