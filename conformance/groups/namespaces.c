// flags: -static
// needs: /sys/fs/cgroup
// What a process sees of control groups from a namespace of its own. cgroup_namespaces(7).
#include "lib/groups.h"
#include <sched.h>

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

static unsigned long number(void)
{
    struct stat status;
    return stat("/proc/self/ns/cgroup", &status) == 0 ? status.st_ino : 0;
}

int main(void)
{
    open_groups("namespaces", left);
    SHOW(mkdir(in("a"), 0755));
    SHOW(mkdir(in("a/b"), 0755));
    SHOW(mkdir(in("b"), 0755));
    int outer = open("/proc/self/ns/cgroup", O_RDONLY);
    unsigned long first = number();
    pid_t other = sleeper();
    char other_number[16];
    snprintf(other_number, sizeof other_number, "%d", other);
    put("b/cgroup.procs", "%d", other);
    pid_t child = fork();
    if (child == 0) {
        put("a/cgroup.procs", "0");
        show_path("before", "self");
        SHOW(unshare(CLONE_NEWCGROUP));
        printf("another namespace: %d\n", number() != first);
        show_path("after", "self");
        show_path("the other", other_number);
        put("a/b/cgroup.procs", "0");
        show_path("deeper", "self");
        put("a/cgroup.procs", "0");
        show_path("less deep", "self");
        SHOW(setns(outer, CLONE_NEWCGROUP));
        printf("the same namespace: %d\n", number() == first);
        show_path("back", "self");
        SHOW(setregid(1000, 1000));
        SHOW(setreuid(1000, 1000));
        SHOW(unshare(CLONE_NEWCGROUP));
        SHOW(setns(outer, CLONE_NEWCGROUP));
        _exit(0);
    }
    waitpid(child, NULL, 0);
    end(other);
    SHOW(rmdir(in("a/b")));
    SHOW(rmdir(in("a")));
    SHOW(rmdir(in("b")));
    close_groups();
}
