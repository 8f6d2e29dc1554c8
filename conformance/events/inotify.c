// inotify(7): which events an operation makes, in which order, with which names and flags.
#define _GNU_SOURCE
#include "lib/check.h"
#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/wait.h>

static int queue;

static const char *names[] = {"ACCESS", "MODIFY", "ATTRIB", "CLOSE_WRITE", "CLOSE_NOWRITE", "OPEN", "MOVED_FROM", "MOVED_TO",
                              "CREATE", "DELETE", "DELETE_SELF", "MOVE_SELF", "?", "UNMOUNT", "Q_OVERFLOW", "IGNORED"};

static void drain(const char *what)
{
    static char buffer[65536] __attribute__((aligned(8)));
    struct pollfd p = {queue, POLLIN, 0};
    uint32_t first = 0;
    printf("%s:", what);
    while (poll(&p, 1, 0) == 1) {
        int waiting = 0;
        ioctl(queue, FIONREAD, &waiting);
        ssize_t n = read(queue, buffer, sizeof buffer);
        if (n != waiting)
            printf(" FIONREAD %d of %zd", waiting, n);
        for (char *at = buffer; at < buffer + n;) {
            struct inotify_event *e = (void *)at;
            printf(" [%d", e->wd);
            for (int i = 0; i < 16; i++)
                if (e->mask >> i & 1)
                    printf(" %s", names[i]);
            if (e->mask & IN_ISDIR)
                printf(" dir");
            if (e->cookie) {
                if (!first)
                    first = e->cookie;
                printf(" cookie+%u", e->cookie - first);
            }
            if (e->len)
                printf(" '%s' %u", e->name, e->len);
            printf("]");
            at += sizeof *e + e->len;
        }
    }
    printf("\n");
}

#define DO(expression) do { long r_ = (long)(expression); if (r_ < 0) printf("(%s) ", strerrorname_np(errno)); drain(#expression); } while (0)

static int touch(const char *path)
{
    int fd = open(path, O_CREAT | O_WRONLY, 0644);
    return fd < 0 ? fd : close(fd);
}

static int put(const char *path, int flags, const char *text)
{
    int fd = open(path, flags, 0644);
    if (write(fd, text, strlen(text)) < 0)
        return -1;
    return close(fd);
}

static int list(const char *path)
{
    DIR *d = opendir(path);
    int n = 0;
    while (readdir(d))
        n++;
    closedir(d);
    return n;
}

static int run(const char *path)
{
    pid_t child = fork();
    if (child == 0) {
        execl(path, path, NULL);
        _exit(1);
    }
    int status;
    waitpid(child, &status, 0);
    return status;
}

int main(void)
{
    char place[] = "/tmp/inotifyXXXXXX";
    REQUIRE(mkdtemp(place) && chdir(place) == 0);
    REQUIRE((queue = inotify_init1(IN_NONBLOCK)) >= 0);
    mkdir("d", 0755);
    mkdir("e", 0755);
    touch("d/file");
    SHOW(inotify_add_watch(queue, "d", IN_ALL_EVENTS));
    SHOW(inotify_add_watch(queue, "d/file", IN_ALL_EVENTS));
    SHOW(inotify_add_watch(queue, "e", IN_ALL_EVENTS));
    drain("begin");
    DO(touch("d/file"));
    DO(put("d/file", O_WRONLY, "hello"));
    DO(put("d/file", O_WRONLY | O_TRUNC, "hello"));
    DO(put("d/file", O_WRONLY | O_APPEND, "world"));
    int fd = open("d/file", O_RDWR);
    drain("open");
    char bytes[16];
    DO(read(fd, bytes, 4));
    DO(pread(fd, bytes, 4, 0));
    DO(pread(fd, bytes, 4, 100));
    DO(read(fd, bytes, 0));
    DO(write(fd, bytes, 0));
    DO(pwrite(fd, bytes, 3, 0));
    DO(ftruncate(fd, 2));
    DO(truncate("d/file", 9));
    DO(posix_fallocate(fd, 0, 100));
    DO(fchmod(fd, 0600));
    DO(chmod("d/file", 0644));
    DO(chown("d/file", 0, 0));
    DO(chown("d/file", -1, -1));
    struct timespec both[2] = {{1, 0}, {2, 0}}, one[2] = {{1, 0}, {0, UTIME_OMIT}}, other[2] = {{0, UTIME_OMIT}, {5, 0}};
    DO(utimensat(AT_FDCWD, "d/file", both, 0));
    DO(utimensat(AT_FDCWD, "d/file", one, 0));
    DO(futimens(fd, other));
    DO(link("d/file", "d/second"));
    DO(link("d/file", "e/third"));
    DO(chmod("e/third", 0640));
    DO(put("e/third", O_WRONLY, "x"));
    DO(unlink("d/second"));
    DO(rename("e/third", "d/fourth"));
    DO(rename("d/fourth", "d/fourth"));
    DO(rename("d/fourth", "d/file"));
    DO(unlink("d/fourth"));
    DO(symlink("file", "d/link"));
    DO(chmod("d/link", 0600));
    DO(readlink("d/link", bytes, sizeof bytes));
    DO(fchownat(AT_FDCWD, "d/link", 0, 0, AT_SYMLINK_NOFOLLOW));
    DO(unlink("d/link"));
    DO(mkdir("d/sub", 0755));
    DO(touch("d/sub/inner"));
    DO(list("d/sub"));
    DO(list("d"));
    DO(chmod("d/sub", 0700));
    DO(chmod("d", 0755));
    DO(rename("d/sub", "e/sub"));
    DO(rmdir("e/sub"));
    DO(unlink("e/sub/inner"));
    DO(rmdir("e/sub"));
    DO(mkfifo("d/fifo", 0600));
    DO(close(open("d/fifo", O_RDWR)));
    DO(unlink("d/fifo"));
    DO(touch("d/a"));
    DO(touch("e/b"));
    DO(renameat2(AT_FDCWD, "d/a", AT_FDCWD, "e/b", RENAME_EXCHANGE));
    DO(rename("d/a", "e/b"));
    DO(close(open("d", O_RDONLY | O_DIRECTORY)));
    DO(close(open("d/file", O_PATH)));
    DO(copy_file_range(fd, &(loff_t){0}, fd, &(loff_t){50}, 4, 0));
    int out = open("e/copy", O_CREAT | O_WRONLY, 0644);
    drain("open");
    DO(sendfile(out, fd, &(off_t){0}, 4));
    DO(close(out));
    DO(put("d/script", O_CREAT | O_WRONLY, "#!/bin/true\n"));
    DO(chmod("d/script", 0755));

    // The watched file goes while it is open, and with its last name.
    DO(unlink("d/file"));
    DO(write(fd, bytes, 3));
    DO(fchmod(fd, 0600));
    DO(close(fd));
    SHOW(inotify_rm_watch(queue, 2));
    touch("d/file");
    drain("again");
    SHOW(inotify_add_watch(queue, "d/file", IN_ALL_EVENTS));
    DO(unlink("d/file"));
    touch("d/file");
    touch("d/other");
    SHOW(inotify_add_watch(queue, "d/file", IN_ALL_EVENTS));
    drain("again");
    DO(rename("d/other", "d/file"));
    SHOW(inotify_add_watch(queue, "d/file", IN_DELETE_SELF | IN_MOVE_SELF));
    link("d/file", "e/kept");
    drain("linked");
    DO(rename("d/file", "d/moved"));
    DO(unlink("d/moved"));
    DO(unlink("e/kept"));
    DO(inotify_rm_watch(queue, 3));
    DO(touch("e/quiet"));
    SHOW(inotify_rm_watch(queue, 3));
    unlink("d/script");
    DO(rename("d", "moved"));
    DO(rmdir("moved"));
    DO(touch("moved"));
    return 0;
}
