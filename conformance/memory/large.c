// flags: -pthread
// More memory than 4 GiB, asked for while threads run; contents and code pointers survive.
#include "lib/check.h"
#include <pthread.h>
#include <stdatomic.h>
#include <sys/mman.h>

static atomic_long counter;
static atomic_int stop;

static void *count(void *argument)
{
    long *own = argument;
    char *memory = mmap(0, 1 << 16, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    while (!atomic_load(&stop)) {
        memory[++*own & 0xFFFF]++;
        atomic_fetch_add(&counter, 1);
    }
    return 0;
}

int main(void)
{
    pthread_t threads[4];
    long own[4] = {0}, total = 0;
    for (int i = 0; i < 4; i++)
        REQUIRE(pthread_create(&threads[i], 0, count, &own[i]) == 0);
    while (atomic_load(&counter) < 10000)
        usleep(1000);
    char *huge = mmap(0, 6UL << 30, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    REQUIRE(huge != MAP_FAILED);
    huge[0] = 1;
    huge[5UL << 30] = 2;
    huge[(6UL << 30) - 1] = 3;
    long before = atomic_load(&counter);
    while (atomic_load(&counter) < before + 10000)
        usleep(1000);
    atomic_store(&stop, 1);
    for (int i = 0; i < 4; i++) {
        REQUIRE(pthread_join(threads[i], 0) == 0);
        total += own[i];
    }
    printf("counted alike: %d\n", total == atomic_load(&counter));
    printf("%d %d %d\n", huge[0], huge[5UL << 30], huge[(6UL << 30) - 1]);
    char *fixed = mmap((void *)(20UL << 30), 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
    printf("at 20 GiB: %d\n", fixed == (char *)(20UL << 30));
    char *moved = mremap(huge, 6UL << 30, 7UL << 30, MREMAP_MAYMOVE);
    printf("grown: %d %d %d\n", moved[0], moved[5UL << 30], moved[(6UL << 30) - 1]);
    return 0;
}
