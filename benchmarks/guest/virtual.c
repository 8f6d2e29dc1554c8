// group: cpu
// Calls through tables of functions, as C++ makes virtual calls; the receivers are mixed.
#include "bench.h"

struct shape;
struct methods { long (*area)(const struct shape *); long (*scale)(struct shape *, long); };
struct shape { const struct methods *methods; long a, b; };

static long square_area(const struct shape *s) { return s->a * s->a; }
static long box_area(const struct shape *s) { return s->a * s->b; }
static long ring_area(const struct shape *s) { return 3 * (s->a * s->a - s->b * s->b); }
static long line_area(const struct shape *s) { return s->a ^ s->b; }
static long scale(struct shape *s, long by) { return s->a = (s->a + by) & 1023; }
static long scale_both(struct shape *s, long by) { s->b = (s->b - by) & 511; return s->a = (s->a + by) & 1023; }

static const struct methods kinds[] = {{square_area, scale}, {box_area, scale_both}, {ring_area, scale_both}, {line_area, scale}};

int main(int argc, char **argv)
{
    enum { COUNT = 1024 };
    static struct shape shapes[COUNT];
    uint32_t x = 1;
    for (int i = 0; i < COUNT; i++) {
        x = x * 1664525 + 1013904223;
        shapes[i] = (struct shape){&kinds[i % 8 < 6 ? i % 4 : (x >> 20) % 4], i, i / 2};
    }
    long rounds = scaled(argc, argv, 120000), sum = 0;
    double started = now_ns();
    for (long r = 0; r < rounds; r++)
        for (int i = 0; i < COUNT; i++) {
            struct shape *s = &shapes[i];
            sum += s->methods->area(s);
            sum ^= s->methods->scale(s, r);
        }
    report("virtual", started, 2.0 * COUNT * rounds);
    KEEP(sum);
    return 0;
}
