// The three entries of the page at a fixed address that programs of before the vDSO call; one that is none, and reading it.
#include <setjmp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>
#include "lib/check.h"

#define PAGE 0xffffffffff600000ul

static sigjmp_buf back;

static void on_fault(int signal)
{
    siglongjmp(back, signal);
}

static int present(void)
{
    char line[512];
    int found = 0;
    FILE *maps = fopen("/proc/self/maps", "r");
    while (maps && fgets(line, sizeof line, maps))
        found |= strstr(line, "ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0 ") == line && strstr(line, " [vsyscall]");
    if (maps)
        fclose(maps);
    return found;
}

int main(void)
{
    // A host without the page has nothing to compare: the program then says what the others do.
    int has_page = present();
    int (*day)(struct timeval *, void *) = has_page ? (void *)PAGE : (void *)gettimeofday;
    time_t (*seconds)(time_t *) = has_page ? (void *)(PAGE + 1024) : (void *)time;
    int (*cpu)(unsigned *, unsigned *, void *) = (void *)(PAGE + 2048);
    struct timeval now = {0}, after;
    struct timezone zone = {1, 1};
    printf("gettimeofday = %d\n", day(&now, &zone));
    gettimeofday(&after, 0);
    long passed = (after.tv_sec - now.tv_sec) * 1000000 + after.tv_usec - now.tv_usec;
    printf("now: %d, zone %d %d\n", passed >= 0 && passed < 5000000, zone.tz_minuteswest, zone.tz_dsttime);
    time_t stored = 0, told = seconds(&stored);
    printf("time: %d %d\n", told == stored, time(0) - told <= 5);
    printf("without a place: %d\n", seconds(0) >= told);
    unsigned number = has_page ? 9999 : 0, node = number;
    int result = has_page ? cpu(&number, &node, 0) : 0;
    printf("getcpu = %d, %d %u\n", result, number < 9999, node);
    fflush(stdout);

    signal(SIGSEGV, on_fault);
    int caught = sigsetjmp(back, 1);
    if (caught == 0)
        printf("at no entry = %ld\n", has_page ? (long)((time_t (*)(time_t *))(PAGE + 512))(0) : (long)raise(SIGSEGV));
    else
        printf("at no entry: signal %d\n", caught);
    caught = sigsetjmp(back, 1);
    if (caught == 0)
        printf("to a wild place = %ld\n", has_page ? (long)seconds((time_t *)8) : (long)raise(SIGSEGV));
    else
        printf("to a wild place: signal %d\n", caught);
    caught = sigsetjmp(back, 1);
    if (caught == 0)
        printf("reading = %d\n", has_page ? *(volatile char *)PAGE : raise(SIGSEGV));
    else
        printf("reading: signal %d\n", caught);
    return 0;
}
