// group: cpu
// flags: -static
// Recursive calls.
#include "bench.h"

__attribute__((noinline)) static long fib(long n) { return n < 2 ? n : fib(n - 1) + fib(n - 2); }

int main(int argc, char **argv)
{
    long percent = scaled(argc, argv, 100);
    int n = percent >= 100 ? 40 : percent >= 20 ? 37 : 32;
    double started = now_ns();
    long result = fib(n);
    // fib(n) makes 2*fib(n+1)-1 calls as written; the compiler unrolls some of them, for every variant alike.
    report("calls", started, (double)result);
    return 0;
}
