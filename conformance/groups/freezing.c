// flags: -static -pthread
// needs: /sys/fs/cgroup
// Freezing control groups and killing all that is in them; the notices of cgroup.events. cgroups(7).
#include "lib/groups.h"
#include <pthread.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <time.h>

static const char *const left[] = { "a/b", "a", "b", NULL };

static volatile long *shared;

// Counts as long as it runs.
static pid_t counter(int cell)
{
    pid_t child = fork();
    if (child == 0) {
        for (;;)
            shared[cell]++;
    }
    return child;
}

static int moves(int cell)
{
    long before = shared[cell];
    for (int i = 0; i < 100; i++) {
        usleep(5000);
        if (shared[cell] != before)
            return 1;
    }
    return 0;
}

static int rests(int cell)
{
    long before = shared[cell];
    usleep(100000);
    return shared[cell] == before;
}

static void *count(void *cell)
{
    for (;;)
        shared[(long)cell]++;
    return NULL;
}

static void freeze(void)
{
    pid_t child = fork();
    if (child == 0) {
        pthread_t thread;
        pthread_create(&thread, NULL, count, (void *)1);
        count((void *)0);
    }
    put("a/b/cgroup.procs", "%d", child);
    REQUIRE(moves(0) && moves(1));
    put("a/cgroup.freeze", "1");
    await_text("a/cgroup.events", "frozen 1");
    await_text("a/b/cgroup.events", "frozen 1");
    printf("freeze below: %s", get("a/b/cgroup.freeze"));
    printf("rests: %d %d\n", rests(0), rests(1));
    put("a/b/cgroup.freeze", "0");
    printf("still rests: %d\n", rests(0));
    put("a/b/cgroup.freeze", "1");
    put("a/cgroup.freeze", "0");
    await_text("a/cgroup.events", "frozen 0");
    printf("rests by its own: %d, %s", rests(0), get("a/b/cgroup.events"));
    put("a/b/cgroup.freeze", "0");
    printf("goes on: %d %d, %s", moves(0), moves(1), get("a/b/cgroup.events"));
    end(child);
    await_text("a/cgroup.events", "populated 0");
}

// What a frozen process was waiting for is there when it goes on, and not before.
static void waits(void)
{
    int data[2], answers[2];
    REQUIRE(pipe(data) == 0 && pipe(answers) == 0);
    pid_t child = fork();
    if (child == 0) {
        char byte;
        while (read(data[0], &byte, 1) == 1 && write(answers[1], &byte, 1) == 1)
            ;
        _exit(7);
    }
    put("b/cgroup.procs", "%d", child);
    REQUIRE(write(data[1], "x", 1) == 1);
    char byte;
    REQUIRE(read(answers[0], &byte, 1) == 1);
    put("b/cgroup.freeze", "1");
    await_text("b/cgroup.events", "frozen 1");
    REQUIRE(write(data[1], "y", 1) == 1);
    struct pollfd poll_answers = { answers[0], POLLIN, 0 };
    printf("answers while frozen: %d\n", poll(&poll_answers, 1, 100));
    put("b/cgroup.freeze", "0");
    printf("answers afterwards: %d\n", poll(&poll_answers, 1, 5000));
    SHOW(read(answers[0], &byte, 1));
    close(data[1]);
    int status;
    // A copy of the writing end is the child's own.
    end(child);
    waitpid(child, &status, WNOHANG);
    close(data[0]);
    close(answers[0]);
    close(answers[1]);
}

static void sleeps(void)
{
    pid_t child = fork();
    if (child == 0) {
        struct timespec time = { 0, 300000000 }, left_over = { 9, 9 };
        int result = nanosleep(&time, &left_over);
        shared[2] = 100 + result;
        _exit(3);
    }
    put("b/cgroup.procs", "%d", child);
    put("b/cgroup.freeze", "1");
    await_text("b/cgroup.events", "frozen 1");
    usleep(500000);
    int status = 0;
    SHOW(waitpid(child, &status, WNOHANG));
    put("b/cgroup.freeze", "0");
    waitpid(child, &status, 0);
    printf("slept: %ld, status %x\n", shared[2], status);
}

// Threads that are killed end at the same time: none is forgotten, nor counted twice.
static void many(void)
{
    for (int round = 0; round < 150; round++) {
        pid_t child = fork();
        if (child == 0) {
            pthread_t thread;
            for (long i = 0; i < 4; i++)
                pthread_create(&thread, NULL, count, (void *)(8 + i));
            count((void *)12);
        }
        char text[16];
        snprintf(text, sizeof text, "%d", child);
        int fd = open(in("b/cgroup.procs"), O_WRONLY);
        REQUIRE(write(fd, text, strlen(text)) > 0);
        close(fd);
        while (lines("b/cgroup.threads") < 5)
            usleep(1000);
        end(child);
    }
    pid_t child = counter(0);
    put("b/cgroup.procs", "%d", child);
    put("b/cgroup.freeze", "1");
    await_text("b/cgroup.events", "frozen 1");
    end(child);
    put("b/cgroup.freeze", "0");
}

static void handler(int signo)
{
    shared[3] = signo;
}

static void signals(void)
{
    signal(SIGUSR1, handler);
    pid_t child = counter(0);
    put("b/cgroup.procs", "%d", child);
    put("b/cgroup.freeze", "1");
    await_text("b/cgroup.events", "frozen 1");
    kill(child, SIGUSR1);
    usleep(50000);
    printf("handled while frozen: %ld\n", shared[3]);
    kill(child, SIGSTOP);
    usleep(50000);
    int status = 0;
    SHOW(waitpid(child, &status, WUNTRACED | WNOHANG));
    put("b/cgroup.freeze", "0");
    SHOW(waitpid(child, &status, WUNTRACED) == child);
    printf("stopped %x\n", status);
    put("b/cgroup.freeze", "1");
    await_text("b/cgroup.events", "frozen 1");
    kill(child, SIGCONT);
    put("b/cgroup.freeze", "0");
    int goes_on = moves(0);
    printf("goes on: %d, handled %ld\n", goes_on, shared[3]);
    put("b/cgroup.freeze", "1");
    await_text("b/cgroup.events", "frozen 1");
    kill(child, SIGKILL);
    SHOW(waitpid(child, &status, 0) == child);
    printf("killed %x\n", status);
    show("b/cgroup.events");
    put("b/cgroup.freeze", "0");
    show("b/cgroup.events");
}

// Into a frozen group and out of it again; children that are made there.
static void crossing(void)
{
    put("b/cgroup.freeze", "1");
    show("b/cgroup.events");
    pid_t child = counter(4);
    REQUIRE(moves(4));
    put("b/cgroup.procs", "%d", child);
    await_text("b/cgroup.events", "frozen 1");
    printf("rests: %d\n", rests(4));
    put("a/cgroup.procs", "%d", child);
    printf("goes on: %d\n", moves(4));
    show("a/cgroup.events");
    show("b/cgroup.events");
    end(child);
    put("b/cgroup.freeze", "0");
}

static void kill_all(void)
{
    pid_t children[4];
    for (int i = 0; i < 4; i++) {
        children[i] = i == 3 ? counter(5) : sleeper();
        put(i < 2 ? "a/cgroup.procs" : "a/b/cgroup.procs", "%d", children[i]);
    }
    put("a/b/cgroup.freeze", "1");
    await_text("a/b/cgroup.events", "frozen 1");
    put("a/cgroup.kill", "1");
    for (int i = 0; i < 4; i++) {
        int status;
        waitpid(children[i], &status, 0);
        printf("status %x\n", status);
    }
    show("a/cgroup.events");
    put("a/b/cgroup.freeze", "0");
}

// A process that makes others without end is killed with all of them.
static void kill_storm(void)
{
    // The parent looks only when the child has said what it did.
    int said[2];
    pipe(said);
    pid_t child = fork();
    if (child == 0) {
        put("b/cgroup.procs", "0");
        fflush(stdout);
        write(said[1], "x", 1);
        for (;;) {
            pid_t made = fork();
            if (made > 0)
                waitpid(made, NULL, WNOHANG);
            else if (made == 0 && (usleep(1000), 1))
                _exit(0);
        }
    }
    char byte;
    read(said[0], &byte, 1);
    await_text("b/cgroup.events", "populated 1");
    usleep(50000);
    put("b/cgroup.kill", "1");
    waitpid(child, NULL, 0);
    await_text("b/cgroup.events", "populated 0");
    usleep(20000);
    show("b/cgroup.events");
}

static void notices(void)
{
    int events = open(in("b/cgroup.events"), O_RDONLY), set = epoll_create1(0);
    struct epoll_event wanted = { .events = EPOLLPRI };
    SHOW(epoll_ctl(set, EPOLL_CTL_ADD, events, &wanted));
    struct pollfd file = { events, POLLPRI, 0 };
    char text[64];
    SHOW(poll(&file, 1, 0));
    REQUIRE(pread(events, text, sizeof text, 0) > 0);
    SHOW(poll(&file, 1, 0));
    SHOW(epoll_wait(set, &wanted, 1, 0));
    pid_t child = sleeper();
    put("b/cgroup.procs", "%d", child);
    SHOW(poll(&file, 1, 1000));
    printf("revents %x\n", file.revents);
    SHOW(epoll_wait(set, &wanted, 1, 1000));
    printf("events %x\n", wanted.events);
    REQUIRE(pread(events, text, sizeof text, 0) > 0);
    SHOW(poll(&file, 1, 0));
    SHOW(epoll_wait(set, &wanted, 1, 0));
    pid_t killer = fork();
    if (killer == 0) {
        usleep(50000);
        kill(child, SIGKILL);
        _exit(0);
    }
    SHOW(poll(&file, 1, 5000));
    printf("revents %x\n", file.revents);
    file.events = POLLIN | POLLPRI;
    SHOW(poll(&file, 1, 0));
    printf("revents %x\n", file.revents);
    waitpid(killer, NULL, 0);
    waitpid(child, NULL, 0);
    close(events);
    close(set);
}

int main(void)
{
    shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    open_groups("freezing", left);
    SHOW(mkdir(in("a"), 0755));
    SHOW(mkdir(in("a/b"), 0755));
    SHOW(mkdir(in("b"), 0755));
    freeze();
    waits();
    sleeps();
    many();
    signals();
    crossing();
    kill_all();
    kill_storm();
    notices();
    SHOW(rmdir(in("a/b")));
    SHOW(rmdir(in("a")));
    SHOW(rmdir(in("b")));
    close_groups();
}
