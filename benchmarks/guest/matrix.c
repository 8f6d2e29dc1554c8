// group: cpu
// flags: -static -mavx2 -mfma
// needs: avx2
// A product of matrices of floats with AVX2 and FMA.
#include "bench.h"
#include <immintrin.h>

enum { N = 256 };
static float a[N][N] __attribute__((aligned(32))), b[N][N] __attribute__((aligned(32))), c[N][N] __attribute__((aligned(32)));

int main(int argc, char **argv)
{
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++) {
            a[i][j] = (float)(i + j) / N;
            b[i][j] = (float)(i - j) / N;
        }
    long rounds = scaled(argc, argv, 500);
    double started = now_ns();
    for (long r = 0; r < rounds; r++)
        for (int i = 0; i < N; i += 4)
            for (int j = 0; j < N; j += 16) {
                __m256 s[4][2] = {{_mm256_setzero_ps()}};
                for (int x = 0; x < 4; x++)
                    s[x][0] = s[x][1] = _mm256_setzero_ps();
                for (int k = 0; k < N; k++) {
                    __m256 b0 = _mm256_load_ps(&b[k][j]), b1 = _mm256_load_ps(&b[k][j + 8]);
                    for (int x = 0; x < 4; x++) {
                        __m256 v = _mm256_broadcast_ss(&a[i + x][k]);
                        s[x][0] = _mm256_fmadd_ps(v, b0, s[x][0]);
                        s[x][1] = _mm256_fmadd_ps(v, b1, s[x][1]);
                    }
                }
                for (int x = 0; x < 4; x++) {
                    _mm256_store_ps(&c[i + x][j], s[x][0]);
                    _mm256_store_ps(&c[i + x][j + 8], s[x][1]);
                }
            }
    report("matrix", started, (double)rounds * N * N * N);
    KEEP(c[3][5]);
    return 0;
}
