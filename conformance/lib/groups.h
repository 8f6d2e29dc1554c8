// Control groups, version 2, wherever they are mounted. The programs work in a group of their own below the root.
#ifndef GROUPS_H
#define GROUPS_H

#include "check.h"
#include <fcntl.h>
#include <mntent.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/stat.h>
#include <sys/wait.h>

static char group_root[256];
static char group_base[512];

/// Writes to a file of a group; "file = result" is printed.
__attribute__((format(printf, 2, 3))) static void put(const char *file, const char *format, ...)
{
    char path[1024], text[256];
    va_list values;
    va_start(values, format);
    vsnprintf(text, sizeof text, format, values);
    va_end(values);
    snprintf(path, sizeof path, "%s/%s", group_base, file);
    int fd = open(path, O_WRONLY);
    if (fd < 0) {
        printf("open %s: %s\n", file, strerrorname_np(errno));
        return;
    }
    long n = write(fd, text, strlen(text));
    // Numbers of processes differ from run to run.
    int shows = strstr(file, "cgroup.procs") == NULL && strstr(file, "cgroup.threads") == NULL;
    printf("%s < %s: %s\n", file, shows ? text : "pid", n < 0 ? strerrorname_np(errno) : "ok");
    close(fd);
}

/// The text of a file; empty if there is none.
static const char *get(const char *file)
{
    static char text[8192];
    char path[1024];
    snprintf(path, sizeof path, "%s/%s", group_base, file);
    text[0] = 0;
    int fd = open(path, O_RDONLY);
    if (fd < 0) {
        snprintf(text, sizeof text, "open: %s\n", strerrorname_np(errno));
        return text;
    }
    long n = read(fd, text, sizeof text - 1);
    text[n < 0 ? 0 : n] = 0;
    if (n < 0)
        snprintf(text, sizeof text, "read: %s\n", strerrorname_np(errno));
    close(fd);
    return text;
}

/// Prints the text of a file.
static inline void show(const char *file)
{
    printf("%s:\n%s", file, get(file));
}

/// How many lines there are in a file.
static inline int lines(const char *file)
{
    int count = 0;
    for (const char *at = get(file); *at; at++)
        count += *at == '\n';
    return count;
}

/// Waits until a file of a group has a text in it.
static inline void await_text(const char *file, const char *wanted)
{
    for (int i = 0; i < 5000; i++) {
        if (strstr(get(file), wanted)) {
            printf("%s has %s\n", file, wanted);
            return;
        }
        usleep(1000);
    }
    printf("%s never has %s: %s", file, wanted, get(file));
}

static const char *in(const char *name)
{
    static char paths[4][1024];
    static int next;
    char *path = paths[next++ % 4];
    snprintf(path, sizeof paths[0], "%s/%s", group_base, name);
    return path;
}

static void remove_groups(const char *const *names)
{
    for (; *names; names++)
        rmdir(in(*names));
}

/// Makes the group in which a program works; removes what an earlier run may have left.
static void open_groups(const char *name, const char *const *left)
{
    FILE *mounts = setmntent("/proc/self/mounts", "r");
    REQUIRE(mounts);
    for (struct mntent *mount; (mount = getmntent(mounts)) && !group_root[0];) {
        if (strcmp(mount->mnt_type, "cgroup2") == 0)
            snprintf(group_root, sizeof group_root, "%s", mount->mnt_dir);
    }
    endmntent(mounts);
    REQUIRE(group_root[0]);
    snprintf(group_base, sizeof group_base, "%s/%s", group_root, name);
    remove_groups(left);
    rmdir(group_base);
    REQUIRE(mkdir(group_base, 0755) == 0);
    setvbuf(stdout, NULL, _IOLBF, 0);
}

static void close_groups(void)
{
    SHOW(rmdir(group_base));
}

/// A child that waits until it is killed.
static inline pid_t sleeper(void)
{
    pid_t child = fork();
    if (child == 0) {
        for (;;)
            pause();
    }
    return child;
}

static inline void end(pid_t child)
{
    int status;
    kill(child, SIGKILL);
    waitpid(child, &status, 0);
}

#endif
