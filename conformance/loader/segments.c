// flags: -static-pie
// Data, bss and thread-local memory of a static position-independent program.
#include "lib/check.h"

static char zeros[300000];
static int data[5000] = {1, 2, 3};
static const char constant[] = "constant";
static _Thread_local int local = 42;
static _Thread_local char local_zeros[5000];
static int *pointer = &data[1];
extern char __bss_start, _end, edata;

int main(void)
{
    int bad = 0;
    for (unsigned i = 0; i < sizeof zeros; i++)
        bad += zeros[i] != 0;
    for (unsigned i = 0; i < sizeof local_zeros; i++)
        bad += local_zeros[i] != 0;
    for (char *p = &__bss_start; p < &_end; p++)
        bad += p >= zeros && p < zeros + sizeof zeros && *p;
    memset(zeros, 1, sizeof zeros);
    data[4999] = 7;
    printf("%d %d %d %s %d %d\n", bad, data[0], *pointer, constant, local, data[4999]);
    return 0;
}
