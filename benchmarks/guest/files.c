// group: process
// Calls on paths that are remembered: stat, access of a name that is missing, open+read+close of a small file, a file made,
// written and taken away, the entries of a large directory, and a walk that looks at each file of a tree as git status does.
#include "bench.h"
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const existing = "/usr/lib/os-release";
static const char *const missing = "/usr/lib/x86_64-linux-gnu/no-such-library.so";

static void fail(const char *what)
{
    perror(what);
    _exit(1);
}

static void measure_look_ups(long rounds)
{
    struct stat found;
    if (stat(existing, &found) != 0)
        fail(existing);
    double started = now_ns();
    for (long r = 0; r < rounds; r++)
        stat(existing, &found);
    report("stat", started, (double)rounds);
    access(missing, R_OK);
    started = now_ns();
    for (long r = 0; r < rounds; r++)
        if (access(missing, R_OK) == 0)
            fail(missing);
    report("access-missing", started, (double)rounds);
    int fd = open(existing, O_RDONLY);
    started = now_ns();
    for (long r = 0; r < rounds; r++)
        fstat(fd, &found);
    report("fstat", started, (double)rounds);
    close(fd);
}

static void measure_small_file(long rounds)
{
    static char content[4096];
    double started = now_ns();
    for (long r = 0; r < rounds; r++) {
        int fd = open(existing, O_RDONLY);
        if (fd < 0 || read(fd, content, sizeof content) <= 0)
            fail(existing);
        close(fd);
    }
    report("open+read+close", started, (double)rounds);
}

static void measure_creation(const char *directory, const char *name, long rounds)
{
    char path[128];
    snprintf(path, sizeof path, "%s/bench-%d", directory, (int)getpid());
    double started = now_ns();
    for (long r = 0; r < rounds; r++) {
        int fd = open(path, O_CREAT | O_EXCL | O_WRONLY, 0600);
        if (fd < 0 || write(fd, "some bytes of text", 18) != 18)
            fail(path);
        close(fd);
        unlink(path);
    }
    report(name, started, (double)rounds);
}

static void measure_listing(const char *above, const char *name, long rounds)
{
    enum { ENTRIES = 10000 };
    char path[128];
    snprintf(path, sizeof path, "%s/bench-%d", above, (int)getpid());
    if (mkdir(path, 0700) != 0 || chdir(path) != 0)
        fail(path);
    for (int i = 0; i < ENTRIES; i++) {
        snprintf(path, sizeof path, "entry-%d", i);
        close(open(path, O_CREAT | O_WRONLY, 0600));
    }
    double started = now_ns();
    for (long r = 0; r < rounds; r++) {
        DIR *directory = opendir(".");
        int entries = 0;
        while (readdir(directory))
            entries++;
        closedir(directory);
        if (entries != ENTRIES + 2)
            fail("readdir");
    }
    report(name, started, (double)rounds * ENTRIES);
    for (int i = 0; i < ENTRIES; i++) {
        snprintf(path, sizeof path, "entry-%d", i);
        unlink(path);
    }
    snprintf(path, sizeof path, "%s/bench-%d", above, (int)getpid());
    rmdir(path);
    chdir("/");
}

static long walk(const char *path)
{
    char below[4096];
    struct stat found;
    long seen = 0;
    DIR *directory = opendir(path);
    if (!directory)
        return 0;
    for (struct dirent *entry; (entry = readdir(directory));) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        snprintf(below, sizeof below, "%s/%s", path, entry->d_name);
        if (lstat(below, &found) == 0 && S_ISDIR(found.st_mode))
            seen += walk(below);
        seen++;
    }
    closedir(directory);
    return seen;
}

int main(int argc, char **argv)
{
    measure_look_ups(scaled(argc, argv, 500000));
    measure_small_file(scaled(argc, argv, 200000));
    measure_creation("/dev/shm", "create+write+unlink", scaled(argc, argv, 100000));
    measure_creation("/tmp", "create+write+unlink-root", scaled(argc, argv, 50000));
    measure_listing("/dev/shm", "readdir-10000", scaled(argc, argv, 100));
    measure_listing("/tmp", "readdir-10000-root", scaled(argc, argv, 50));
    long rounds = scaled(argc, argv, 10), seen = walk("/usr/include");
    double started = now_ns();
    for (long r = 0; r < rounds; r++)
        seen = walk("/usr/include");
    report("walk", started, (double)(rounds * seen));
    return 0;
}
