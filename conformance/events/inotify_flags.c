// inotify(7): flags of watches, coalescing, overflow, short buffers, refusals, what fdinfo says.
#define _GNU_SOURCE
#include "lib/check.h"
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <pthread.h>

static int queue;

static void drain(const char *what)
{
    char buffer[4096] __attribute__((aligned(8)));
    ssize_t n;
    printf("%s:", what);
    while ((n = read(queue, buffer, sizeof buffer)) > 0)
        for (char *at = buffer; at < buffer + n;) {
            struct inotify_event *e = (void *)at;
            printf(" [%d %x %s]", e->wd, e->mask, e->len ? e->name : "");
            at += sizeof *e + e->len;
        }
    printf("\n");
}

static void touch(const char *path)
{
    close(open(path, O_CREAT | O_WRONLY, 0644));
}

static void describe(void)
{
    char path[64], line[256];
    snprintf(path, sizeof path, "/proc/self/fdinfo/%d", queue);
    FILE *f = fopen(path, "r");
    int wd;
    unsigned mask;
    while (fgets(line, sizeof line, f))
        if (sscanf(line, "inotify wd:%x ino:%*x sdev:%*x mask:%x", &wd, &mask) == 2)
            printf("fdinfo: watch %d mask %x\n", wd, mask);
    fclose(f);
}

static void *late(void *name)
{
    struct timespec t = {0, 50000000};
    nanosleep(&t, NULL);
    touch(name);
    return NULL;
}

int main(void)
{
    char place[] = "/tmp/inotifyXXXXXX", buffer[4096];
    REQUIRE(mkdtemp(place) && chdir(place) == 0);
    SHOW(inotify_init1(1));
    SHOW(inotify_init1(O_APPEND));
    REQUIRE((queue = inotify_init1(IN_NONBLOCK | IN_CLOEXEC)) >= 0);
    char link_[64] = "", self[64];
    snprintf(self, sizeof self, "/proc/self/fd/%d", queue);
    readlink(self, link_, sizeof link_ - 1);
    printf("%s, flags %x, cloexec %d\n", link_, fcntl(queue, F_GETFL), fcntl(queue, F_GETFD));
    SHOW(write(queue, "x", 1));
    SHOW(lseek(queue, 0, SEEK_SET));
    mkdir("d", 0755);
    touch("f");
    symlink("f", "l");
    symlink("nowhere", "broken");

    SHOW(inotify_add_watch(queue, "f", 0));
    SHOW(inotify_add_watch(queue, "f", 0x00800000));
    SHOW(inotify_add_watch(queue, "none", IN_OPEN));
    SHOW(inotify_add_watch(queue, "", IN_OPEN));
    SHOW(inotify_add_watch(queue, (char *)16, IN_OPEN));
    SHOW(inotify_add_watch(-1, "f", IN_OPEN));
    SHOW(inotify_add_watch(0, "f", IN_OPEN));
    SHOW(inotify_add_watch(queue, "f", IN_OPEN | IN_ONLYDIR));
    SHOW(inotify_add_watch(queue, "broken", IN_OPEN));
    SHOW(inotify_add_watch(queue, "f", IN_OPEN | IN_MASK_ADD | IN_MASK_CREATE));
    SHOW(inotify_rm_watch(queue, 1));
    SHOW(inotify_rm_watch(-1, 1));
    SHOW(inotify_rm_watch(0, 1));

    SHOW(inotify_add_watch(queue, "f", IN_OPEN));
    SHOW(inotify_add_watch(queue, "l", IN_OPEN | IN_DONT_FOLLOW));
    SHOW(inotify_add_watch(queue, "l", IN_CLOSE_WRITE | IN_MASK_ADD));
    SHOW(inotify_add_watch(queue, "f", IN_ATTRIB | IN_MASK_CREATE));
    SHOW(inotify_add_watch(queue, "d", IN_CREATE | IN_MASK_CREATE));
    SHOW(inotify_add_watch(queue, "broken", IN_ATTRIB | IN_DONT_FOLLOW));
    describe();
    touch("f");
    drain("added");
    SHOW(inotify_add_watch(queue, "f", IN_ATTRIB));
    touch("f");
    drain("replaced");
    chmod("f", 0600);
    drain("mode");
    setxattr("f", "user.x", "y", 1, 0);
    drain("setxattr");
    removexattr("f", "user.x");
    drain("removexattr");
    removexattr("f", "user.x");
    drain("removexattr again");
    fchownat(AT_FDCWD, "l", 0, 0, AT_SYMLINK_NOFOLLOW);
    unlink("l");
    drain("link");

    // Of equal events that follow each other one is kept.
    SHOW(inotify_add_watch(queue, "f", IN_OPEN | IN_CLOSE));
    int a = open("f", O_RDONLY), b = open("f", O_RDONLY);
    drain("coalesced");
    close(a);
    close(b);
    touch("f");
    touch("f");
    drain("not coalesced");

    SHOW(inotify_add_watch(queue, "f", IN_OPEN | IN_CLOSE | IN_ONESHOT));
    describe();
    touch("f");
    drain("once");
    SHOW(inotify_add_watch(queue, "f", IN_OPEN));

    int excl = open("d/gone", O_CREAT | O_RDWR, 0600), plain = open("d/plain", O_CREAT | O_RDWR, 0600);
    SHOW(inotify_add_watch(queue, "d", IN_MODIFY | IN_EXCL_UNLINK));
    drain("open");
    write(excl, "1", 1);
    write(plain, "1", 1);
    unlink("d/gone");
    write(excl, "1", 1);
    write(plain, "1", 1);
    drain("excluded");
    SHOW(inotify_add_watch(queue, "d", IN_MODIFY));
    write(excl, "1", 1);
    drain("included");

    SHOW(inotify_add_watch(queue, "d", IN_CREATE));
    touch("d/a name of sixteen");
    SHOW(read(queue, buffer, 16));
    SHOW(read(queue, buffer, 47));
    SHOW(read(queue, (void *)16, 48));
    SHOW(read(queue, buffer, 0));
    drain("read at last");
    touch("d/1234567890123456");
    touch("d/123456789012345");
    int bytes = -1;
    SHOW(ioctl(queue, FIONREAD, &bytes));
    SHOW(bytes);
    SHOW(read(queue, buffer, 60));
    SHOW(read(queue, buffer, 60));
    SHOW(read(queue, buffer, 60));

    // Waiting: epoll, and a reader that sleeps.
    int set = epoll_create1(0);
    struct epoll_event e = {EPOLLIN | EPOLLOUT, {0}};
    SHOW(epoll_ctl(set, EPOLL_CTL_ADD, queue, &e));
    SHOW(epoll_wait(set, &e, 1, 0));
    touch("d/new");
    SHOW(epoll_wait(set, &e, 1, 0));
    printf("events %x\n", e.events);
    drain("epoll");
    pthread_t t;
    fcntl(queue, F_SETFL, 0);
    pthread_create(&t, NULL, late, "d/late");
    SHOW(read(queue, buffer, sizeof buffer));
    pthread_join(t, NULL);
    fcntl(queue, F_SETFL, O_NONBLOCK);

    // More events than a queue keeps.
    SHOW(inotify_add_watch(queue, "d", IN_OPEN));
    for (int i = 0; i < 9000; i++) {
        close(open("d/new", O_RDONLY));
        close(open("d/late", O_RDONLY));
    }
    int events = 0, last = 0;
    ssize_t n;
    while ((n = read(queue, buffer, sizeof buffer)) > 0)
        for (char *at = buffer; at < buffer + n; events++) {
            struct inotify_event *e = (void *)at;
            last = e->mask;
            if (e->mask & IN_Q_OVERFLOW)
                printf("overflow: watch %d, cookie %u, length %u\n", e->wd, e->cookie, e->len);
            at += sizeof *e + e->len;
        }
    printf("%d events, the last is %x\n", events, last);
    touch("d/new");
    drain("afterwards");
    return 0;
}
