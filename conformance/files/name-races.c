// args: 3
// timeout: 120
// Two processes make, link, rename and remove names in the same folders for so many seconds (60 is what a release is checked
// with); the tree they leave is looked at from all sides, and goes away without rest. On the root file system and on a tmpfs.
#define _GNU_SOURCE
#include "../lib/check.h"
#include <dirent.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>

enum { NAMES = 6, FOLDERS = 3, MOST = 4096 };

static char base[64];
static uint64_t state;
static struct { ino_t inode; nlink_t links, seen; } files[MOST];
static int known;
static long wrong;

static uint32_t draw(uint32_t limit)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (uint32_t)(state >> 20) % limit;
}

// A name in the base or in a folder that may be there or not, and may be a file by now.
static void choose(char *path)
{
    int n = draw(NAMES), d = draw(FOLDERS + 1);
    if (d == FOLDERS)
        sprintf(path, "%s/%c", base, 'a' + n);
    else
        sprintf(path, "%s/%c/%c", base, 'a' + d, 'a' + n);
}

static bool is_deep(const char *path)
{
    return strchr(path + strlen(base) + 1, '/') != NULL;
}

static bool expected(int e)
{
    return e == ENOENT || e == EEXIST || e == ENOTDIR || e == EISDIR || e == ENOTEMPTY || e == EINVAL || e == EPERM || e == ELOOP || e == EBUSY;
}

static void worker(int seconds, int seed)
{
    struct timespec now, end;
    char from[128], to[128];
    state = 88172645463325252u + seed * 977;
    clock_gettime(CLOCK_MONOTONIC, &end);
    end.tv_sec += seconds;
    do {
        for (int i = 0; i < 200; i++) {
            int r = 0, what = draw(9);
            choose(from);
            choose(to);
            switch (what) {
            case 0:
            case 1: {
                int fd = open(from, O_CREAT | O_RDWR | (draw(2) ? O_EXCL : 0), 0600);
                r = fd < 0 ? -1 : 0;
                if (fd >= 0 && write(fd, "x", 1) != 1)
                    wrong++;
                if (fd >= 0)
                    close(fd);
                break;
            }
            case 2: r = mkdir(from, 0700); break;
            case 3: r = unlink(from); break;
            case 4: r = rmdir(from); break;
            case 5: r = link(from, to); break;
            case 6: r = symlink(strrchr(to, '/') + 1, from); break;
            // Folders do not move down, or the tree would grow without end.
            case 7:
                if (is_deep(from) == is_deep(to))
                    r = renameat2(AT_FDCWD, from, AT_FDCWD, to, draw(3));
                break;
            default:
                if (is_deep(from) || !is_deep(to))
                    r = rename(from, to);
                break;
            }
            if (r != 0 && !expected(errno)) {
                printf("operation %d: %s\n", what, strerrorname_np(errno));
                wrong++;
            }
        }
        clock_gettime(CLOCK_MONOTONIC, &now);
    } while (now.tv_sec < end.tv_sec || (now.tv_sec == end.tv_sec && now.tv_nsec < end.tv_nsec));
    fflush(stdout);
    _exit(wrong ? 1 : 0);
}

static void complain(const char *path, const char *what)
{
    if (wrong++ < 20)
        printf("%.200s: %s\n", path + strlen(base), what);
}

static void note(const char *path, const struct stat *s)
{
    for (int i = 0; i < known; i++)
        if (files[i].inode == s->st_ino) {
            files[i].seen++;
            if (files[i].links != s->st_nlink)
                complain(path, "its links differ by its name");
            return;
        }
    REQUIRE(known < MOST);
    files[known].inode = s->st_ino, files[known].links = s->st_nlink, files[known++].seen = 1;
}

// Looks at a folder: its names once each, their inodes, the links of folders, the parent of each.
static int look(const char *path)
{
    char child[512], names[64][8];
    struct stat s, above, self;
    int folders = 0, count = 0;
    DIR *list = opendir(path);
    REQUIRE(list && stat(path, &self) == 0);
    for (struct dirent *e; (e = readdir(list));) {
        if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
            continue;
        for (int i = 0; i < count; i++)
            if (strcmp(names[i], e->d_name) == 0)
                complain(path, "a name twice");
        REQUIRE(count < 64 && strlen(e->d_name) < 8);
        strcpy(names[count++], e->d_name);
        snprintf(child, sizeof child, "%s/%s", path, e->d_name);
        if (lstat(child, &s) != 0) {
            complain(child, "listed and not there");
            continue;
        }
        if (s.st_ino != e->d_ino)
            complain(child, "another inode than listed");
        if (S_ISDIR(s.st_mode)) {
            folders++;
            look(child);
            strcat(child, "/..");
            if (stat(child, &above) != 0 || above.st_ino != self.st_ino)
                complain(child, "another parent");
        } else {
            note(child, &s);
        }
    }
    closedir(list);
    if (self.st_nlink != 1 && self.st_nlink != (nlink_t)folders + 2)
        complain(path, "links of the folder");
    return count;
}

static void clear(const char *path)
{
    char child[512];
    DIR *list = opendir(path);
    REQUIRE(list);
    for (struct dirent *e; (e = readdir(list));) {
        if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
            continue;
        snprintf(child, sizeof child, "%s/%s", path, e->d_name);
        if (e->d_type == DT_DIR)
            clear(child);
        else if (unlink(child) != 0)
            complain(child, "cannot be removed");
    }
    closedir(list);
    if (rmdir(path) != 0)
        complain(path, "not empty at the end");
}

static void race(const char *where, int seconds)
{
    snprintf(base, sizeof base, "%s/zonix-races-XXXXXX", where);
    REQUIRE(mkdtemp(base));
    pid_t workers[2];
    fflush(stdout);
    for (int i = 0; i < 2; i++)
        if ((workers[i] = fork()) == 0)
            worker(seconds, i);
    for (int i = 0; i < 2; i++) {
        int status;
        REQUIRE(waitpid(workers[i], &status, 0) == workers[i]);
        if (status != 0)
            complain(base, "a worker failed");
    }
    known = 0;
    look(base);
    for (int i = 0; i < known; i++)
        if (files[i].links != files[i].seen)
            complain(base, "a file has more or fewer links than names");
    clear(base);
    printf("%s: %s\n", where, wrong ? "wrong" : "consistent");
}

int main(int argc, char **argv)
{
    int seconds = argc > 1 ? atoi(argv[1]) : 3;
    race("/tmp", seconds);
    race("/dev/shm", seconds);
    return wrong ? 1 : 0;
}
