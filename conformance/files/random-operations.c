// args: 20000 1
// timeout: 120
// Random operations on a file, each checked against a model in memory; on the root file system and on a tmpfs. The number
// of operations and the seed are arguments: a million is what a release is checked with.
#define _GNU_SOURCE
#include "../lib/check.h"
#include <fcntl.h>
#include <linux/falloc.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/uio.h>

enum { LIMIT = 256 * 1024, LONGEST = 40 * 1024, PAGE = 4096 };

enum operation {
    WRITE, APPEND, VECTORS, READ, TRUNCATE, RESERVE, PUNCH, ZERO, COLLAPSE, INSERT, MAP_READ, MAP_WRITE, COPY, SEND, SEEK, REOPEN, MOVE,
    CHECK, OPERATIONS
};

static const char *const names[] = { "write", "append", "pwritev", "read", "truncate", "reserve", "punch", "zero", "collapse", "insert",
    "read a mapping", "write a mapping", "copy_file_range", "sendfile", "seek", "reopen", "rename", "check" };

static unsigned char model[2 * LIMIT], buffer[2 * LIMIT];
static long size, done, counts[OPERATIONS], refused[OPERATIONS];
static int fd, spare;
static char path[64], other[64];
static uint64_t state;

static uint32_t draw(uint32_t limit)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return limit == 0 ? 0 : (uint32_t)(state >> 20) % limit;
}

static void fail(enum operation what, long at, long length)
{
    printf("operation %ld, %s at %ld for %ld of %ld: errno %d\n", done, names[what], at, length, size, errno);
    exit(1);
}

static void fill(long length)
{
    unsigned char first = draw(256);
    for (long i = 0; i < length; i++)
        buffer[i] = first + i * 7;
}

static void put(long at, long length)
{
    if (at > size)
        memset(model + size, 0, at - size);
    memcpy(model + at, buffer, length);
    if (at + length > size)
        size = at + length;
}

static void compare(enum operation what, const unsigned char *seen, long at, long length)
{
    if (memcmp(seen, model + at, length) == 0)
        return;
    for (long i = 0; i < length; i++) {
        if (seen[i] != model[at + i]) {
            printf("at %ld: %d instead of %d\n", at + i, seen[i], model[at + i]);
            break;
        }
    }
    fail(what, at, length);
}

static void check(void)
{
    struct stat status;
    if (fstat(fd, &status) != 0 || status.st_size != size)
        fail(CHECK, status.st_size, 0);
    long got = pread(fd, buffer, sizeof buffer, 0);
    if (got != size)
        fail(CHECK, got, size);
    compare(CHECK, buffer, 0, size);
}

static void reopen(enum operation what)
{
    close(fd);
    fd = open(path, O_RDWR);
    if (fd < 0)
        fail(what, 0, 0);
}

static void map(enum operation what, long at, long length)
{
    if (size == 0)
        return;
    at %= size;
    length = 1 + draw(size - at < LONGEST ? size - at : LONGEST);
    long start = at & ~(PAGE - 1L), extent = at + length - start;
    unsigned char *memory = mmap(NULL, extent, PROT_READ | PROT_WRITE, MAP_SHARED, fd, start);
    if (memory == MAP_FAILED)
        fail(what, at, length);
    if (what == MAP_READ) {
        compare(what, memory + (at - start), at, length);
    } else {
        fill(length);
        memcpy(memory + (at - start), buffer, length);
        put(at, length);
    }
    // What lies behind the end in its last page reads as zeros, also to later mappings.
    munmap(memory, extent);
}

static void copy(enum operation what, long at, long length)
{
    long to = draw(LIMIT - LONGEST);
    if (at >= size)
        return;
    length = length < size - at ? length : size - at;
    if (at < to + length && to < at + length)
        return;
    loff_t from = at, into = to;
    long copied = 0;
    if (what == COPY) {
        while (copied < length) {
            long n = copy_file_range(fd, &from, fd, &into, length - copied, 0);
            if (n <= 0)
                fail(what, at, length);
            copied += n;
        }
    } else {
        if (lseek(spare, 0, SEEK_SET) != 0 || ftruncate(spare, 0) != 0 || sendfile(spare, fd, &from, length) != length)
            fail(what, at, length);
        if (pread(spare, buffer, length, 0) != length)
            fail(what, at, length);
        compare(what, buffer, at, length);
        from = 0;
        if (lseek(fd, to, SEEK_SET) != to || sendfile(fd, spare, &from, length) != length)
            fail(what, to, length);
    }
    memcpy(buffer, model + at, length);
    put(to, length);
}

static void change(enum operation what, int mode, long at, long length)
{
    if (what == COLLAPSE || what == INSERT) {
        at &= ~(PAGE - 1L);
        length = (length | (PAGE - 1)) + 1;
        if (what == INSERT ? size + length > LIMIT || at >= size : at + length >= size)
            return;
    }
    if (fallocate(fd, mode, at, length) != 0) {
        if (errno != EOPNOTSUPP)
            fail(what, at, length);
        refused[what]++;
        return;
    }
    long end = at + length;
    switch (what) {
    case COLLAPSE:
        memmove(model + at, model + end, size - end);
        size -= length;
        break;
    case INSERT:
        memmove(model + end, model + at, size - at);
        memset(model + at, 0, length);
        size += length;
        break;
    default:
        if (end > size && !(mode & FALLOC_FL_KEEP_SIZE)) {
            memset(model + size, 0, end - size);
            size = end;
        }
        if (what != RESERVE && at < size)
            memset(model + at, 0, (end < size ? end : size) - at);
    }
}

static void seek(long at)
{
    if (size == 0)
        return;
    at %= size;
    long data = lseek(fd, at, SEEK_DATA), end = data < 0 ? size : data;
    if (data < 0 && errno != ENXIO)
        fail(SEEK, at, data);
    for (long i = at; i < end; i++) {
        if (model[i] != 0)
            fail(SEEK, i, data);
    }
    long hole = lseek(fd, at, SEEK_HOLE);
    if (hole < at || hole > size)
        fail(SEEK, at, hole);
}

static void step(void)
{
    enum operation what = draw(OPERATIONS);
    long at = draw(LIMIT - LONGEST), length = 1 + draw(draw(4) == 0 ? LONGEST : 2000);
    if (draw(3) == 0 && size > 0)
        at = draw(size < LIMIT - LONGEST ? size : LIMIT - LONGEST);
    counts[what]++;
    switch (what) {
    case WRITE:
        fill(length);
        if (pwrite(fd, buffer, length, at) != length)
            fail(what, at, length);
        put(at, length);
        break;
    case APPEND:
        if (size + length > LIMIT)
            break;
        fill(length);
        if (lseek(fd, 0, SEEK_END) != size || write(fd, buffer, length) != length)
            fail(what, size, length);
        put(size, length);
        break;
    case VECTORS: {
        fill(length);
        long first = draw(length), second = draw(length - first);
        struct iovec parts[] = { { buffer, first }, { buffer + first, second }, { buffer + first + second, length - first - second } };
        if (pwritev(fd, parts, 3, at) != length)
            fail(what, at, length);
        put(at, length);
        break;
    }
    case READ: {
        long expected = at >= size ? 0 : length < size - at ? length : size - at;
        if (pread(fd, buffer, length, at) != expected)
            fail(what, at, length);
        compare(what, buffer, at, expected);
        break;
    }
    case TRUNCATE: {
        long to = draw(5) == 0 ? draw(3 * PAGE) : draw(LIMIT);
        if ((draw(2) ? ftruncate(fd, to) : truncate(path, to)) != 0)
            fail(what, to, 0);
        if (to > size)
            memset(model + size, 0, to - size);
        size = to;
        break;
    }
    case RESERVE:
        change(what, draw(2) ? FALLOC_FL_KEEP_SIZE : 0, at, length);
        break;
    case PUNCH:
        change(what, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, at, length);
        break;
    case ZERO:
        change(what, FALLOC_FL_ZERO_RANGE | (draw(2) ? FALLOC_FL_KEEP_SIZE : 0), at, length);
        break;
    case COLLAPSE:
        change(what, FALLOC_FL_COLLAPSE_RANGE, at, length);
        break;
    case INSERT:
        change(what, FALLOC_FL_INSERT_RANGE, at, length);
        break;
    case MAP_READ:
    case MAP_WRITE:
        map(what, at, length);
        break;
    case COPY:
    case SEND:
        copy(what, at, length);
        break;
    case SEEK:
        seek(at);
        break;
    case REOPEN:
        reopen(what);
        break;
    case MOVE: {
        if (rename(path, other) != 0)
            fail(what, 0, 0);
        char swap[sizeof path];
        memcpy(swap, path, sizeof path);
        memcpy(path, other, sizeof path);
        memcpy(other, swap, sizeof path);
        break;
    }
    default:
        check();
    }
}

static void run(const char *directory, long operations, uint64_t seed)
{
    state = seed * 0x9E3779B97F4A7C15u | 1;
    size = 0;
    memset(counts, 0, sizeof counts);
    memset(refused, 0, sizeof refused);
    snprintf(path, sizeof path, "%s/random-XXXXXX", directory);
    fd = mkstemp(path);
    snprintf(other, sizeof other, "%s-moved", path);
    spare = open(directory, O_TMPFILE | O_RDWR, 0600);
    REQUIRE(fd >= 0 && spare >= 0);
    for (done = 0; done < operations; done++)
        step();
    check();
    uint64_t sum = 14695981039346656037u;
    for (long i = 0; i < size; i++)
        sum = (sum ^ model[i]) * 1099511628211u;
    printf("%s: %ld operations, %ld bytes, sum %016lx\n", directory, operations, size, sum);
    for (int i = 0; i < OPERATIONS; i++)
        printf("  %s: %ld, %ld refused\n", names[i], counts[i], refused[i]);
    close(spare);
    close(fd);
    unlink(path);
}

int main(int count, char **arguments)
{
    long operations = count > 1 ? atol(arguments[1]) : 20000;
    uint64_t seed = count > 2 ? strtoull(arguments[2], NULL, 10) : 1;
    run("/tmp", operations, seed);
    run("/dev/shm", operations, seed);
    return 0;
}
