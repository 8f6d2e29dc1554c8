// needs: /proc/self/oom_score_adj
#include <fcntl.h>
#include <stdlib.h>
#include <sys/wait.h>
#include "lib/check.h"

// /proc/self/oom_score_adj and oom_adj: what is written is read back, on either scale, and handed on by fork and exec.

static void show(const char *name)
{
    char path[64], text[32] = "";
    snprintf(path, sizeof path, "/proc/self/%s", name);
    int fd = open(path, O_RDONLY);
    ssize_t count = read(fd, text, sizeof text - 1);
    printf("%s %zd %s", name, count, text);
    close(fd);
}

static void set(const char *name, const char *value)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/self/%s", name);
    int fd = open(path, O_WRONLY);
    ssize_t count = write(fd, value, strlen(value));
    printf("%s = '%s': %s\n", name, value, count < 0 ? strerror(errno) : "written");
    close(fd);
    show("oom_score_adj");
    show("oom_adj");
}

int main(int argc, char **argv)
{
    setvbuf(stdout, NULL, _IONBF, 0);
    if (argc > 1) {
        show("oom_score_adj");
        return 0;
    }
    show("oom_score_adj");
    // Only upwards: to take a value back asks for CAP_SYS_RESOURCE, which not every root has.
    set("oom_score_adj", "300");
    set("oom_adj", "8");
    set("oom_score_adj", " 600\n");
    set("oom_score_adj", "1001");
    set("oom_score_adj", "word");
    set("oom_adj", "16");
    set("oom_score_adj", "900");
    if (fork() == 0) {
        show("oom_score_adj");
        execl("/proc/self/exe", argv[0], "again", NULL);
        _exit(1);
    }
    wait(NULL);
    set("oom_adj", "15");
    return 0;
}
