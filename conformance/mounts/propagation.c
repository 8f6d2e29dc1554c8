// Which namespaces see what others mount: shared, slave, private, unbindable. mount_namespaces(7).
#include "lib/mounts.h"
#include <poll.h>
#include <signal.h>

static int to_child[2], to_parent[2];

static void tell(int *pipe) { REQUIRE(write(pipe[1], "x", 1) == 1); }

static void await(int *pipe)
{
    char c;
    REQUIRE(read(pipe[0], &c, 1) == 1);
}

static void show_child(pid_t child, const char *when)
{
    char file[64];
    printf("%s, child:\n", when);
    snprintf(file, sizeof file, "/proc/%d/mountinfo", child);
    show_mounts_of(file);
}

static void kinds(void)
{
    mkdir("s", 0755), mkdir("p", 0755), mkdir("l", 0755), mkdir("u", 0755), mkdir("m", 0755);
    const char *names[] = {"s", "p", "l", "u"};
    for (int i = 0; i < 4; i++) {
        REQUIRE(mount(names[i], names[i], "tmpfs", 0, NULL) == 0);
        char path[16];
        snprintf(path, sizeof path, "%s/in", names[i]);
        mkdir(path, 0755);
    }
    SHOW(mount(NULL, "s", NULL, MS_SHARED, NULL));
    SHOW(mount(NULL, "l", NULL, MS_SHARED, NULL));
    SHOW(mount(NULL, "u", NULL, MS_UNBINDABLE, NULL));
    SHOW(mount("u", "m", NULL, MS_BIND, NULL));
    show_mounts("kinds");
    pid_t child = fork();
    if (child == 0) {
        REQUIRE(unshare(CLONE_NEWNS) == 0);
        REQUIRE(mount(NULL, "l", NULL, MS_SLAVE, NULL) == 0);
        tell(to_parent);
        await(to_child);
        mount("from child", "s/in", "tmpfs", 0, NULL);
        mount("from child", "p/in", "tmpfs", 0, NULL);
        mount("from child", "l/in", "tmpfs", 0, NULL);
        tell(to_parent);
        await(to_child);
        umount2("s/in", 0);
        umount2("l/in", 0);
        tell(to_parent);
        await(to_child);
        exit(0);
    }
    await(to_parent);
    show_child(child, "unshared");
    tell(to_child), await(to_parent);
    show_mounts("child has mounted");
    show_child(child, "child has mounted");
    tell(to_child), await(to_parent);
    show_mounts("child has unmounted");
    SHOW(mount("from parent", "s/in", "tmpfs", 0, NULL));
    SHOW(mount("from parent", "p/in", "tmpfs", 0, NULL));
    SHOW(mount("from parent", "l/in", "tmpfs", 0, NULL));
    show_mounts("parent has mounted");
    show_child(child, "parent has mounted");
    SHOW(umount2("l/in", 0));
    SHOW(umount2("s/in", 0));
    show_child(child, "parent has unmounted");
    // A mount point in another namespace only can be taken away, and takes that mount with it.
    SHOW(rmdir("p/in"));
    SHOW(umount2("p/in", 0));
    SHOW(rmdir("p/in"));
    tell(to_child);
    wait(NULL);
    for (int i = 0; i < 4; i++)
        SHOW(umount2(names[i], 0));
}

// The end of a namespace is no unmount: those who shared its mounts keep theirs. systemd hands credentials over by such short-lived ones.
static void ends(void)
{
    mkdir("k", 0755);
    REQUIRE(mount("k", "k", "tmpfs", 0, NULL) == 0);
    mkdir("k/in", 0755), mkdir("k/more", 0755);
    SHOW(mount(NULL, "k", NULL, MS_SHARED, NULL));
    REQUIRE(mount("in", "k/in", "tmpfs", 0, NULL) == 0);
    fflush(stdout);
    if (fork() == 0) {
        REQUIRE(unshare(CLONE_NEWNS) == 0);
        SHOW(mount("more", "k/more", "tmpfs", 0, NULL));
        exit(0);
    }
    wait(NULL);
    show_mounts("a namespace has ended");
    SHOW(umount2("k", MNT_DETACH));
}

static void peers(void)
{
    mkdir("a", 0755), mkdir("b", 0755), mkdir("c", 0755), mkdir("d", 0755);
    REQUIRE(mount("a", "a", "tmpfs", 0, NULL) == 0);
    mkdir("a/x", 0755), mkdir("a/y", 0755);
    SHOW(mount(NULL, "a", NULL, MS_SHARED, NULL));
    SHOW(mount("a", "b", NULL, MS_BIND, NULL));
    SHOW(mount("a", "c", NULL, MS_BIND, NULL));
    SHOW(mount(NULL, "c", NULL, MS_SLAVE, NULL));
    SHOW(mount("c", "d", NULL, MS_BIND, NULL));
    SHOW(mount(NULL, "c", NULL, MS_SHARED, NULL));
    show_mounts("peers");
    SHOW(mount("t", "a/x", "tmpfs", 0, NULL));
    show_mounts("a/x");
    mkdir("b/x/deep", 0755);
    SHOW(mount("deep", "c/x/deep", "tmpfs", 0, NULL));
    show_mounts("c/x/deep");
    SHOW(umount2("a/x", 0));
    show_mounts("without a/x");
    SHOW(umount2("a/x", MNT_DETACH));
    SHOW(mount("t", "c/y", "tmpfs", 0, NULL));
    SHOW(mount("over", "a/y", "tmpfs", 0, NULL));
    show_mounts("tucked");
    SHOW(umount2("a/y", 0));
    show_mounts("untucked");
    SHOW(mount(NULL, "a", NULL, MS_PRIVATE, NULL));
    SHOW(mount(NULL, "b", NULL, MS_SLAVE, NULL));
    show_mounts("group gone");
    SHOW(mount("a", "d", NULL, MS_MOVE, NULL));
    SHOW(mount(NULL, "d", NULL, MS_UNBINDABLE, NULL));
    show_mounts("moved");
    for (const char *n = "ddcccba"; *n; n++) {
        char name[2] = {*n, 0};
        SHOW(umount2(name, MNT_DETACH));
    }
    show_mounts("end of peers");
    // The source of a bind below a shared parent.
    REQUIRE(mount("s", "a", "tmpfs", 0, NULL) == 0);
    SHOW(mount(NULL, "a", NULL, MS_SHARED | MS_REC, NULL));
    mkdir("a/1", 0755), mkdir("a/2", 0755);
    SHOW(mount("a/1", "a/2", NULL, MS_BIND, NULL));
    SHOW(mount("x", "a/1", "tmpfs", 0, NULL));
    show_mounts("within");
    SHOW(mount("a/1", "b", NULL, MS_MOVE, NULL));
    SHOW(umount2("a", MNT_DETACH));
}

static void changes(void)
{
    mkdir("n", 0755);
    struct pollfd list = {.fd = open("/proc/self/mounts", O_RDONLY), .events = POLLPRI};
    printf("%d", poll(&list, 1, 0));
    printf(" %x\n", list.revents);
    REQUIRE(mount("n", "n", "tmpfs", 0, NULL) == 0);
    printf("%d", poll(&list, 1, 1000));
    printf(" %x\n", list.revents);
    printf("%d\n", poll(&list, 1, 0));
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        usleep(50000);
        _exit(umount2("n", 0));
    }
    list.revents = 0;
    printf("%d", poll(&list, 1, 5000));
    printf(" %x\n", list.revents);
    wait(NULL);
    close(list.fd);
}

int main(void)
{
    setvbuf(stdout, NULL, _IOLBF, 0);
    enter_own_mounts();
    REQUIRE(pipe(to_child) == 0 && pipe(to_parent) == 0);
    kinds();
    ends();
    peers();
    changes();
    leave_own_mounts();
}
