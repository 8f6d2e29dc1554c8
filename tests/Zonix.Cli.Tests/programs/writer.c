// Writes files in ways whose outcome can be told from the number of a step alone, and says each step that is synced. Whoever kills
// the machine under it has it verify later that all it said is there.
//   writer write DIR FIRST      until it is killed
//   writer verify DIR SYNCED    all steps up to SYNCED
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILES = 40, RECORD = 4096, LARGEST = 200000 };

static unsigned char bytes[LARGEST + 16];

static size_t size_of(unsigned step) { return 16 + step * 7919u % LARGEST; }

static void fill(unsigned step, size_t size) {
    unsigned state = step * 2654435761u + 1;
    for (size_t i = 0; i < size; i++) {
        state = state * 1664525u + 1013904223u;
        bytes[i] = state >> 24;
    }
    memcpy(bytes, &step, sizeof step);
}

static void fail(const char *what, unsigned step) {
    printf("step %u: %s: %m\n", step, what);
    exit(1);
}

static void write_all(int fd, size_t size, unsigned step) {
    for (size_t done = 0; done < size;) {
        ssize_t n = write(fd, bytes + done, size - done);
        if (n <= 0)
            fail("write", step);
        done += n;
    }
}

static void one_step(int folder, int records, unsigned step) {
    char name[32];
    // What is never synced goes along, in place.
    int noise = openat(folder, "noise", O_CREAT | O_RDWR, 0600);
    fill(step, size_of(step + 1));
    lseek(noise, step * 1000 % 500000, SEEK_SET);
    write_all(noise, size_of(step + 1), step);
    close(noise);

    fill(step, RECORD);
    if (pwrite(records, bytes, RECORD, (off_t)step * RECORD) != RECORD || fdatasync(records) != 0)
        fail("record", step);

    snprintf(name, sizeof name, "f%u", step % FILES);
    int fd = openat(folder, "new", O_CREAT | O_TRUNC | O_WRONLY, 0600);
    if (fd < 0)
        fail("open", step);
    fill(step, size_of(step));
    write_all(fd, size_of(step), step);
    if (fsync(fd) != 0)
        fail("fsync", step);
    close(fd);
    if (renameat(folder, "new", folder, name) != 0 || fsync(folder) != 0)
        fail("rename", step);
    int length = snprintf(name, sizeof name, "%u\n", step);
    if (write(1, name, length) != length)
        exit(0);
}

static void verify(int folder, int records, unsigned synced) {
    static unsigned char found[LARGEST + 16];
    unsigned first = synced >= FILES ? synced - FILES + 1 : 1;
    for (unsigned step = first; step <= synced; step++) {
        char name[32];
        snprintf(name, sizeof name, "f%u", step % FILES);
        int fd = openat(folder, name, O_RDONLY);
        if (fd < 0)
            fail(name, step);
        ssize_t size = read(fd, found, sizeof found);
        unsigned of = 0;
        memcpy(&of, found, sizeof of);
        if (size < 16 || of < step || of % FILES != step % FILES || (size_t)size != size_of(of))
            fail("a file is of no step that may be there", step);
        fill(of, size_of(of));
        if (memcmp(bytes, found, size) != 0)
            fail("a file has other bytes", step);
        close(fd);
    }
    for (unsigned step = 1; step <= synced; step++) {
        fill(step, RECORD);
        if (pread(records, found, RECORD, (off_t)step * RECORD) != RECORD || memcmp(bytes, found, RECORD) != 0)
            fail("a record is lost", step);
    }
    printf("all %u steps are there\n", synced);
}

int main(int argc, char **argv) {
    if (argc != 4)
        return 2;
    mkdir(argv[2], 0755);
    int folder = open(argv[2], O_RDONLY | O_DIRECTORY), records = openat(folder, "records", O_CREAT | O_RDWR, 0600);
    if (folder < 0 || records < 0)
        fail("open", 0);
    unsigned number = strtoul(argv[3], NULL, 10);
    if (strcmp(argv[1], "verify") == 0) {
        verify(folder, records, number);
        return 0;
    }
    for (unsigned step = number;; step++)
        one_step(folder, records, step);
}
