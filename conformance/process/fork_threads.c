// fork(2) while other threads of the process allocate and write: neither they nor the child lose a write.
// flags: -pthread
// args: 60
// timeout: 60
#define _GNU_SOURCE
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#include <stdint.h>
static volatile int stop;
static void *churn(void *a)
{
    uint64_t r = (uintptr_t)a * 77777 + 1;
    static __thread char *p[256]; static __thread size_t n[256]; static __thread unsigned char v[256];
    long k = 0;
    while (!stop) {
        r = r * 6364136223846793005ull + 1442695040888963407ull;
        int i = (r >> 33) & 255;
        if (p[i]) {
            for (size_t j = 0; j < n[i]; j += 61) if ((unsigned char)p[i][j] != v[i]) { printf("corrupt %p+%zu: %d for %d\n", p[i], j, p[i][j], v[i]); abort(); }
            free(p[i]);
        }
        n[i] = 1 + ((r >> 20) & ((r & 1) ? 0xff : (r & 2) ? 0xfff : 0x3ffff));
        v[i] = r >> 50; p[i] = malloc(n[i]); memset(p[i], v[i], n[i]);
        k++;
    }
    return (void *)k;
}
int main(int c, char **v)
{
    pthread_t t[4]; int n = c > 1 ? atoi(v[1]) : 200;
    for (long i = 0; i < 3; i++) pthread_create(t + i, 0, churn, (void *)i);
    int bad = 0;
    for (int i = 0; i < n; i++) {
        int pid = fork();
        if (!pid) { pthread_t q; stop = 0; pthread_create(&q, 0, churn, (void *)9); usleep(500); char *x = malloc(100000); memset(x, 1, 100000); stop = 1; pthread_join(q, 0); _exit(3); }
        int st; waitpid(pid, &st, 0); if (st != 0x300) { bad++; printf("child %x\n", st); }
    }
    stop = 1; for (int i = 0; i < 3; i++) pthread_join(t[i], 0);
    printf("bad %d\n", bad);
}
