// Shared by the programs about mounts: a namespace and a folder of their own, and mountinfo without its numbers.
#ifndef MOUNTS_H
#define MOUNTS_H

#include "check.h"
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/wait.h>

static char base[64];

/// A new mount namespace, nothing of which propagates, with an empty tmpfs as working directory.
static inline void enter_own_mounts(void)
{
    if (geteuid() != 0) {
        printf("needs root\n");
        exit(99);
    }
    REQUIRE(unshare(CLONE_NEWNS) == 0);
    REQUIRE(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0);
    snprintf(base, sizeof base, "/tmp/zmXXXXXX");
    REQUIRE(mkdtemp(base));
    REQUIRE(mount("base", base, "tmpfs", 0, "mode=755,size=64m") == 0);
    REQUIRE(chdir(base) == 0);
}

static inline void leave_own_mounts(void)
{
    REQUIRE(chdir("/") == 0);
    REQUIRE(umount2(base, MNT_DETACH) == 0);
    REQUIRE(rmdir(base) == 0);
}

static inline void make_file(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
    REQUIRE(fd >= 0);
    REQUIRE(write(fd, text, strlen(text)) == (ssize_t)strlen(text));
    REQUIRE(close(fd) == 0);
}

static inline void show_file(const char *path)
{
    char text[256] = "";
    int fd = open(path, O_RDONLY);
    if (fd < 0) {
        printf("%s: %s\n", path, strerrorname_np(errno));
        return;
    }
    long n = read(fd, text, sizeof text - 1);
    printf("%s: %ld '%.*s'\n", path, n, (int)(n < 0 ? 0 : n), text);
    close(fd);
}

/// The lines of a process's mountinfo that lie in the own folder; groups get numbers in the order of their appearance.
static inline void show_mounts_of(const char *file)
{
    static long groups[64];
    static int known;
    char line[4096];
    FILE *list = fopen(file, "r");
    REQUIRE(list);
    while (fgets(line, sizeof line, list)) {
        char *place = strstr(line, base), *root = line;
        if (!place)
            continue;
        for (int i = 0; i < 3; i++)
            root = strchr(root, ' ') + 1;
        printf("  ");
        for (char *word = strtok(root, " \n"); word; word = strtok(NULL, " \n")) {
            char *colon = strchr(word, ':');
            if (strncmp(word, base, strlen(base)) == 0)
                word += strlen(base), printf("~");
            if (colon && (strncmp(word, "shared:", 7) == 0 || strncmp(word, "master:", 7) == 0 || strncmp(word, "propagate_from:", 15) == 0)) {
                int i = 0;
                long number = atol(colon + 1);
                while (i < known && groups[i] != number)
                    i++;
                if (i == known)
                    groups[known++] = number;
                printf("%.*s%d ", (int)(colon - word + 1), word, i);
            } else {
                printf("%s ", word);
            }
        }
        printf("\n");
    }
    fclose(list);
}

static inline void show_mounts(const char *when)
{
    printf("%s:\n", when);
    show_mounts_of("/proc/self/mountinfo");
}

#endif
