// timeout: 60
// Processes that share the CPUs are interrupted at every place of functions with long epilogues: no instruction runs twice.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { PROCESSES = 8, SECONDS = 6 };

static int work(unsigned seed)
{
    char text[64], again[64];
    for (time_t end = time(0) + SECONDS; time(0) < end;) {
        for (int i = 0; i < 1000; i++) {
            unsigned a = rand_r(&seed) % 1000, b = rand_r(&seed) % 1000, c, d;
            int length = snprintf(text, sizeof text, "%u/%04x:%s", a, b, "end");
            if (sscanf(text, "%u/%x:", &c, &d) != 2 || a != c || b != d)
                return 1;
            if (snprintf(again, sizeof again, "%s", text) != length || strcmp(text, again) != 0)
                return 2;
        }
    }
    return 0;
}

int main(void)
{
    int failed = 0, status;
    for (int i = 0; i < PROCESSES; i++)
        if (fork() == 0)
            _exit(work(i));
    for (int i = 0; i < PROCESSES; i++)
        failed |= wait(&status) < 0 ? 0xffff : status;
    printf("%x\n", failed);
    return failed != 0;
}
