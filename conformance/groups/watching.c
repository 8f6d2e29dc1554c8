// flags: -static
// needs: /sys/fs/cgroup
// inotify(7) on cgroup.events: whoever runs containers hears so that one is empty, or frozen.
#include "lib/groups.h"
#include <sys/inotify.h>

static const char *const left[] = { "a", NULL };
static int queue, file;

// Waits for a change of the file; several may be one event.
static void hears(const char *what)
{
    char buffer[4096] __attribute__((aligned(8)));
    struct pollfd p = { queue, POLLIN, 0 };
    int n = poll(&p, 1, 5000);
    uint32_t seen = 0;
    if (n == 1) {
        ssize_t size = read(queue, buffer, sizeof buffer);
        for (char *at = buffer; at < buffer + size;) {
            struct inotify_event *e = (void *)at;
            if (e->wd == file)
                seen |= e->mask;
            at += sizeof *e + e->len;
        }
    }
    printf("%s: %s\n", what, seen & IN_MODIFY ? "changed" : "nothing");
}

int main(void)
{
    open_groups("watching", left);
    REQUIRE(mkdir(in("a"), 0755) == 0);
    queue = inotify_init1(IN_CLOEXEC);
    file = inotify_add_watch(queue, in("a/cgroup.events"), IN_MODIFY);
    REQUIRE(file > 0);
    pid_t child = sleeper();
    put("a/cgroup.procs", "%d", child);
    hears("somebody came");
    show("a/cgroup.events");
    put("a/cgroup.freeze", "1");
    hears("frozen");
    await_text("a/cgroup.events", "frozen 1");
    put("a/cgroup.freeze", "0");
    hears("goes on");
    end(child);
    hears("empty");
    await_text("a/cgroup.events", "populated 0");
    SHOW(rmdir(in("a")));
    close_groups();
    return 0;
}
