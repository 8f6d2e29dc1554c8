// What gdb looks into: a function called in two threads, and a fault.
#include <pthread.h>
#include <stdio.h>

static volatile int last;

int square(int n)
{
    last = n * n;
    return last;
}

static void *work(void *argument)
{
    for (int i = 10; i < 12; i++)
        square(i);
    return argument;
}

int main(void)
{
    int sum = 0;
    for (int i = 1; i < 4; i++)
        sum += square(i);
    pthread_t thread;
    pthread_create(&thread, NULL, work, NULL);
    pthread_join(thread, NULL);
    printf("sum %d\n", sum);
    fflush(stdout);
    *(volatile int *)8 = sum;
    return sum;
}
