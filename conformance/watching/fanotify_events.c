// fanotify(7): the events of operations in each way of reporting, on each kind of mark.
#include "lib/fanotify.h"
#include <pthread.h>

static void operations(int set)
{
    static char text[64];
    int fd;
    switch (set) {
    case 0:
        fd = open("dir/file", O_RDWR);
        REQUIRE(fd >= 0 && read(fd, text, 3) == 3 && write(fd, "more", 4) == 4 && close(fd) == 0);
        fd = open("dir", O_RDONLY | O_DIRECTORY);
        REQUIRE(fd >= 0 && syscall(SYS_getdents64, fd, text, 64) != -2 && close(fd) == 0);
        fd = open("dir/sub", O_RDONLY | O_DIRECTORY);
        REQUIRE(fd >= 0 && close(fd) == 0);
        break;
    case 1:
        fd = open("dir/new", O_CREAT | O_WRONLY, 0600);
        REQUIRE(fd >= 0 && write(fd, "x", 1) == 1 && close(fd) == 0);
        REQUIRE(chmod("dir/new", 0640) == 0 && chmod("dir", 0700) == 0);
        REQUIRE(rename("dir/new", "dir/newer") == 0 && rename("dir/newer", "other/newest") == 0);
        REQUIRE(link("other/newest", "dir/again") == 0);
        REQUIRE(unlink("other/newest") == 0 && unlink("dir/again") == 0);
        break;
    case 2:
        REQUIRE(mkdir("dir/made", 0700) == 0 && rename("dir/made", "other/made") == 0 && rmdir("other/made") == 0);
        REQUIRE(symlink("nowhere", "dir/link") == 0 && unlink("dir/link") == 0);
        break;
    case 3:
        REQUIRE(truncate("dir/file", 5) == 0);
        fd = open("dir/file", O_WRONLY | O_TRUNC);
        REQUIRE(fd >= 0 && write(fd, "again", 5) == 5 && ftruncate(fd, 4) == 0 && close(fd) == 0);
        break;
    }
}

static void try_mode(const char *name, unsigned mode, uint64_t mask)
{
    static const struct {
        const char *name;
        unsigned flags;
        const char *path;
    } marks[] = {{"on the file", 0, "dir/file"}, {"on the folder", 0, "dir"}, {"on the mount", FAN_MARK_MOUNT, "."},
        {"on the file system", FAN_MARK_FILESYSTEM, "."}};
    for (size_t m = 0; m < sizeof marks / sizeof marks[0]; m++) {
        group = fan_init(mode | FAN_NONBLOCK | FAN_CLASS_NOTIF, O_RDONLY | O_CLOEXEC);
        REQUIRE(group >= 0);
        uint64_t wanted = marks[m].flags == FAN_MARK_MOUNT ? mask & (FAN_ACCESS | FAN_MODIFY | FAN_CLOSE | FAN_OPEN | FAN_ONDIR) : mask;
        int e = fan_mark(group, FAN_MARK_ADD | marks[m].flags, wanted, AT_FDCWD, marks[m].path);
        printf("== %s, %s: %s\n", name, marks[m].name, e == 0 ? "ok" : strerrorname_np(errno));
        for (int set = 0; set < 4 && e == 0; set++) {
            operations(set);
            char what[32];
            snprintf(what, sizeof what, "operations %d", set);
            drain(what);
        }
        close(group);
    }
}

static void more_than_one(void)
{
    printf("== a mark on the folder and one on the file system\n");
    group = fan_init(FAN_NONBLOCK | FAN_REPORT_FID | FAN_REPORT_DFID_NAME, 0);
    REQUIRE(group >= 0);
    SHOW(fan_mark(group, FAN_MARK_ADD, FAN_RENAME, AT_FDCWD, "dir"));
    operations(1);
    drain("the old folder");
    SHOW(fan_mark(group, FAN_MARK_REMOVE, FAN_RENAME, AT_FDCWD, "dir"));
    SHOW(fan_mark(group, FAN_MARK_ADD, FAN_RENAME, AT_FDCWD, "other"));
    operations(1);
    drain("the new folder");
    SHOW(fan_mark(group, FAN_MARK_ADD, FAN_RENAME, AT_FDCWD, "dir"));
    operations(1);
    drain("both folders");
    SHOW(fan_mark(group, FAN_MARK_ADD, FAN_CREATE | FAN_EVENT_ON_CHILD | FAN_CLOSE_WRITE, AT_FDCWD, "dir"));
    SHOW(fan_mark(group, FAN_MARK_ADD | FAN_MARK_FILESYSTEM, FAN_DELETE | FAN_ONDIR, AT_FDCWD, "."));
    operations(1);
    operations(2);
    drain("folder and file system");
    close(group);
}

static void *touch(void *name)
{
    close(open(name, O_RDONLY));
    return NULL;
}

static void who(void)
{
    pthread_t thread;
    printf("== who\n");
    group = fan_init(FAN_NONBLOCK, O_RDONLY);
    REQUIRE(group >= 0 && fan_mark(group, FAN_MARK_ADD, FAN_OPEN, AT_FDCWD, "dir/file") == 0);
    REQUIRE(pthread_create(&thread, NULL, touch, "dir/file") == 0 && pthread_join(thread, NULL) == 0);
    if (fork() == 0) {
        touch("dir/file");
        _exit(0);
    }
    wait(NULL);
    drain("numbers of processes");
    close(group);
    group = fan_init(FAN_NONBLOCK | FAN_REPORT_TID, O_RDONLY);
    REQUIRE(group >= 0 && fan_mark(group, FAN_MARK_ADD, FAN_OPEN, AT_FDCWD, "dir/file") == 0);
    REQUIRE(pthread_create(&thread, NULL, touch, "dir/file") == 0 && pthread_join(thread, NULL) == 0);
    touch("dir/file");
    drain("numbers of threads");
    close(group);
    group = fan_init(FAN_NONBLOCK | FAN_REPORT_PIDFD | FAN_REPORT_FID, O_RDONLY);
    REQUIRE(group >= 0 && fan_mark(group, FAN_MARK_ADD, FAN_OPEN, AT_FDCWD, "dir/file") == 0);
    touch("dir/file");
    drain("descriptors of processes");
    if (fork() == 0) {
        touch("dir/file");
        _exit(0);
    }
    wait(NULL);
    drain("of one that is gone");
    close(group);
}

static void executed(void)
{
    printf("== executed\n");
    make_file("dir/script", "#!/bin/true\n");
    REQUIRE(chmod("dir/script", 0755) == 0);
    group = fan_init(FAN_NONBLOCK, O_RDONLY);
    REQUIRE(group >= 0 && fan_mark(group, FAN_MARK_ADD, FAN_OPEN | FAN_OPEN_EXEC | FAN_CLOSE_NOWRITE, AT_FDCWD, "dir/script") == 0);
    if (fork() == 0) {
        execl("dir/script", "script", NULL);
        _exit(1);
    }
    wait(NULL);
    // How often it is opened is the loader's own affair: events of one process are one.
    drain("a script");
    close(group);
}

int main(void)
{
    const uint64_t open_events = FAN_ACCESS | FAN_MODIFY | FAN_CLOSE | FAN_OPEN;
    const uint64_t all = open_events | FAN_ATTRIB | FAN_CREATE | FAN_DELETE | FAN_MOVE | FAN_DELETE_SELF | FAN_MOVE_SELF;
    enter_own_mounts();
    REQUIRE(mkdir("dir", 0755) == 0 && mkdir("other", 0755) == 0 && mkdir("dir/sub", 0755) == 0);
    make_file("dir/file", "contents");
    know("dir");
    know("other");
    know("dir/sub");
    know("dir/file");
    try_mode("descriptors", 0, open_events);
    try_mode("descriptors, with folders and children", 0, open_events | FAN_ONDIR | FAN_EVENT_ON_CHILD);
    try_mode("descriptors, what has none", 0, all);
    try_mode("handles", FAN_REPORT_FID, all | FAN_EVENT_ON_CHILD | FAN_ONDIR);
    try_mode("handles of folders", FAN_REPORT_DIR_FID, all | FAN_EVENT_ON_CHILD | FAN_ONDIR);
    try_mode("both", FAN_REPORT_DIR_FID | FAN_REPORT_FID, all | FAN_EVENT_ON_CHILD | FAN_ONDIR);
    try_mode("names", FAN_REPORT_DFID_NAME, all | FAN_EVENT_ON_CHILD | FAN_ONDIR);
    try_mode("names, no folders", FAN_REPORT_DFID_NAME, all | FAN_EVENT_ON_CHILD);
    try_mode("names and handles", FAN_REPORT_DFID_NAME | FAN_REPORT_FID, all | FAN_EVENT_ON_CHILD | FAN_ONDIR);
    try_mode("targets", FAN_REPORT_DFID_NAME_TARGET, all | FAN_EVENT_ON_CHILD | FAN_ONDIR);
    try_mode("renames", FAN_REPORT_DFID_NAME_TARGET, FAN_RENAME | FAN_MOVE | FAN_ONDIR);
    more_than_one();
    who();
    executed();
    leave_own_mounts();
    return 0;
}
