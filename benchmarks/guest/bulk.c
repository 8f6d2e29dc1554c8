// group: process
// Sequential I/O in pieces of 128 KiB, a GiB in all, per MiB: written to a file of tmpfs of 256 MiB four times, read from there, and
// read from a large file of the root file system as often as a GiB takes. Then the same file mapped and summed up.
#include "bench.h"
#include <fcntl.h>
#include <glob.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PIECE = 128 << 10, MIB = 1 << 20 };
static char piece[PIECE];

static void fail(const char *what)
{
    perror(what);
    _exit(1);
}

// Reads the file again and again until that many bytes have come.
static void measure_read(const char *name, int fd, long mebibytes)
{
    long wanted = mebibytes * MIB, done = 0;
    double started = now_ns();
    while (done < wanted) {
        ssize_t n = read(fd, piece, PIECE);
        if (n < 0)
            fail(name);
        if (n == 0 && lseek(fd, 0, SEEK_SET) != 0)
            fail(name);
        done += n;
    }
    report(name, started, (double)done / MIB);
}

static void measure_memory(long mebibytes)
{
    char path[64];
    snprintf(path, sizeof path, "/dev/shm/bench-%d", (int)getpid());
    long part = mebibytes / 4 < 1 ? 1 : mebibytes / 4;
    double started = now_ns();
    int fd = -1;
    for (int turn = 0; turn < 4; turn++) {
        if (fd >= 0)
            close(fd);
        fd = open(path, O_CREAT | O_TRUNC | O_RDWR, 0600);
        for (long i = 0; i < part * (MIB / PIECE); i++)
            if (write(fd, piece, PIECE) != PIECE)
                fail(path);
    }
    report("write-1GiB-tmpfs", started, (double)part * 4);
    lseek(fd, 0, SEEK_SET);
    measure_read("read-1GiB-tmpfs", fd, mebibytes);
    close(fd);
    unlink(path);
}

static void measure_mapping(const char *name, int fd, long rounds)
{
    struct stat status;
    if (fstat(fd, &status) != 0)
        fail(name);
    long sum = 0;
    double started = now_ns();
    for (long r = 0; r < rounds; r++) {
        char *mapped = mmap(0, status.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
        if (mapped == MAP_FAILED)
            fail(name);
        for (long at = 0; at < status.st_size; at += 64)
            sum += mapped[at];
        munmap(mapped, status.st_size);
    }
    KEEP(sum);
    report(name, started, (double)rounds * status.st_size / MIB);
}

int main(int argc, char **argv)
{
    long mebibytes = scaled(argc, argv, 1024);
    memset(piece, 'z', PIECE);
    measure_memory(mebibytes);
    glob_t compilers;
    if (glob("/usr/lib*/gcc/x86_64-linux-gnu/*/cc1", 0, 0, &compilers) != 0)
        fail("cc1");
    int fd = open(compilers.gl_pathv[0], O_RDONLY);
    if (fd < 0)
        fail(compilers.gl_pathv[0]);
    read(fd, piece, PIECE);
    measure_read("read-1GiB-root", fd, mebibytes);
    measure_mapping("map-file", fd, scaled(argc, argv, 10));
    return 0;
}
