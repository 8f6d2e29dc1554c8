// What /proc/self tells of memory: smaps, smaps_rollup, status, statm, pagemap, mem, clear_refs.
#include "lib/check.h"
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>

#define PAGE 4096UL

// The line of an area in smaps, in kB; -1: there is none.
static long of_area(void *area, const char *name)
{
    char line[512];
    FILE *file = fopen("/proc/self/smaps", "r");
    REQUIRE(file);
    int here = 0;
    long found = -1;
    size_t length = strlen(name);
    while (found < 0 && fgets(line, sizeof line, file)) {
        unsigned long start, end;
        if (sscanf(line, "%lx-%lx ", &start, &end) == 2)
            here = start <= (unsigned long)area && (unsigned long)area < end;
        else if (here && !strncmp(line, name, length) && line[length] == ':')
            found = atol(line + length + 1);
    }
    fclose(file);
    return found;
}

static void show_area(const char *what, void *area)
{
    printf("%s: size %ld, rss %ld, anonymous %ld, locked %ld, private dirty %ld\n", what, of_area(area, "Size"), of_area(area, "Rss"),
           of_area(area, "Anonymous"), of_area(area, "Locked"), of_area(area, "Private_Dirty"));
}

static long of_status(const char *name)
{
    char line[256];
    FILE *file = fopen("/proc/self/status", "r");
    REQUIRE(file);
    long found = -1;
    while (found < 0 && fgets(line, sizeof line, file))
        if (!strncmp(line, name, strlen(name)) && line[strlen(name)] == ':')
            found = atol(line + strlen(name) + 1);
    fclose(file);
    return found;
}

static unsigned long entry(int fd, void *page)
{
    unsigned long value = 0;
    REQUIRE(pread(fd, &value, 8, (unsigned long)page / PAGE * 8) == 8);
    return value;
}

static void areas(void)
{
    char *area = mmap(0, 64 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    REQUIRE(area != MAP_FAILED && !mprotect(area, PAGE, PROT_NONE) && !mprotect(area + 63 * PAGE, PAGE, PROT_NONE));
    area += PAGE;
    show_area("untouched", area);
    memset(area, 1, 10 * PAGE);
    show_area("ten pages", area);
    SHOW(madvise(area, 4 * PAGE, MADV_DONTNEED));
    show_area("four given back", area);
    SHOW(mlock(area + 20 * PAGE, 2 * PAGE));
    show_area("locked", area + 20 * PAGE);
    printf("VmLck %ld\n", of_status("VmLck"));
    SHOW(munlock(area + 20 * PAGE, 2 * PAGE));
    int fd = open("/proc/self/pagemap", O_RDONLY);
    REQUIRE(fd >= 0);
    for (int i = 2; i < 6; i++)
        printf("page %d: present %d, of a file %d\n", i, (int)(entry(fd, area + i * PAGE) >> 63), (int)(entry(fd, area + i * PAGE) >> 61 & 1));
    char byte;
    SHOW(pread(fd, &byte, 1, 0));
    SHOW(write(fd, "x", 1));
    close(fd);
    fflush(stdout);
    if (!fork()) {
        printf("child: rss %ld, anonymous %ld\n", of_area(area, "Rss"), of_area(area, "Anonymous"));
        memset(area + 15 * PAGE, 2, PAGE);
        printf("one page more: rss %ld, anonymous %ld\n", of_area(area, "Rss"), of_area(area, "Anonymous"));
        exit(0);
    }
    wait(0);
    int file = open("usage-file", O_RDWR | O_CREAT | O_TRUNC, 0600);
    REQUIRE(file >= 0 && !ftruncate(file, 8 * PAGE));
    char *private = mmap(0, 8 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_POPULATE, file, 0);
    show_area("private file, populated", private);
    char *other = mmap(0, 8 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, file, 0);
    memset(other, 1, 3 * PAGE);
    printf("private file, three pages written: anonymous %ld\n", of_area(other, "Anonymous"));
}

static void contents(void)
{
    char *text = mmap(0, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    strcpy(text, "seen through the file");
    REQUIRE(!munmap(text + PAGE, PAGE));
    int fd = open("/proc/self/mem", O_RDWR);
    REQUIRE(fd >= 0);
    char buffer[64] = "";
    SHOW(pread(fd, buffer, 21, (off_t)text));
    puts(buffer);
    SHOW(pwrite(fd, "SEEN", 4, (off_t)text));
    puts(text);
    SHOW(pread(fd, buffer, 64, (off_t)(text + PAGE - 10)));
    SHOW(pread(fd, buffer, 1, (off_t)(text + PAGE)));
    close(fd);
}

static void sums(void)
{
    size_t size = 32 << 20;
    char *area = mmap(0, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    long before = of_status("VmRSS");
    memset(area, 1, size);
    long more = of_status("VmRSS") - before;
    printf("RSS grows by it: %d\n", more > 31 << 10 && more < 36 << 10);
    REQUIRE(!munmap(area, size));
    printf("and shrinks: %d\n", of_status("VmRSS") < before + 4096);
    printf("the peak stays: %d\n", of_status("VmHWM") >= before + more - 1024);
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    printf("for getrusage too: %d\n", usage.ru_maxrss >= before + more - 1024);
    int fd = open("/proc/self/clear_refs", O_WRONLY);
    REQUIRE(fd >= 0);
    SHOW(write(fd, "5", 1));
    SHOW(write(fd, "6", 1));
    printf("the peak is gone: %d\n", of_status("VmHWM") < before + more - 8192);
    fflush(stdout);
    if (!fork()) {
        memset(mmap(0, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), 1, size);
        exit(0);
    }
    wait(0);
    getrusage(RUSAGE_CHILDREN, &usage);
    printf("a child's: %d\n", usage.ru_maxrss > 32 << 10 && usage.ru_maxrss < 64 << 10);
}

int main(void)
{
    areas();
    contents();
    sums();
    return 0;
}
