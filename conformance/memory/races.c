// flags: -pthread
// Threads map, unmap, protect, move and discard an area while others copy to and from it through system calls.
#include "lib/check.h"
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/mman.h>

#define PAGE 4096UL
#define PAGES 64

static char *area;
static atomic_int stop, start;
static int zero, null;

static unsigned next(unsigned *state)
{
    *state = *state * 1103515245 + 12345;
    return *state >> 8;
}

static void *copier(void *argument)
{
    unsigned state = (unsigned)(uintptr_t)argument;
    while (!atomic_load(&start)) // no stack may be mapped into a hole
        usleep(1000);
    while (!atomic_load(&stop)) {
        char *at = area + next(&state) % (PAGES * PAGE);
        size_t length = next(&state) % (4 * PAGE);
        long n = next(&state) & 1 ? read(zero, at, length) : write(null, at, length);
        REQUIRE(n >= 0 || errno == EFAULT);
        char path[1];
        n = readlink(at, path, 1); // a string that may end anywhere
        REQUIRE(n == -1);
    }
    return 0;
}

static void *mapper(void *argument)
{
    unsigned state = (unsigned)(uintptr_t)argument;
    while (!atomic_load(&start)) // no stack may be mapped into a hole
        usleep(1000);
    for (int i = 0; i < 3000; i++) {
        size_t page = next(&state) % PAGES, count = 1 + next(&state) % (PAGES - page);
        char *at = area + page * PAGE;
        switch (next(&state) % 6) {
        case 0: munmap(at, count * PAGE); break;
        case 1: mprotect(at, count * PAGE, next(&state) % 4); break;
        case 2: madvise(at, count * PAGE, MADV_DONTNEED); break;
        case 3: mremap(at, PAGE, PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, area + next(&state) % PAGES * PAGE); break;
        default: mmap(at, count * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0); break;
        }
    }
    return 0;
}

int main(void)
{
    pthread_t copiers[3], mappers[2];
    zero = open("/dev/zero", O_RDONLY);
    null = open("/dev/null", O_WRONLY);
    area = mmap(0, (PAGES + 8) * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); // copies may run beyond its end
    REQUIRE(zero >= 0 && null >= 0 && area != MAP_FAILED);
    for (int i = 0; i < 3; i++)
        REQUIRE(pthread_create(&copiers[i], 0, copier, (void *)(uintptr_t)(i + 1)) == 0);
    for (int i = 0; i < 2; i++)
        REQUIRE(pthread_create(&mappers[i], 0, mapper, (void *)(uintptr_t)(i + 9)) == 0);
    atomic_store(&start, 1);
    for (int i = 0; i < 2; i++)
        pthread_join(mappers[i], 0);
    atomic_store(&stop, 1);
    for (int i = 0; i < 3; i++)
        pthread_join(copiers[i], 0);
    REQUIRE(mmap(area, PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == area);
    int set = 0;
    for (size_t i = 0; i < PAGES * PAGE; i++)
        set += area[i] != 0;
    printf("%d\n", set);
    return 0;
}
