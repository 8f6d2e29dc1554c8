// group: cpu
// flags: -static
// Planets in double precision.
#include "bench.h"
#include <math.h>

struct body { double x, y, z, vx, vy, vz, mass; };
static struct body bodies[5] = {
    {0, 0, 0, 0, 0, 0, 39.47841760435743},
    {4.84143144246472090, -1.16032004402742839, -.103622044471123109, .606326392995832, 2.81198684491626, -.02521836165988763, .03769367487038949},
    {8.34336671824457987, 4.12479856412430479, -.403523417114321381, -1.01077434617879, 1.82566237123041, .008415761376584154, .01128632613196877},
    {12.8943695621391310, -15.1111514016986312, -.223307578892655734, 1.08279100644153, .868713018169608, -.010832637401363636, .0017237240570597112},
    {15.3796971148509165, -25.9193146099879641, .179258772950371181, .979090732243898, .594698998647676, -.034755955550407806, .0020336868699246304},
};

int main(int argc, char **argv)
{
    long steps = scaled(argc, argv, 5000000);
    double started = now_ns();
    for (long s = 0; s < steps; s++) {
        for (int i = 0; i < 5; i++)
            for (int j = i + 1; j < 5; j++) {
                struct body *a = &bodies[i], *b = &bodies[j];
                double dx = a->x - b->x, dy = a->y - b->y, dz = a->z - b->z, d2 = dx * dx + dy * dy + dz * dz;
                double mag = 0.001 / (d2 * sqrt(d2));
                a->vx -= dx * b->mass * mag; a->vy -= dy * b->mass * mag; a->vz -= dz * b->mass * mag;
                b->vx += dx * a->mass * mag; b->vy += dy * a->mass * mag; b->vz += dz * a->mass * mag;
            }
        for (int i = 0; i < 5; i++) {
            bodies[i].x += 0.001 * bodies[i].vx;
            bodies[i].y += 0.001 * bodies[i].vy;
            bodies[i].z += 0.001 * bodies[i].vz;
        }
    }
    report("nbody", started, (double)steps);
    return bodies[0].x == 12345.0;
}
