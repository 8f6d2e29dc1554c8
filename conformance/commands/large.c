/* Only ever compiled: headers of many kinds, then functions that exercise the optimiser. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <math.h>
#include <pthread.h>
#include <signal.h>
#include <sys/socket.h>
#include <netinet/in.h>

#define FUNCTION(n)                                                                                                      \
    static double table##n[64];                                                                                          \
    int loop##n(int *a, const int *b, int len) { int s = n; for (int i = 0; i < len; i++) { a[i] = b[i] * n + s; s ^= a[i] >> (n % 7); } return s; } \
    double poly##n(double x) { double r = n; for (int i = 0; i < 64; i++) r = r * x + table##n[i] * sin(x + i); return r; } \
    unsigned hash##n(const char *s) { unsigned h = 2166136261u + n; while (*s) { h ^= (unsigned char)*s++; h *= 16777619u; } return h; } \
    int select##n(int v) { switch (v % 13) { case 0: return n; case 1: return v * n; case 2: return v - n; case 3: return v ^ n; case 5: return loop##n(&v, &v, 1); case 7: return (int)poly##n(v); case 11: return v << (n % 5); default: return -v; } } \
    void sort##n(long *a, long count) { for (long i = 1; i < count; i++) { long k = a[i], j = i - 1; while (j >= 0 && a[j] > k + n) { a[j + 1] = a[j]; j--; } a[j + 1] = k; } } \
    char *text##n(int v) { char *p = malloc(64 + n); snprintf(p, 64, "%d:%s:%f", v, v > n ? "above" : "below", poly##n(v)); return p; }
#define TEN(n) FUNCTION(n##0) FUNCTION(n##1) FUNCTION(n##2) FUNCTION(n##3) FUNCTION(n##4) FUNCTION(n##5) FUNCTION(n##6) FUNCTION(n##7) FUNCTION(n##8) FUNCTION(n##9)
TEN(1) TEN(2) TEN(3) TEN(4) TEN(5) TEN(6)

int main(void) { return select10(3) + select69(4); }
