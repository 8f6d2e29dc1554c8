// group: kernel
// The cheapest system call there is.
#include "bench.h"
#include <sys/syscall.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    long rounds = scaled(argc, argv, 3000000), sum = 0;
    double started = now_ns();
    for (long r = 0; r < rounds; r++)
        sum += syscall(SYS_getppid);
    report("null-call", started, (double)rounds);
    KEEP(sum);
    return 0;
}
