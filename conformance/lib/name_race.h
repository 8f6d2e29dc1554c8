// Processes that race with creat, unlink, link, rename, exchange, mkdir, rmdir and symlink over a few names in a few directories,
// and a checker of the tree they leave: every name that is listed can be found and the other way round, none is listed twice,
// ".." leads back, the numbers of links are right, no name was lost or doubled by a rename, and the tree can be taken away.
#ifndef NAME_RACE_H
#define NAME_RACE_H

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { RACERS = 4, TOPS = 3, NAMES = 6, DEPTH = 3, MOST = 100000 };

static int problems;
static long names_found;
static struct { ino_t inode; unsigned links, found; } files[MOST];
static int file_count;

#define PROBLEM(...) (problems++ < 20 ? (void)printf(__VA_ARGS__) : (void)0)

static double race_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec / 1e9;
}

// A path of one to three names below one of the top directories, which themselves stay.
static void pick(char *path, int depth, unsigned *seed)
{
    int length = sprintf(path, "t%d", rand_r(seed) % TOPS);
    for (int i = 0; i < depth; i++)
        length += sprintf(path + length, "/n%d", rand_r(seed) % NAMES);
}

// Answers how many names more there are. A rename does not replace, so that the sum can be known; and in the other half of
// the run, when nobody counts, it does.
static long step(unsigned *seed, int counts)
{
    char path[128], other[128];
    struct stat status;
    // Both equally deep, so that directories do not move ever deeper.
    int fd, depth = 1 + rand_r(seed) % DEPTH;
    pick(path, depth, seed);
    pick(other, depth, seed);
    switch (rand_r(seed) % 11) {
    case 0: case 1:
        fd = open(path, O_CREAT | O_EXCL | O_RDWR, 0600);
        if (fd >= 0 && (write(fd, path, 8) != 8 || fstat(fd, &status) != 0 || status.st_size != 8))
            PROBLEM("a new file cannot be written: %s\n", strerror(errno));
        if (fd >= 0)
            close(fd);
        return fd >= 0;
    case 2: return -(unlink(path) == 0);
    case 3: return link(path, other) == 0;
    case 4: case 5: return mkdir(path, 0700) == 0;
    case 6: return -(rmdir(path) == 0);
    case 7: return symlink(other, path) == 0;
    case 8:
        syscall(SYS_renameat2, AT_FDCWD, path, AT_FDCWD, other, 2 /* RENAME_EXCHANGE */);
        return 0;
    case 9:
        fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
        if (fd >= 0)
            close(fd);
        return 0;
    default:
        if (counts)
            syscall(SYS_renameat2, AT_FDCWD, path, AT_FDCWD, other, 1 /* RENAME_NOREPLACE */);
        else
            rename(path, other);
        return 0;
    }
}

static void count_file(const struct stat *status, const char *path)
{
    int i = 0;
    while (i < file_count && files[i].inode != status->st_ino)
        i++;
    if (i == file_count && file_count < MOST) {
        files[file_count].inode = status->st_ino;
        files[file_count].found = 0;
        files[file_count++].links = status->st_nlink;
    }
    files[i].found++;
    if (files[i].links != status->st_nlink)
        PROBLEM("%s: names of one file say that it has %u and %u\n", path, files[i].links, (unsigned)status->st_nlink);
}

static void check(const char *path, ino_t above)
{
    char below[1024];
    struct stat own, status;
    unsigned seen = 0, directories = 0;
    if (lstat(path, &own) != 0)
        PROBLEM("%s is gone\n", path);
    snprintf(below, sizeof below, "%s/..", path);
    if (lstat(below, &status) != 0 || status.st_ino != above)
        PROBLEM("%s/.. leads elsewhere\n", path);
    DIR *directory = opendir(path);
    if (!directory)
        PROBLEM("%s: %s\n", path, strerror(errno));
    for (struct dirent *entry; directory && (entry = readdir(directory));) {
        if (entry->d_name[0] == '.')
            continue;
        unsigned bit = 1u << (entry->d_name[1] - '0');
        if (seen & bit)
            PROBLEM("%s/%s is listed twice\n", path, entry->d_name);
        seen |= bit;
        names_found++;
        snprintf(below, sizeof below, "%s/%s", path, entry->d_name);
        if (lstat(below, &status) != 0) {
            PROBLEM("%s is listed and cannot be found: %s\n", below, strerror(errno));
            continue;
        }
        if (status.st_ino != entry->d_ino)
            PROBLEM("%s has another number than in the list\n", below);
        if (S_ISDIR(status.st_mode)) {
            directories++;
            check(below, own.st_ino);
        } else {
            count_file(&status, below);
        }
    }
    if (directory)
        closedir(directory);
    for (int i = 0; i < NAMES; i++) {
        snprintf(below, sizeof below, "%s/n%d", path, i);
        if (!(seen >> i & 1) && lstat(below, &status) == 0)
            PROBLEM("%s is found and not listed\n", below);
    }
    // Where directories do not count what is in them they say 1.
    if (own.st_nlink != 1 && own.st_nlink != 2 + directories)
        PROBLEM("%s has %u links and %u directories in it\n", path, (unsigned)own.st_nlink, directories);
}

static void run_racers(double seconds, volatile long *sum, unsigned round)
{
    for (unsigned r = 0; r < RACERS; r++) {
        if (fork() == 0) {
            unsigned seed = round * 1000 + r + (unsigned)getpid();
            long more = 0;
            for (double end = race_now() + seconds; race_now() < end;)
                for (int i = 0; i < 50; i++)
                    more += step(&seed, sum != 0);
            if (sum)
                __atomic_add_fetch(sum, more, __ATOMIC_SEQ_CST);
            fflush(stdout);
            _exit(problems != 0);
        }
    }
    for (int r = 0, status; r < RACERS; r++)
        if (wait(&status) < 0 || status != 0)
            PROBLEM("a racer ended with %x\n", status);
}

static void check_all(void)
{
    struct stat root;
    char top[16];
    names_found = file_count = 0;
    lstat(".", &root);
    for (int i = 0; i < TOPS; i++) {
        snprintf(top, sizeof top, "t%d", i);
        check(top, root.st_ino);
    }
    for (int i = 0; i < file_count; i++)
        if (files[i].found != files[i].links)
            PROBLEM("a file says %u links and has %u names\n", files[i].links, files[i].found);
}

static void take_away(const char *path)
{
    char below[1024];
    DIR *directory = opendir(path);
    for (struct dirent *entry; directory && (entry = readdir(directory));) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        snprintf(below, sizeof below, "%s/%s", path, entry->d_name);
        if (unlink(below) != 0)
            take_away(below);
    }
    if (directory)
        closedir(directory);
    if (rmdir(path) != 0)
        PROBLEM("%s cannot be taken away: %s\n", path, strerror(errno));
}

// Half of the time with counted names, half of it with renames that replace.
static void race_in(const char *above, double seconds)
{
    char path[128], top[16];
    volatile long *sum = mmap(0, sizeof *sum, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    snprintf(path, sizeof path, "%s/names-XXXXXX", above);
    if (!mkdtemp(path) || chdir(path) != 0) {
        perror(path);
        exit(99);
    }
    for (int i = 0; i < TOPS; i++) {
        snprintf(top, sizeof top, "t%d", i);
        mkdir(top, 0700);
    }
    fflush(stdout);
    run_racers(seconds / 2, sum, 1);
    check_all();
    if (names_found != *sum)
        PROBLEM("%ld names are there, %ld were made\n", names_found, *sum);
    run_racers(seconds / 2, 0, 2);
    check_all();
    if (chdir("/") != 0)
        exit(99);
    take_away(path);
    printf("%s: %s\n", above, problems ? "not consistent" : "consistent");
    fflush(stdout);
}

// Arguments: how many seconds (2), then the directories to race in.
static int race_main(int argc, char **argv, const char *const *places)
{
    double seconds = argc > 1 ? atof(argv[1]) : 2;
    if (argc > 2)
        places = (const char *const *)argv + 2;
    for (; *places; places++)
        race_in(*places, seconds);
    return problems != 0;
}

#endif
