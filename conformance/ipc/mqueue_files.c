// mq_overview(7): message queues as files of a mounted mqueue.
#include "lib/mounts.h"
#include <dirent.h>
#include <mqueue.h>
#include <poll.h>

static void list(const char *path)
{
    struct dirent **names;
    int n = scandir(path, &names, NULL, alphasort);
    printf("%s:", path);
    for (int i = 0; i < n; i++)
        printf(" %s/%d", names[i]->d_name, names[i]->d_type);
    printf("\n");
}

int main(void)
{
    struct mq_attr attr = {.mq_maxmsg = 4, .mq_msgsize = 100};
    struct stat s;
    struct statfs fs;
    enter_own_mounts();
    REQUIRE(unshare(CLONE_NEWIPC) == 0);
    umask(022);
    REQUIRE(mkdir("q", 0755) == 0);
    SHOW(mount("x", "q", "mqueue", 0, "nonsense=1"));
    SHOW(mount("x", "q", "mqueue", 0, NULL));
    REQUIRE(statfs("q", &fs) == 0 && stat("q", &s) == 0);
    printf("type %lx name %ld mode %o links %ld\n", fs.f_type, fs.f_namelen, s.st_mode, (long)s.st_nlink);
    mqd_t queue = mq_open("/one", O_CREAT | O_RDWR, 0666, &attr);
    REQUIRE(queue >= 0);
    list("q");
    REQUIRE(stat("q/one", &s) == 0);
    printf("one: mode %o size %ld links %ld owner %d\n", s.st_mode, (long)s.st_size, (long)s.st_nlink, s.st_uid);
    show_file("q/one");
    REQUIRE(mq_send(queue, "hello", 5, 1) == 0 && mq_send(queue, "again", 5, 2) == 0);
    show_file("q/one");
    SHOW(mq_notify(queue, &(struct sigevent){.sigev_notify = SIGEV_SIGNAL, .sigev_signo = 10}));
    int fd = open("q/one", O_RDWR);
    char text[100];
    SHOW(write(fd, "x", 1));
    struct pollfd p = {fd, POLLIN | POLLOUT, 0};
    SHOW(poll(&p, 1, 0));
    printf("%x\n", p.revents);
    // An open file of the file system is a queue's descriptor.
    SHOW(mq_receive(fd, text, sizeof text, NULL));
    SHOW(mq_getattr(fd, &attr));
    printf("%ld %ld %ld\n", attr.mq_maxmsg, attr.mq_msgsize, attr.mq_curmsgs);
    close(fd);
    SHOW(close(open("q/two", O_CREAT | O_RDWR, 0640)));
    REQUIRE(stat("q/two", &s) == 0);
    printf("two: mode %o\n", s.st_mode);
    mqd_t two = mq_open("/two", O_RDWR);
    REQUIRE(two >= 0);
    SHOW(mq_getattr(two, &attr));
    printf("%ld %ld %ld\n", attr.mq_maxmsg, attr.mq_msgsize, attr.mq_curmsgs);
    SHOW(close(open("q/two", O_CREAT | O_EXCL | O_RDWR, 0640)));
    list("q");
    SHOW(mkdir("q/dir", 0755));
    SHOW(mkfifo("q/fifo", 0644));
    SHOW(symlink("x", "q/link"));
    SHOW(link("q/one", "q/other"));
    SHOW(rename("q/one", "q/other"));
    SHOW(chmod("q/one", 0600));
    SHOW(chown("q/one", 5, 6));
    REQUIRE(stat("q/one", &s) == 0);
    printf("one: mode %o %d:%d\n", s.st_mode, s.st_uid, s.st_gid);
    SHOW(rmdir("q/one"));
    SHOW(unlink("q/one"));
    SHOW(mq_open("/one", O_RDWR));
    SHOW(mq_receive(queue, text, sizeof text, NULL));
    REQUIRE(fstat(queue, &s) == 0);
    printf("one, without a name: links %ld\n", (long)s.st_nlink);
    SHOW(mq_unlink("/two"));
    SHOW(access("q/two", F_OK));
    list("q");
    REQUIRE(mkdir("again", 0755) == 0);
    SHOW(mount("x", "again", "mqueue", 0, NULL));
    SHOW(close(mq_open("/three", O_CREAT | O_RDWR, 0600, NULL)));
    list("again");
    if (fork() == 0) {
        REQUIRE(unshare(CLONE_NEWIPC) == 0);
        REQUIRE(mkdir("inner", 0755) == 0);
        SHOW(mount("x", "inner", "mqueue", 0, NULL));
        SHOW(close(mq_open("/inside", O_CREAT | O_RDWR, 0600, NULL)));
        list("inner");
        list("q");
        SHOW(umount("inner"));
        exit(0);
    }
    wait(NULL);
    if (fork() == 0) {
        REQUIRE(setresuid(7, 7, 7) == 0);
        SHOW(open("q/three", O_RDWR));
        SHOW(unlink("q/three"));
        SHOW(close(open("q/own", O_CREAT | O_RDWR, 0600)));
        SHOW(unlink("q/own"));
        exit(0);
    }
    wait(NULL);
    SHOW(umount("again"));
    SHOW(umount("q"));
    leave_own_mounts();
    return 0;
}
