// memfd_create: flags, names, every seal and what it forbids, mappings that hold a seal up.
#define _GNU_SOURCE
#include "lib/check.h"
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL 8u
#define MFD_EXEC 16u
#endif
#ifndef F_SEAL_EXEC
#define F_SEAL_EXEC 32
#endif

static char page[16384];

static int made(unsigned flags)
{
    int fd = memfd_create("sealed", flags);
    REQUIRE(fd >= 0 && write(fd, page, 8192) == 8192);
    return fd;
}

static void map(int fd, int protection, int flags)
{
    errno = 0;
    void *at = mmap(NULL, 8192, protection, flags, fd, 0);
    if (at == MAP_FAILED) {
        printf(" map %d %d: %s\n", protection, flags, strerrorname_np(errno));
        return;
    }
    printf(" map %d %d: ok, mprotect %s\n", protection, flags, mprotect(at, 8192, PROT_READ | PROT_WRITE) ? strerrorname_np(errno) : "ok");
    munmap(at, 8192);
}

static void probe(int fd)
{
    SHOW(fcntl(fd, F_GET_SEALS));
    SHOW(pwrite(fd, "x", 1, 0));
    SHOW(pwrite(fd, page, 8192, 4096));
    SHOW(pwrite(fd, "x", 1, 20000));
    SHOW(ftruncate(fd, 4096));
    SHOW(ftruncate(fd, 65536));
    SHOW(fallocate(fd, 0, 0, 4096));
    SHOW(fallocate(fd, 0, 0, 1 << 17));
    SHOW(fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, 4096));
    SHOW(fchmod(fd, 0644));
    SHOW(fchmod(fd, 0755));
    map(fd, PROT_READ, MAP_SHARED);
    map(fd, PROT_READ | PROT_WRITE, MAP_SHARED);
    map(fd, PROT_READ | PROT_WRITE, MAP_PRIVATE);
    struct stat st;
    fstat(fd, &st);
    printf(" size %ld mode %o\n", (long)st.st_size, st.st_mode);
}

int main(void)
{
    setvbuf(stdout, NULL, _IONBF, 0);
    SHOW(memfd_create("bad", 0x100));
    SHOW(memfd_create("bad", MFD_EXEC | MFD_NOEXEC_SEAL));
    SHOW(memfd_create((char *)8, 0));
    char name[300];
    memset(name, 'n', sizeof name);
    name[250] = 0;
    SHOW(memfd_create(name, 0));
    name[249] = 0;
    SHOW(memfd_create(name, 0) >= 0);
    SHOW(memfd_create("", MFD_CLOEXEC) >= 0);
    int fd = made(0);
    SHOW(fcntl(fd, F_GET_SEALS));
    SHOW(fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE));
    SHOW(fcntl(fd, F_GETFD));
    SHOW(fcntl(fd, F_GETFL));
    close(fd);
    fd = made(MFD_CLOEXEC | MFD_ALLOW_SEALING);
    SHOW(fcntl(fd, F_GETFD));
    char path[64], link[64] = {0};
    sprintf(path, "/proc/self/fd/%d", fd);
    readlink(path, link, 63);
    printf("%s\n", link);
    SHOW(fcntl(fd, F_ADD_SEALS, 64));
    SHOW(fcntl(fd, F_ADD_SEALS, 0));
    int other = open(path, O_RDONLY);
    SHOW(fcntl(other, F_ADD_SEALS, F_SEAL_GROW));
    close(other);
    probe(fd);
    close(fd);
    static const int seals[] = {F_SEAL_SHRINK, F_SEAL_GROW, F_SEAL_SHRINK | F_SEAL_GROW, F_SEAL_WRITE, F_SEAL_FUTURE_WRITE, F_SEAL_EXEC, F_SEAL_SEAL};
    for (unsigned i = 0; i < sizeof seals / sizeof *seals; i++) {
        fd = made(MFD_ALLOW_SEALING);
        SHOW(fcntl(fd, F_ADD_SEALS, seals[i]));
        probe(fd);
        SHOW(fcntl(fd, F_ADD_SEALS, F_SEAL_GROW));
        close(fd);
    }
    fd = made(MFD_NOEXEC_SEAL);
    probe(fd);
    SHOW(fcntl(fd, F_ADD_SEALS, F_SEAL_SEAL));
    close(fd);
    fd = made(MFD_EXEC | MFD_ALLOW_SEALING);
    probe(fd);
    close(fd);

    fd = made(MFD_ALLOW_SEALING);
    char *at = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    SHOW(fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE));
    SHOW(munmap(at, 4096));
    SHOW(fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE));
    SHOW(mprotect(at + 4096, 4096, PROT_READ));
    SHOW(fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE));
    SHOW(fcntl(fd, F_ADD_SEALS, F_SEAL_FUTURE_WRITE));
    SHOW(mprotect(at + 4096, 4096, PROT_READ | PROT_WRITE));
    at[4096] = 'm';
    SHOW(pread(fd, page, 1, 4096));
    printf("%c\n", page[0]);
    SHOW(munmap(at + 4096, 4096));
    SHOW(fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE));
    SHOW(fcntl(fd, F_GET_SEALS));
    close(fd);
    fd = made(MFD_ALLOW_SEALING);
    at = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
    SHOW(fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE));
    close(fd);
    fd = open("/dev/shm/zonix-seals", O_RDWR | O_CREAT, 0600);
    SHOW(fcntl(fd, F_GET_SEALS));
    SHOW(fcntl(fd, F_ADD_SEALS, F_SEAL_GROW));
    unlink("/dev/shm/zonix-seals");
    SHOW(fcntl(0, F_GET_SEALS));
    int pipes[2];
    pipe(pipes);
    SHOW(fcntl(pipes[1], F_ADD_SEALS, F_SEAL_GROW));
    int shm = shm_open("/zonix-shm", O_RDWR | O_CREAT | O_EXCL, 0640);
    SHOW(shm >= 0);
    SHOW(shm_open("/zonix-shm", O_RDWR | O_CREAT | O_EXCL, 0640));
    SHOW(ftruncate(shm, 4096));
    at = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, shm, 0);
    strcpy(at, "through shm");
    SHOW(read(shm, page, 12));
    printf("%s\n", page);
    SHOW(shm_unlink("/zonix-shm"));
    SHOW(shm_unlink("/zonix-shm"));
    return 0;
}
