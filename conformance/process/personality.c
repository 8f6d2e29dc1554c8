// Execution domains: what each flag does, and what an exec leaves of it.
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "lib/check.h"

#define PAGE 4096

static char *self;

static void on_alarm(int signal)
{
    (void)signal;
}

// How long is left of 50 ms: nothing, all, or a part.
static const char *left(long ns, long all)
{
    return ns == 0 ? "nothing" : ns == all ? "all" : "a part";
}

static void timeouts(void)
{
    int pipes[2];
    REQUIRE(pipe(pipes) == 0 && write(pipes[1], "x", 1) == 1);
    for (int ready = 0; ready < 2; ready++) {
        fd_set set;
        FD_ZERO(&set);
        if (ready)
            FD_SET(pipes[0], &set);
        struct timeval tv = {0, 50000};
        long n = syscall(SYS_select, pipes[0] + 1, &set, 0, 0, &tv);
        printf("select = %ld, left: %s\n", n, left(tv.tv_usec, 50000));
        struct timespec ts = {0, 50000000};
        n = syscall(SYS_pselect6, pipes[0] + 1, &set, 0, 0, &ts, 0);
        printf("pselect6 = %ld, left: %s\n", n, left(ts.tv_nsec, 50000000));
        struct pollfd entry = {ready ? pipes[0] : -1, POLLIN, 0};
        ts = (struct timespec){0, 50000000};
        n = syscall(SYS_ppoll, &entry, 1, &ts, 0, 0);
        printf("ppoll = %ld, left: %s\n", n, left(ts.tv_nsec, 50000000));
    }

    struct itimerval soon = {{0, 0}, {0, 10000}};
    signal(SIGALRM, on_alarm);
    setitimer(ITIMER_REAL, &soon, 0);
    struct timespec ts = {20, 0};
    long n = syscall(SYS_ppoll, 0, 0, &ts, 0, 0);
    printf("interrupted = %ld %s, left: %s\n", n, strerrorname_np(errno), ts.tv_sec == 20 ? "all" : "a part");
    close(pipes[0]);
    close(pipes[1]);
}

static void show_protection(void *address, const char *name)
{
    char line[512];
    FILE *maps = fopen("/proc/self/maps", "r");
    REQUIRE(maps);
    while (fgets(line, sizeof line, maps)) {
        unsigned long from, to;
        char how[8];
        if (sscanf(line, "%lx-%lx %7s", &from, &to, how) == 3 && from <= (unsigned long)address && (unsigned long)address < to)
            printf("%s: %s\n", name, how);
    }

    fclose(maps);
}

// What a program finds of its domain when it starts.
static void look(void)
{
    static int data;
    struct utsname names;
    extern char end;
    char *heap = sbrk(0), *at;
    printf("  persona %x\n", personality(0xffffffff));
    REQUIRE(uname(&names) == 0);
    printf("  release of 2.6: %d, machine %s\n", strncmp(names.release, "2.6.", 4) == 0, names.machine);
    char *a = mmap(0, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    char *b = mmap(0, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    char *c = mmap(0, 4 << 20, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    char *d = mmap(0, 4 << 20, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    printf("  upwards: %d %d\n", b > a, d > c);
    show_protection(a, "  readable");
    show_protection(&data, "  data");
    show_protection(&a, "  stack");
    // Where the heap begins is random, too.
    unsigned long last = ((unsigned long)&end + PAGE - 1) & -PAGE;
    if (personality(0xffffffff) & ADDR_NO_RANDOMIZE)
        printf("  heap behind the program: %d\n", (unsigned long)heap == last);
    REQUIRE((at = sbrk(PAGE)) != (void *)-1);
    show_protection(at, "  heap");
    fflush(stdout);
}

static void run(unsigned persona)
{
    fflush(stdout);
    pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        REQUIRE((unsigned)personality(persona) == 0);
        printf("%x\n", persona);
        if (persona == READ_IMPLIES_EXEC) {
            char *a = mmap(0, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
            show_protection(a, "readable before");
            char *b = mmap(0, PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
            show_protection(b, "closed before");
            mprotect(b, PAGE, PROT_READ | PROT_WRITE);
            show_protection(b, "opened before");
        }

        fflush(stdout);
        execl(self, self, "look", (char *)0);
        _exit(98);
    }

    int status;
    REQUIRE(waitpid(child, &status, 0) == child);
    printf("status %x\n", status);
}

// The same places twice.
static void places(void)
{
    char told[2][64] = {{0}, {0}};
    for (int i = 0; i < 2; i++) {
        int pipes[2], status;
        REQUIRE(pipe(pipes) == 0);
        pid_t child = fork();
        if (child == 0) {
            personality(ADDR_NO_RANDOMIZE);
            dup2(pipes[1], 1);
            execl(self, self, "places", (char *)0);
            _exit(98);
        }

        close(pipes[1]);
        REQUIRE(read(pipes[0], told[i], 63) > 0);
        close(pipes[0]);
        REQUIRE(waitpid(child, &status, 0) == child);
    }

    printf("the same places: %d\n", strcmp(told[0], told[1]) == 0);
}

int main(int argc, char **argv)
{
    self = "/proc/self/exe";
    if (argc > 1 && strcmp(argv[1], "look") == 0) {
        look();
        return 0;
    }

    if (argc > 1) {
        printf("%p %p %p\n", (void *)&argc, (void *)main, sbrk(0));
        return 0;
    }

    printf("at first %x\n", personality(0xffffffff));
    timeouts();
    personality(STICKY_TIMEOUTS);
    timeouts();
    printf("sticky: %x\n", personality(0));
    run(0);
    run(PER_LINUX32);
    run(UNAME26);
    run(ADDR_COMPAT_LAYOUT);
    run(READ_IMPLIES_EXEC);
    run(ADDR_NO_RANDOMIZE);
    run(ADDR_LIMIT_3GB | SHORT_INODE | WHOLE_SECONDS);
    places();
    return 0;
}
