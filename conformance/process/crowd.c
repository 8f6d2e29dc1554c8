// flags: -pthread
// timeout: 120
// Racing calls: fork against mmap and malloc in other threads, exec against threads, many children at once.
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static atomic_int stop;

static void *mapper(void *arg)
{
    long n = 0;
    while (!stop) {
        size_t size = ((n++ % 7) + 1) * 65536;
        char *p = mmap(0, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        memset(p, n, size);
        if (p[size - 1] != (char)n)
            abort();
        mprotect(p, size, PROT_READ);
        munmap(p, size);
        free(malloc(n % 5000));
    }
    return arg;
}

static void forks_against_maps(void)
{
    pthread_t threads[3];
    for (int i = 0; i < 3; i++)
        pthread_create(&threads[i], 0, mapper, 0);
    int bad = 0;
    for (int i = 0; i < 200; i++) {
        pid_t child = fork();
        if (child == 0) {
            char *p = malloc(100000);
            memset(p, i, 100000);
            _exit(p[99999] == (char)i ? i & 0x7f : 255);
        }
        int status;
        if (waitpid(child, &status, 0) != child || WEXITSTATUS(status) != (i & 0x7f))
            bad++;
    }
    stop = 1;
    for (int i = 0; i < 3; i++)
        pthread_join(threads[i], 0);
    printf("forks against maps: %d bad\n", bad);
    fflush(stdout);
}

static void *forker(void *arg)
{
    long bad = 0;
    for (int i = 0; i < 40; i++) {
        pid_t child = fork();
        if (child == 0)
            _exit(5);
        int status = 0;
        if (waitpid(child, &status, 0) != child || WEXITSTATUS(status) != 5)
            bad++;
    }
    (void)arg;
    return (void *)bad;
}

static void *sleeper(void *arg)
{
    for (;;)
        pause();
    return arg;
}

static void *executor(void *arg)
{
    execl("/bin/sh", "sh", "-c", "exit 6", (char *)0);
    return arg;
}

static void exec_against_threads(void)
{
    int bad = 0;
    for (int i = 0; i < 20; i++) {
        pid_t child = fork();
        if (child == 0) {
            pthread_t thread;
            for (int j = 0; j < 4; j++)
                pthread_create(&thread, 0, j % 2 ? sleeper : mapper, 0);
            pthread_create(&thread, 0, executor, 0);
            pause();
        }
        int status;
        if (waitpid(child, &status, 0) != child || !WIFEXITED(status) || WEXITSTATUS(status) != 6)
            bad++;
    }
    printf("exec against threads: %d bad\n", bad);
    fflush(stdout);
}

static void many(void)
{
    enum { N = 300 };
    static pid_t children[N];
    int gate[2], bad = 0;
    char c;
    pipe(gate);
    for (int i = 0; i < N; i++) {
        children[i] = fork();
        if (children[i] == 0) {
            close(gate[1]);
            read(gate[0], &c, 1);
            _exit(i & 0x3f);
        }
        if (children[i] < 0)
            printf("fork %d: %d\n", i, errno);
    }
    close(gate[1]);
    for (int i = 0; i < N; i++) {
        int status;
        if (waitpid(children[i], &status, 0) != children[i] || WEXITSTATUS(status) != (i & 0x3f))
            bad++;
    }
    printf("many: %d bad\n", bad);
}

int main(void)
{
    stop = 0;
    forks_against_maps();
    pthread_t threads[4];
    long total = 0;
    for (int i = 0; i < 4; i++)
        pthread_create(&threads[i], 0, forker, 0);
    for (int i = 0; i < 4; i++) {
        void *bad;
        pthread_join(threads[i], &bad);
        total += (long)bad;
    }
    printf("forks from threads: %ld bad\n", total);
    fflush(stdout);
    stop = 0;
    exec_against_threads();
    many();
    return 0;
}
