// fanotify(7): refusals, changes of marks, ignoring, overflow, reading, limits, what fdinfo says, those without privileges.
#include "lib/fanotify.h"
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/resource.h>

static void use(const char *path, int writes)
{
    int fd = open(path, writes ? O_WRONLY : O_RDONLY);
    REQUIRE(fd >= 0);
    if (writes)
        REQUIRE(write(fd, "w", 1) == 1);
    close(fd);
}

static void init_errors(void)
{
    static const unsigned refused[] = {0x80000000, FAN_REPORT_NAME, FAN_REPORT_TARGET_FID, FAN_REPORT_DFID_NAME | FAN_REPORT_TARGET_FID,
        FAN_REPORT_FID | FAN_REPORT_TARGET_FID, FAN_REPORT_PIDFD | FAN_REPORT_TID, FAN_REPORT_FID | FAN_CLASS_CONTENT,
        FAN_CLASS_CONTENT | FAN_CLASS_PRE_CONTENT, FAN_CLASS_CONTENT, FAN_CLASS_PRE_CONTENT, FAN_UNLIMITED_MARKS | FAN_UNLIMITED_QUEUE,
        FAN_REPORT_FID, FAN_REPORT_DIR_FID, FAN_REPORT_DFID_NAME_TARGET};
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        int fd = fan_init(refused[i], O_RDONLY);
        printf("init %x: %s\n", refused[i], fd < 0 ? strerrorname_np(errno) : "ok");
        close(fd);
    }
    static const unsigned flags[] = {O_RDWR, O_WRONLY, O_ACCMODE, O_APPEND, O_NOATIME, O_SYNC, O_DIRECTORY, O_NOFOLLOW, O_TRUNC, O_CREAT, O_PATH};
    for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++) {
        int fd = fan_init(0, flags[i]);
        printf("event flags %o: %s\n", flags[i], fd < 0 ? strerrorname_np(errno) : "ok");
        close(fd);
    }
    int fd = fan_init(FAN_CLOEXEC | FAN_NONBLOCK, O_RDONLY);
    printf("flags %o %d\n", fcntl(fd, F_GETFL) & (O_ACCMODE | O_NONBLOCK), fcntl(fd, F_GETFD));
    SHOW(lseek(fd, 5, SEEK_SET));
    SHOW(write(fd, "1234567812345678", 4));
    close(fd);
}

static void mark_errors(void)
{
    int by_handle = fan_init(FAN_NONBLOCK | FAN_REPORT_FID, 0), by_name = fan_init(FAN_NONBLOCK | FAN_REPORT_DFID_NAME, 0);
    int target = fan_init(FAN_NONBLOCK | FAN_REPORT_DFID_NAME_TARGET, 0), pipes[2];
    group = fan_init(FAN_NONBLOCK, O_RDONLY);
    REQUIRE(group >= 0 && by_handle >= 0 && by_name >= 0 && target >= 0 && pipe(pipes) == 0);
    SHOW(fan_mark(group, FAN_MARK_ADD, 0, AT_FDCWD, "file"));
    SHOW(fan_mark(group, 0, FAN_OPEN, AT_FDCWD, "file"));
    SHOW(fan_mark(group, FAN_MARK_ADD | FAN_MARK_REMOVE, FAN_OPEN, AT_FDCWD, "file"));
    SHOW(fan_mark(group, FAN_MARK_ADD | 0x10000000, FAN_OPEN, AT_FDCWD, "file"));
    SHOW(fan_mark(group, FAN_MARK_ADD | FAN_MARK_MOUNT | FAN_MARK_FILESYSTEM, FAN_OPEN, AT_FDCWD, "file"));
    SHOW(fan_mark(group, FAN_MARK_FLUSH | FAN_MARK_ONLYDIR, 0, AT_FDCWD, "file"));
    SHOW(fan_mark(group, FAN_MARK_ADD, 1ull << 40, AT_FDCWD, "file"));
    SHOW(fan_mark(group, FAN_MARK_ADD, FAN_Q_OVERFLOW, AT_FDCWD, "file"));
    SHOW(fan_mark(group, FAN_MARK_ADD, FAN_OPEN_PERM, AT_FDCWD, "file"));
    SHOW(fan_mark(group, FAN_MARK_ADD | FAN_MARK_IGNORE | FAN_MARK_IGNORED_MASK, FAN_OPEN, AT_FDCWD, "file"));
    SHOW(fan_mark(99, FAN_MARK_ADD, FAN_OPEN, AT_FDCWD, "file"));
    SHOW(fan_mark(pipes[0], FAN_MARK_ADD, FAN_OPEN, AT_FDCWD, "file"));
    SHOW(fan_mark(group, FAN_MARK_ADD, FAN_OPEN, AT_FDCWD, "missing"));
    SHOW(fan_mark(group, FAN_MARK_ADD, FAN_OPEN, 99, "missing"));
    SHOW(fan_mark(group, FAN_MARK_ADD, FAN_OPEN, 99, NULL));
    SHOW(fan_mark(group, FAN_MARK_ADD, FAN_OPEN, AT_FDCWD, NULL));
    SHOW(fan_mark(group, FAN_MARK_ADD, FAN_OPEN, AT_FDCWD, (char *)1));
    SHOW(fan_mark(group, FAN_MARK_ADD | FAN_MARK_ONLYDIR, FAN_OPEN, AT_FDCWD, "file"));
    SHOW(fan_mark(group, FAN_MARK_ADD, FAN_OPEN, pipes[0], NULL));
    SHOW(fan_mark(group, FAN_MARK_ADD | FAN_MARK_MOUNT, FAN_OPEN, pipes[0], NULL));
    SHOW(fan_mark(group, FAN_MARK_ADD | FAN_MARK_FILESYSTEM, FAN_OPEN, pipes[0], NULL));
    SHOW(fan_mark(group, FAN_MARK_ADD, FAN_CREATE, AT_FDCWD, "dir"));
    SHOW(fan_mark(group, FAN_MARK_ADD, FAN_ATTRIB, AT_FDCWD, "dir"));
    SHOW(fan_mark(group, FAN_MARK_ADD | FAN_MARK_EVICTABLE | FAN_MARK_MOUNT, FAN_OPEN, AT_FDCWD, "dir"));
    SHOW(fan_mark(by_handle, FAN_MARK_ADD | FAN_MARK_MOUNT, FAN_CREATE, AT_FDCWD, "dir"));
    SHOW(fan_mark(by_handle, FAN_MARK_ADD | FAN_MARK_FILESYSTEM, FAN_CREATE, AT_FDCWD, "dir"));
    SHOW(fan_mark(by_handle, FAN_MARK_ADD, FAN_FS_ERROR, AT_FDCWD, "dir"));
    SHOW(fan_mark(by_handle, FAN_MARK_ADD, FAN_RENAME, AT_FDCWD, "dir"));
    SHOW(fan_mark(by_handle, FAN_MARK_ADD, FAN_CREATE, AT_FDCWD, "file"));
    SHOW(fan_mark(by_name, FAN_MARK_ADD, FAN_RENAME, AT_FDCWD, "dir"));
    SHOW(fan_mark(by_name, FAN_MARK_ADD, FAN_RENAME, AT_FDCWD, "file"));
    SHOW(fan_mark(target, FAN_MARK_ADD, FAN_CREATE, AT_FDCWD, "file"));
    SHOW(fan_mark(target, FAN_MARK_ADD, FAN_OPEN | FAN_ONDIR, AT_FDCWD, "file"));
    SHOW(fan_mark(group, FAN_MARK_ADD | FAN_MARK_IGNORE, FAN_OPEN, AT_FDCWD, "dir"));
    SHOW(fan_mark(group, FAN_MARK_ADD | FAN_MARK_IGNORE | FAN_MARK_MOUNT, FAN_OPEN, AT_FDCWD, "dir"));
    SHOW(fan_mark(group, FAN_MARK_ADD | FAN_MARK_IGNORE, FAN_OPEN | FAN_ONDIR, AT_FDCWD, "file"));
    SHOW(fan_mark(group, FAN_MARK_REMOVE, FAN_OPEN, AT_FDCWD, "dir"));
    SHOW(fan_mark(group, FAN_MARK_FLUSH, 0, AT_FDCWD, NULL));
    SHOW(fan_mark(group, FAN_MARK_FLUSH | FAN_MARK_MOUNT, 0, 99, "missing"));
    SHOW(fcntl(group, F_SETFL, O_NONBLOCK));
    close(by_handle);
    close(by_name);
    close(target);
    close(group);
}

static void changing(void)
{
    group = fan_init(FAN_NONBLOCK, O_RDWR);
    show_marks();
    SHOW(fan_mark(group, FAN_MARK_ADD, FAN_OPEN, AT_FDCWD, "file"));
    SHOW(fan_mark(group, FAN_MARK_ADD, FAN_CLOSE | FAN_ONDIR | FAN_EVENT_ON_CHILD, AT_FDCWD, "file"));
    SHOW(fan_mark(group, FAN_MARK_ADD | FAN_MARK_EVICTABLE, FAN_ACCESS | FAN_EVENT_ON_CHILD, AT_FDCWD, "dir"));
    SHOW(fan_mark(group, FAN_MARK_ADD | FAN_MARK_MOUNT, FAN_MODIFY, AT_FDCWD, "dir"));
    SHOW(fan_mark(group, FAN_MARK_ADD | FAN_MARK_FILESYSTEM, FAN_OPEN_EXEC, AT_FDCWD, "dir"));
    SHOW(fan_mark(group, FAN_MARK_ADD | FAN_MARK_EVICTABLE, FAN_ACCESS, AT_FDCWD, "file"));
    show_marks();
    SHOW(fan_mark(group, FAN_MARK_ADD, FAN_OPEN, AT_FDCWD, "dir"));
    SHOW(fan_mark(group, FAN_MARK_ADD | FAN_MARK_EVICTABLE, FAN_ACCESS, AT_FDCWD, "dir"));
    SHOW(fan_mark(group, FAN_MARK_ADD | FAN_MARK_IGNORED_MASK, FAN_OPEN | FAN_ONDIR, AT_FDCWD, "dir"));
    SHOW(fan_mark(group, FAN_MARK_ADD | FAN_MARK_IGNORE, FAN_OPEN, AT_FDCWD, "dir"));
    SHOW(fan_mark(group, FAN_MARK_ADD | FAN_MARK_IGNORE_SURV, FAN_CLOSE | FAN_ONDIR, AT_FDCWD, "dir"));
    SHOW(fan_mark(group, FAN_MARK_ADD | FAN_MARK_IGNORED_MASK, FAN_OPEN, AT_FDCWD, "dir"));
    SHOW(fan_mark(group, FAN_MARK_ADD | FAN_MARK_IGNORED_MASK | FAN_MARK_IGNORED_SURV_MODIFY, FAN_OPEN, AT_FDCWD, "file"));
    SHOW(fan_mark(group, FAN_MARK_ADD | FAN_MARK_IGNORE, FAN_OPEN, AT_FDCWD, "file"));
    show_marks();
    SHOW(fan_mark(group, FAN_MARK_REMOVE, FAN_OPEN | FAN_CLOSE | FAN_ONDIR | FAN_EVENT_ON_CHILD, AT_FDCWD, "file"));
    SHOW(fan_mark(group, FAN_MARK_REMOVE | FAN_MARK_IGNORED_MASK, FAN_OPEN, AT_FDCWD, "file"));
    SHOW(fan_mark(group, FAN_MARK_REMOVE, FAN_OPEN, AT_FDCWD, "file"));
    SHOW(fan_mark(group, FAN_MARK_REMOVE | FAN_MARK_MOUNT, FAN_MODIFY, AT_FDCWD, "dir"));
    show_marks();
    SHOW(fan_mark(group, FAN_MARK_FLUSH | FAN_MARK_FILESYSTEM, 0, AT_FDCWD, NULL));
    show_marks();
    SHOW(fan_mark(group, FAN_MARK_FLUSH, 0, AT_FDCWD, NULL));
    show_marks();
    close(group);
}

static void ignoring(const char *name, unsigned how, uint64_t mask, uint64_t ignored, const char *where)
{
    group = fan_init(FAN_NONBLOCK, O_RDONLY);
    REQUIRE(group >= 0 && fan_mark(group, FAN_MARK_ADD | FAN_MARK_MOUNT, FAN_OPEN | FAN_CLOSE | FAN_ONDIR, AT_FDCWD, ".") == 0);
    if (mask)
        REQUIRE(fan_mark(group, FAN_MARK_ADD, mask, AT_FDCWD, where) == 0);
    int e = fan_mark(group, FAN_MARK_ADD | how, ignored, AT_FDCWD, where);
    printf("== %s: %s\n", name, e == 0 ? "ok" : strerrorname_np(errno));
    use("dir/child", 0);
    use("file", 0);
    use("dir", 0);
    drain("read");
    use("dir/child", 1);
    use("file", 1);
    drain("written");
    use("dir/child", 0);
    use("file", 0);
    drain("read again");
    close(group);
}

static void reading(void)
{
    char small[30], big[4096];
    int n = 0;
    struct pollfd p = {0, POLLIN | POLLOUT, 0};
    group = fan_init(FAN_NONBLOCK, O_RDONLY);
    REQUIRE(group >= 0 && fan_mark(group, FAN_MARK_ADD, FAN_OPEN, AT_FDCWD, "file") == 0);
    p.fd = group;
    SHOW(read(group, big, sizeof big));
    SHOW(poll(&p, 1, 0));
    use("file", 0);
    SHOW(poll(&p, 1, 0));
    printf("%x\n", p.revents);
    SHOW(ioctl(group, FIONREAD, &n));
    printf("%d\n", n);
    SHOW(read(group, small, 23));
    SHOW(read(group, small, 24));
    struct fanotify_event_metadata *e = (void *)small;
    close(e->fd);
    use("file", 0);
    SHOW(syscall(SYS_read, group, (char *)1, 24));
    SHOW(read(group, big, sizeof big));
    struct rlimit old, none;
    REQUIRE(getrlimit(RLIMIT_NOFILE, &old) == 0);
    none = old;
    use("file", 0);
    none.rlim_cur = 3;
    REQUIRE(setrlimit(RLIMIT_NOFILE, &none) == 0);
    SHOW(read(group, big, sizeof big));
    REQUIRE(setrlimit(RLIMIT_NOFILE, &old) == 0);
    SHOW(read(group, big, sizeof big));
    // What the reader does with an event's descriptor makes no events.
    SHOW(fan_mark(group, FAN_MARK_ADD, FAN_ACCESS | FAN_CLOSE, AT_FDCWD, "file"));
    use("file", 0);
    SHOW(read(group, big, sizeof big));
    e = (void *)big;
    SHOW(read(e->fd, big + 100, 3));
    close(e->fd);
    drain("after a read through the event");
    close(group);
}

static void set(const char *name, const char *value, char *old)
{
    char path[128];
    snprintf(path, sizeof path, "/proc/sys/fs/fanotify/%s", name);
    int fd = open(path, O_RDWR);
    REQUIRE(fd >= 0);
    if (old) {
        ssize_t n = read(fd, old, 31);
        REQUIRE(n > 0);
        old[n] = 0;
    }
    REQUIRE(pwrite(fd, value, strlen(value), 0) > 0);
    close(fd);
}

static void limits(void)
{
    char events[32], marks[32], name[32];
    set("max_queued_events", "3", events);
    for (int unlimited = 0; unlimited < 2; unlimited++) {
        group = fan_init(FAN_NONBLOCK | (unlimited ? FAN_UNLIMITED_QUEUE : 0), O_RDONLY);
        REQUIRE(group >= 0 && fan_mark(group, FAN_MARK_ADD | FAN_MARK_MOUNT, FAN_OPEN, AT_FDCWD, ".") == 0);
        for (int i = 0; i < 6; i++) {
            snprintf(name, sizeof name, "many%d", i);
            if (!unlimited)
                close(creat(name, 0600));
            use(name, 0);
        }
        use("many0", 0);
        drain(unlimited ? "no limit" : "a limit of three");
        use("many1", 0);
        drain("after that");
        close(group);
    }
    group = fan_init(FAN_NONBLOCK | FAN_REPORT_PIDFD | FAN_REPORT_FID, O_RDONLY);
    REQUIRE(group >= 0 && fan_mark(group, FAN_MARK_ADD | FAN_MARK_MOUNT, FAN_OPEN, AT_FDCWD, ".") == 0);
    for (int i = 0; i < 6; i++) {
        snprintf(name, sizeof name, "many%d", i);
        use(name, 0);
    }
    drain("lost with handles");
    close(group);
    set("max_queued_events", events, NULL);
    set("max_user_marks", "1", marks);
    group = fan_init(FAN_NONBLOCK, O_RDONLY);
    SHOW(fan_mark(group, FAN_MARK_ADD, FAN_OPEN, AT_FDCWD, "file"));
    SHOW(fan_mark(group, FAN_MARK_ADD, FAN_CLOSE, AT_FDCWD, "file"));
    SHOW(fan_mark(group, FAN_MARK_ADD, FAN_OPEN, AT_FDCWD, "dir"));
    SHOW(fan_mark(group, FAN_MARK_REMOVE, FAN_OPEN | FAN_CLOSE, AT_FDCWD, "file"));
    SHOW(fan_mark(group, FAN_MARK_ADD, FAN_OPEN, AT_FDCWD, "dir"));
    close(group);
    group = fan_init(FAN_NONBLOCK | FAN_UNLIMITED_MARKS, O_RDONLY);
    SHOW(fan_mark(group, FAN_MARK_ADD, FAN_OPEN, AT_FDCWD, "file"));
    SHOW(fan_mark(group, FAN_MARK_ADD, FAN_OPEN, AT_FDCWD, "dir"));
    close(group);
    set("max_user_marks", marks, NULL);
}

static void unprivileged(void)
{
    REQUIRE(chmod("dir", 0777) == 0 && chmod("file", 0666) == 0);
    make_file("private", "private");
    REQUIRE(chmod("private", 0600) == 0);
    if (fork() == 0) {
        REQUIRE(setresgid(1000, 1000, 1000) == 0 && setresuid(1000, 1000, 1000) == 0);
        SHOW(fan_init(FAN_NONBLOCK, O_RDONLY));
        SHOW(fan_init(FAN_NONBLOCK | FAN_REPORT_FID | FAN_UNLIMITED_QUEUE, O_RDONLY));
        SHOW(fan_init(FAN_NONBLOCK | FAN_REPORT_FID | FAN_REPORT_PIDFD, O_RDONLY));
        SHOW(fan_init(FAN_NONBLOCK | FAN_REPORT_FID | FAN_REPORT_TID, O_RDONLY));
        group = fan_init(FAN_NONBLOCK | FAN_REPORT_FID | FAN_REPORT_DFID_NAME, O_RDONLY);
        REQUIRE(group >= 0);
        SHOW(fan_mark(group, FAN_MARK_ADD | FAN_MARK_MOUNT, FAN_OPEN, AT_FDCWD, "."));
        SHOW(fan_mark(group, FAN_MARK_ADD | FAN_MARK_FILESYSTEM, FAN_OPEN, AT_FDCWD, "."));
        SHOW(fan_mark(group, FAN_MARK_ADD, FAN_OPEN, AT_FDCWD, "private"));
        SHOW(fan_mark(group, FAN_MARK_ADD, FAN_OPEN | FAN_CREATE | FAN_EVENT_ON_CHILD, AT_FDCWD, "dir"));
        close(creat("dir/own", 0600));
        if (fork() == 0) {
            use("dir/own", 0);
            _exit(0);
        }
        wait(NULL);
        drain("own and another's");
        exit(0);
    }
    wait(NULL);
}

static void gone(void)
{
    group = fan_init(FAN_NONBLOCK | FAN_REPORT_FID, 0);
    make_file("dir/short", "lived");
    know("dir/short");
    REQUIRE(group >= 0 && fan_mark(group, FAN_MARK_ADD, FAN_DELETE_SELF | FAN_ATTRIB, AT_FDCWD, "dir/short") == 0);
    REQUIRE(unlink("dir/short") == 0);
    drain("deleted");
    show_marks();
    REQUIRE(mkdir("mounted", 0700) == 0 && mount("more", "mounted", "tmpfs", 0, NULL) == 0);
    make_file("mounted/file", "file");
    SHOW(fan_mark(group, FAN_MARK_ADD | FAN_MARK_FILESYSTEM, FAN_OPEN, AT_FDCWD, "mounted"));
    SHOW(fan_mark(group, FAN_MARK_ADD | FAN_MARK_MOUNT, FAN_OPEN, AT_FDCWD, "mounted"));
    SHOW(fan_mark(group, FAN_MARK_ADD, FAN_OPEN, AT_FDCWD, "mounted/file"));
    show_marks();
    SHOW(umount("mounted"));
    drain("unmounted");
    show_marks();
    close(group);
}

int main(void)
{
    enter_own_mounts();
    REQUIRE(mkdir("dir", 0755) == 0);
    make_file("file", "file");
    make_file("dir/child", "child");
    know("dir");
    know("dir/child");
    know("file");
    init_errors();
    mark_errors();
    changing();
    ignoring("old, on the file", FAN_MARK_IGNORED_MASK, 0, FAN_OPEN, "file");
    ignoring("old, survives", FAN_MARK_IGNORED_MASK | FAN_MARK_IGNORED_SURV_MODIFY, 0, FAN_OPEN, "file");
    ignoring("old, on the folder", FAN_MARK_IGNORED_MASK | FAN_MARK_IGNORED_SURV_MODIFY, 0, FAN_OPEN, "dir");
    ignoring("old, on the folder and its children", FAN_MARK_IGNORED_MASK | FAN_MARK_IGNORED_SURV_MODIFY, FAN_CLOSE | FAN_EVENT_ON_CHILD,
        FAN_OPEN, "dir");
    ignoring("new, on the file", FAN_MARK_IGNORE, 0, FAN_OPEN, "file");
    ignoring("new, survives", FAN_MARK_IGNORE_SURV, 0, FAN_OPEN, "file");
    ignoring("new, on the folder, not itself", FAN_MARK_IGNORE_SURV, 0, FAN_OPEN, "dir");
    ignoring("new, on the folder itself", FAN_MARK_IGNORE_SURV, 0, FAN_OPEN | FAN_ONDIR, "dir");
    ignoring("new, on the folder's children", FAN_MARK_IGNORE_SURV, 0, FAN_OPEN | FAN_EVENT_ON_CHILD, "dir");
    ignoring("new, both", FAN_MARK_IGNORE_SURV, 0, FAN_OPEN | FAN_CLOSE | FAN_EVENT_ON_CHILD | FAN_ONDIR, "dir");
    reading();
    limits();
    unprivileged();
    gone();
    leave_own_mounts();
    return 0;
}
