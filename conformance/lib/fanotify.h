// Shared by the programs about fanotify(7): events in words, handles as the names of the files they stand for.
#ifndef FANOTIFY_H
#define FANOTIFY_H

#include "mounts.h"
#include <linux/fanotify.h>

#ifndef AT_FDCWD
#define AT_FDCWD -100
#endif

struct known_handle {
    char name[32];
    unsigned char bytes[64];
    int length;
};

static struct known_handle handles[32];
static int handle_count;
static int group;

static inline int fan_init(unsigned flags, unsigned event_flags)
{
    return (int)syscall(SYS_fanotify_init, flags, event_flags);
}

static inline int fan_mark(int fd, unsigned flags, uint64_t mask, int dir, const char *path)
{
    return (int)syscall(SYS_fanotify_mark, fd, flags, mask, dir, path);
}

/// Remembers the handle of a file under its name.
static inline void know(const char *path)
{
    struct known_handle *one = &handles[handle_count++];
    struct {
        struct file_handle head;
        unsigned char bytes[128];
    } h;
    int mount;
    h.head.handle_bytes = 128;
    REQUIRE(handle_count < 32);
    REQUIRE(name_to_handle_at(AT_FDCWD, path, &h.head, &mount, 0) == 0);
    snprintf(one->name, sizeof one->name, "%s", path);
    one->length = (int)(8 + h.head.handle_bytes);
    REQUIRE(one->length <= (int)sizeof one->bytes);
    memcpy(one->bytes, &h.head, (size_t)one->length);
}

static inline const char *named(const void *handle, int length)
{
    for (int i = handle_count - 1; i >= 0; i--)
        if (handles[i].length <= length && memcmp(handles[i].bytes, handle, (size_t)handles[i].length) == 0)
            return handles[i].name;
    return "?";
}

static inline void print_mask(uint64_t mask)
{
    static const struct {
        uint64_t bit;
        const char *name;
    } names[] = {{FAN_ACCESS, "ACCESS"}, {FAN_MODIFY, "MODIFY"}, {FAN_ATTRIB, "ATTRIB"}, {FAN_CLOSE_WRITE, "CLOSE_WRITE"},
        {FAN_CLOSE_NOWRITE, "CLOSE_NOWRITE"}, {FAN_OPEN, "OPEN"}, {FAN_MOVED_FROM, "MOVED_FROM"}, {FAN_MOVED_TO, "MOVED_TO"},
        {FAN_CREATE, "CREATE"}, {FAN_DELETE, "DELETE"}, {FAN_DELETE_SELF, "DELETE_SELF"}, {FAN_MOVE_SELF, "MOVE_SELF"},
        {FAN_OPEN_PERM, "OPEN_PERM"}, {FAN_ACCESS_PERM, "ACCESS_PERM"}, {FAN_OPEN_EXEC_PERM, "OPEN_EXEC_PERM"},
        {FAN_OPEN_EXEC, "OPEN_EXEC"}, {FAN_Q_OVERFLOW, "Q_OVERFLOW"}, {FAN_RENAME, "RENAME"}, {FAN_ONDIR, "ONDIR"},
        {FAN_EVENT_ON_CHILD, "ON_CHILD"}};
    const char *separator = "";
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (mask & names[i].bit) {
            printf("%s%s", separator, names[i].name);
            separator = "|";
            mask &= ~names[i].bit;
        }
    if (mask)
        printf("%s%llx", separator, (unsigned long long)mask);
}

static inline void print_records(const struct fanotify_event_metadata *e)
{
    const char *end = (const char *)e + e->event_len;
    for (const char *at = (const char *)e + e->metadata_len; at < end;) {
        const struct fanotify_event_info_header *head = (const void *)at;
        printf(" {%d +%d", head->info_type, head->len);
        if (head->info_type == FAN_EVENT_INFO_TYPE_PIDFD) {
            const struct fanotify_event_info_pidfd *pid = (const void *)at;
            printf(" pidfd %s", pid->pidfd >= 0 ? "open" : pid->pidfd == FAN_NOPIDFD ? "none" : "failed");
            if (pid->pidfd >= 0)
                close(pid->pidfd);
        } else {
            const struct fanotify_event_info_fid *fid = (const void *)at;
            const struct file_handle *handle = (const void *)fid->handle;
            struct statfs fs;
            REQUIRE(statfs(".", &fs) == 0);
            const char *name = (const char *)handle + sizeof *handle + handle->handle_bytes;
            int space = (int)(at + head->len - (const char *)handle);
            printf(" %s%s", memcmp(&fs.f_fsid, &fid->fsid, sizeof fid->fsid) == 0 ? "" : "elsewhere ", named(handle, space));
            if (name < at + head->len)
                printf(" '%s'", name);
        }
        printf("}");
        REQUIRE(head->len > 0);
        at += head->len;
    }
}

static inline void print_event(const struct fanotify_event_metadata *e)
{
    printf("  ");
    print_mask(e->mask);
    printf(e->pid == getpid() ? " mine" : e->pid == 0 ? " nobody" : " another's");
    if (e->fd >= 0) {
        char link[64], path[512] = "";
        snprintf(link, sizeof link, "/proc/self/fd/%d", e->fd);
        ssize_t n = readlink(link, path, sizeof path - 1);
        size_t start = strncmp(path, base, strlen(base)) == 0 ? strlen(base) : 0;
        printf(" fd '%.*s' flags %o cloexec %d", (int)(n - (ssize_t)start), path + start,
            fcntl(e->fd, F_GETFL) & (O_ACCMODE | O_APPEND | O_NONBLOCK | O_LARGEFILE), fcntl(e->fd, F_GETFD));
        close(e->fd);
    } else if (e->fd != FAN_NOFD) {
        printf(" fd %d", e->fd);
    }
    print_records(e);
    printf("\n");
}

/// Prints and takes all events.
static inline void drain(const char *what)
{
    static char buffer[65536] __attribute__((aligned(8)));
    ssize_t n;
    printf("%s:\n", what);
    while ((n = read(group, buffer, sizeof buffer)) > 0)
        for (char *at = buffer; at < buffer + n;) {
            const struct fanotify_event_metadata *e = (const void *)at;
            REQUIRE(e->vers == FANOTIFY_METADATA_VERSION && e->metadata_len == FAN_EVENT_METADATA_LEN);
            print_event(e);
            at += e->event_len;
        }
    if (n < 0 && errno != EAGAIN)
        printf("  read: %s\n", strerrorname_np(errno));
}

/// What fdinfo says of a group's marks, without numbers of inodes and devices.
static inline void show_marks(void)
{
    char path[64], line[512];
    snprintf(path, sizeof path, "/proc/self/fdinfo/%d", group);
    FILE *f = fopen(path, "r");
    REQUIRE(f);
    while (fgets(line, sizeof line, f)) {
        unsigned flags, mask, ignored;
        char *at = strstr(line, "mflags:");
        if (strncmp(line, "fanotify flags", 14) == 0)
            printf("  %s", line);
        else if (at && sscanf(at, "mflags:%x mask:%x ignored_mask:%x", &flags, &mask, &ignored) == 3)
            printf("  %.*s mflags %x mask %x ignored %x\n", (int)(strchr(line + 9, ':') - line), line, flags, mask, ignored);
    }
    fclose(f);
}

#endif
