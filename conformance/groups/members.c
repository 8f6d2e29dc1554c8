// flags: -static -pthread
// needs: /sys/fs/cgroup
// Who is in a control group: moves by number, children, threads, ended processes, permissions, clone3 into a group. cgroups(7).
#include "lib/groups.h"
#include <linux/sched.h>
#include <pthread.h>
#include <sys/syscall.h>

static const char *const left[] = { "a/b", "a", "b", NULL };

static void show_path(const char *when, const char *process)
{
    char path[64], line[512];
    snprintf(path, sizeof path, "/proc/%s/cgroup", process);
    FILE *file = fopen(path, "r");
    while (file && fgets(line, sizeof line, file)) {
        if (strncmp(line, "0::", 3) == 0)
            printf("%s: %s", when, line);
    }
    if (file)
        fclose(file);
}

static void moves(void)
{
    pid_t child = sleeper(), grandchild_of_none = sleeper();
    char number[16];
    snprintf(number, sizeof number, "%d", child);
    show("a/cgroup.events");
    put("a/cgroup.procs", "%d", child);
    printf("lines %d, the child's: %d\n", lines("a/cgroup.procs"), atoi(get("a/cgroup.procs")) == child);
    show("a/cgroup.events");
    show_path("the child", number);
    show_path("self", "self");
    SHOW(rmdir(in("a")));
    put("a/b/cgroup.procs", "%d", grandchild_of_none);
    put("a/cgroup.procs", "%d\n", child);
    printf("in a: %d, in a/b: %d\n", lines("a/cgroup.procs"), lines("a/b/cgroup.procs"));
    put("b/cgroup.procs", "%d", child);
    printf("in a: %d, in b: %d\n", lines("a/cgroup.procs"), lines("b/cgroup.procs"));
    show("a/cgroup.events");
    end(grandchild_of_none);
    show("a/cgroup.events");
    kill(child, SIGKILL);
    siginfo_t information;
    waitid(P_PID, child, &information, WEXITED | WNOWAIT);
    // It has ended and was not waited for: the group is empty, and can be removed.
    show("b/cgroup.events");
    printf("in b: %d\n", lines("b/cgroup.procs"));
    show_path("the ended child", number);
    put("a/cgroup.procs", "%d", child);
    SHOW(rmdir(in("b")));
    show_path("the ended child", number);
    waitpid(child, NULL, 0);
    SHOW(mkdir(in("b"), 0755));
}

static void children(void)
{
    pid_t child = fork();
    if (child == 0) {
        put("a/cgroup.procs", "0");
        show_path("moved", "self");
        pid_t inner = fork();
        if (inner == 0) {
            show_path("its child", "self");
            execl("/bin/sh", "sh", "-c", "grep ^0:: /proc/self/cgroup", NULL);
        }
        waitpid(inner, NULL, 0);
        _exit(0);
    }
    waitpid(child, NULL, 0);
}

static void *wait_for_ever(void *unused)
{
    for (;;)
        pause();
    return unused;
}

static void threads(void)
{
    pid_t child = fork();
    if (child == 0) {
        pthread_t thread;
        for (int i = 0; i < 3; i++)
            pthread_create(&thread, NULL, wait_for_ever, NULL);
        put("b/cgroup.procs", "0");
        printf("processes %d, threads %d\n", lines("b/cgroup.procs"), lines("b/cgroup.threads"));
        put("b/cgroup.threads", "%d", getpid());
        put("a/cgroup.threads", "%d", getpid());
        // The number of any thread moves the whole process.
        int tid = 0;
        for (const char *at = get("b/cgroup.threads"); *at; at = strchr(at, '\n') + 1)
            tid = atoi(at);
        put("a/cgroup.procs", "%d", tid);
        printf("in a: %d, in b: %d\n", lines("a/cgroup.threads"), lines("b/cgroup.threads"));
        _exit(0);
    }
    waitpid(child, NULL, 0);
}

static void into(const char *group, unsigned long flags)
{
    struct clone_args arguments = { .flags = CLONE_INTO_CGROUP | flags, .exit_signal = SIGCHLD };
    int directory = open(in(group), O_RDONLY | O_DIRECTORY | O_PATH);
    arguments.cgroup = directory;
    long child = syscall(SYS_clone3, &arguments, sizeof arguments);
    if (child == 0) {
        show_path("started there", "self");
        _exit(0);
    }
    int error = errno;
    // The child's line comes first.
    if (child > 0)
        waitpid(child, NULL, 0);
    printf("%s: %s\n", group, child < 0 ? strerrorname_np(error) : "started");
    if (directory >= 0)
        close(directory);
}

static void starts(void)
{
    into("a/b", 0);
    into("a/b", CLONE_VFORK);
    into("nowhere", 0);
    into("a/cgroup.procs", 0);
    into("/../../", 0);
    struct clone_args arguments = { .flags = CLONE_INTO_CGROUP, .exit_signal = SIGCHLD, .cgroup = 1UL << 40 };
    SHOW(syscall(SYS_clone3, &arguments, sizeof arguments));
    arguments.cgroup = 99;
    SHOW(syscall(SYS_clone3, &arguments, sizeof arguments));
    SHOW(syscall(SYS_clone3, &arguments, 80));
}

// A part of the tree is given away: its owner moves processes within it, and neither into it nor out of it.
static void delegation(void)
{
    pid_t inside = sleeper(), outside = sleeper();
    put("a/cgroup.procs", "%d", inside);
    SHOW(chown(in("a"), 1000, 1000));
    SHOW(chown(in("a/cgroup.procs"), 1000, 1000));
    SHOW(chown(in("a/b/cgroup.procs"), 1000, 1000));
    int opened_by_root = open(in("a/b/cgroup.procs"), O_WRONLY);
    pid_t child = fork();
    if (child == 0) {
        REQUIRE(setregid(1000, 1000) == 0 && setreuid(1000, 1000) == 0);
        put("a/b/cgroup.procs", "%d", inside);
        put("a/cgroup.procs", "%d", inside);
        put("b/cgroup.procs", "%d", inside);
        put("a/cgroup.procs", "%d", outside);
        SHOW(mkdir(in("a/own"), 0755));
        put("a/own/cgroup.procs", "%d", inside);
        put("a/cgroup.procs", "%d", inside);
        SHOW(rmdir(in("a/own")));
        SHOW(mkdir(in("b/own"), 0755));
        put("a/cgroup.freeze", "0");
        into("a/b", 0);
        // Whoever has opened the file counts, not who writes.
        char text[16];
        snprintf(text, sizeof text, "%d", outside);
        SHOW(write(opened_by_root, text, strlen(text)) > 0);
        _exit(0);
    }
    waitpid(child, NULL, 0);
    SHOW(chown(in("a"), 0, 0));
    SHOW(chown(in("a/cgroup.procs"), 0, 0));
    end(inside);
    end(outside);
    close(opened_by_root);
}

int main(void)
{
    open_groups("members", left);
    SHOW(mkdir(in("a"), 0755));
    SHOW(mkdir(in("a/b"), 0755));
    SHOW(mkdir(in("b"), 0755));
    moves();
    children();
    threads();
    starts();
    delegation();
    SHOW(rmdir(in("a/b")));
    SHOW(rmdir(in("a")));
    SHOW(rmdir(in("b")));
    close_groups();
}
