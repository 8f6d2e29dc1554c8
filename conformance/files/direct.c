// open(2), O_DIRECT: what offsets and lengths have to be, on a disk and in memory.
#define _GNU_SOURCE
#include "lib/check.h"
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>

static void try_file(const char *path)
{
    static const struct { off_t at; size_t shift, length; } cases[] = {{0, 0, 4096}, {0, 512, 512}, {512, 0, 512}, {0, 0, 100}, {0, 0, 513},
        {100, 0, 512}, {256, 0, 512}, {511, 0, 1}, {0, 0, 0}, {100, 0, 0}, {8192, 0, 1024}};
    char *memory = aligned_alloc(4096, 65536);
    REQUIRE(memory);
    memset(memory, 'x', 65536);
    printf("== %s\n", strncmp(path, "/dev/shm", 8) == 0 ? "memory" : "disk");
    int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_DIRECT, 0600);
    REQUIRE(fd >= 0);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        printf("at %ld length %zu\n", (long)cases[i].at, cases[i].length);
        SHOW(pwrite(fd, memory + cases[i].shift, cases[i].length, cases[i].at));
        SHOW(pread(fd, memory + cases[i].shift, cases[i].length, cases[i].at));
    }
    SHOW(lseek(fd, 0, SEEK_SET));
    SHOW(write(fd, memory, 512));
    SHOW(write(fd, memory, 100));
    SHOW(lseek(fd, 0, SEEK_CUR));
    SHOW(read(fd, memory, 512));
    SHOW(read(fd, memory, 7));
    struct iovec parts[2] = {{memory, 512}, {memory + 4096, 1536}};
    SHOW(pwritev(fd, parts, 2, 0));
    SHOW(preadv(fd, parts, 2, 512));
    parts[1].iov_len = 1000;
    SHOW(preadv(fd, parts, 2, 0));
    printf("at the end\n");
    SHOW(ftruncate(fd, 700));
    SHOW(pread(fd, memory, 4096, 0));
    SHOW(pread(fd, memory, 512, 512));
    SHOW(pread(fd, memory, 512, 1024));
    SHOW(pread(fd, memory, 512, 1025));
    SHOW(pread(fd, memory, 512, 600));
    printf("on and off\n");
    SHOW(fcntl(fd, F_SETFL, 0));
    SHOW(pread(fd, memory, 100, 5));
    SHOW(fcntl(fd, F_SETFL, O_DIRECT));
    SHOW((fcntl(fd, F_GETFL) & O_DIRECT) != 0);
    SHOW(pread(fd, memory, 100, 5));
    struct statx s;
    SHOW(statx(AT_FDCWD, path, 0, STATX_DIOALIGN, &s));
    printf("%d\n", (s.stx_mask & STATX_DIOALIGN) != 0);
    free(memory);
    close(fd);
    unlink(path);
}

int main(void)
{
    try_file("/var/tmp/zonix-direct");
    try_file("/dev/shm/zonix-direct");
    return 0;
}
