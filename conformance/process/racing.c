// flags: -pthread
// timeout: 120
// Pairs of calls that race: each side keeps at it until the clock or a count ends it, and what must hold is counted.
#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static atomic_int stop;

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec * 1e-9;
}

static void show(const char *what, long bad)
{
    printf("%s: %ld bad\n", what, bad);
    fflush(stdout);
}

static long futex(void *word, int op, unsigned value)
{
    return syscall(SYS_futex, word, op, value, NULL, NULL, ~0u);
}

// Threads wait for futexes, wake and requeue, while their process ends by exit, by a signal, and by exec.
static uint32_t words[4];

static void *wait_and_wake(void *argument)
{
    for (unsigned n = (uintptr_t)argument;; n++) {
        uint32_t *word = &words[n % 4];
        if (n % 3)
            futex(word, FUTEX_WAIT_PRIVATE, *word);
        (*word)++;
        futex(word, FUTEX_WAKE_PRIVATE, 1 + n % 2);
        if (n % 16 == 0)
            syscall(SYS_futex, word, FUTEX_CMP_REQUEUE_PRIVATE, 1, 1, &words[(n + 1) % 4], *word);
    }
    return NULL;
}

static void end_against_futex(void)
{
    long bad = 0;
    for (int i = 0; i < 60; i++) {
        pid_t child = fork();
        if (child == 0) {
            pthread_t thread;
            for (long j = 0; j < 6; j++)
                pthread_create(&thread, NULL, wait_and_wake, (void *)j);
            usleep(i * 50);
            if (i % 3 == 0)
                _exit(9);
            if (i % 3 == 1)
                kill(getpid(), SIGTERM);
            execl("/bin/true", "true", (char *)NULL);
        }
        int status = 0, wanted = i % 3 == 0 ? 9 << 8 : i % 3 == 1 ? SIGTERM : 0;
        bad += waitpid(child, &status, 0) != child || status != wanted;
    }
    show("end against futexes", bad);
}

// Threads end while others wait for them: each end wakes its joiner.
static void *end_soon(void *argument)
{
    for (volatile int n = 0; n < (int)(uintptr_t)argument * 37; n++) {
    }
    return argument;
}

static void *join_many(void *argument)
{
    long bad = 0;
    for (long i = 0; i < 150; i++) {
        pthread_t thread;
        void *result = NULL;
        if (pthread_create(&thread, NULL, end_soon, (void *)i) != 0 || pthread_join(thread, &result) != 0)
            bad++;
        bad += result != (void *)i;
    }
    (void)argument;
    return (void *)bad;
}

static void exit_against_join(void)
{
    pthread_t threads[4];
    long bad = 0;
    for (int i = 0; i < 4; i++)
        pthread_create(&threads[i], NULL, join_many, NULL);
    for (int i = 0; i < 4; i++) {
        void *result;
        pthread_join(threads[i], &result);
        bad += (long)result;
    }
    show("exit against join", bad);
}

// One thread unmaps and maps what others have calls read into and write from: they get bytes or EFAULT, never anything else.
enum { WindowSize = 1 << 18 };
static char *window;

// Nobody takes away memory before all have their stacks: one of those could come to lie in a hole of the window.
static pthread_barrier_t all_there;

static void *unmap(void *argument)
{
    pthread_barrier_wait(&all_there);
    for (unsigned n = 0; !stop; n++) {
        size_t at = (n * 7919u % (WindowSize / 4096)) * 4096, size = (1 + n % 8) * 4096;
        if (at + size > WindowSize)
            size = WindowSize - at;
        if (n % 4 == 3)
            mprotect(window + at, size, n % 8 == 3 ? PROT_READ : PROT_NONE);
        else
            munmap(window + at, size);
        if (n % 5 == 0)
            sched_yield();
        mmap(window + at, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    }
    return argument;
}

static void *copy(void *argument)
{
    long bad = 0;
    int ends[2], zero = open("/dev/zero", O_RDONLY), null = open("/dev/null", O_WRONLY);
    pipe2(ends, O_NONBLOCK);
    char drain[4096];
    pthread_barrier_wait(&all_there);
    for (unsigned n = (uintptr_t)argument; !stop; n++) {
        char *at = window + n * 104729u % (WindowSize - 9000);
        errno = 0;
        ssize_t r;
        switch (n % 5) {
        case 0: r = read(zero, at, 8192); break;
        case 1: r = write(null, at, 8192); break;
        case 2: r = write(ends[1], at, 4096); break;
        case 3: r = read(ends[0], at, 4096); break;
        default: {
            struct iovec local = {drain, sizeof drain}, remote = {at, 4096};
            r = process_vm_readv(getpid(), &local, 1, &remote, 1, 0);
        }
        }
        bad += r > 8192 || (r < 0 && errno != EFAULT && errno != EAGAIN);
        if (n % 64 == 0)
            while (read(ends[0], drain, sizeof drain) > 0) {
            }
    }
    close(zero);
    close(null);
    close(ends[0]);
    close(ends[1]);
    return (void *)bad;
}

static void unmap_against_copies(void)
{
    window = mmap(NULL, WindowSize, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    pthread_t threads[5];
    long bad = 0;
    stop = 0;
    pthread_barrier_init(&all_there, NULL, 6);
    for (long i = 0; i < 5; i++)
        pthread_create(&threads[i], NULL, i < 2 ? unmap : copy, (void *)(i * 1000));
    pthread_barrier_wait(&all_there);
    double end = now() + 1.5;
    while (now() < end)
        usleep(10000);
    stop = 1;
    for (int i = 0; i < 5; i++) {
        void *result;
        pthread_join(threads[i], &result);
        bad += i < 2 ? 0 : (long)result;
    }
    munmap(window, WindowSize);
    show("unmap against copies", bad);
}

// Stops, continues and at last a kill, while the target forks, executes and ends: it is always waited for, with its status.
// (Not vfork: a parent that waits for a stopped child of vfork does not stop itself, on Linux.)
static void busy(int kind)
{
    for (int n = 0;; n++) {
        pid_t child = fork();
        if (child == 0) {
            if (kind == 0)
                _exit(n & 1);
            execl("/bin/true", "true", (char *)NULL);
            _exit(7);
        }
        while (waitpid(child, NULL, 0) < 0 && errno == EINTR) {
        }
    }
}

static void *busy_thread(void *argument)
{
    busy((int)(intptr_t)argument);
    return NULL;
}

static void signals_against_family(void)
{
    long bad = 0;
    for (int i = 0; i < 12; i++) {
        pid_t child = fork();
        if (child == 0) {
            setpgid(0, 0);
            pthread_t thread;
            if (i % 4 == 3)
                pthread_create(&thread, NULL, busy_thread, NULL);
            busy(i % 2);
        }
        setpgid(child, child);
        double end = now() + 0.12;
        while (now() < end) {
            int status = 0;
            bad += kill(-child, SIGSTOP) != 0;
            bad += waitpid(child, &status, WUNTRACED) != child || !WIFSTOPPED(status) || WSTOPSIG(status) != SIGSTOP;
            bad += kill(-child, SIGCONT) != 0;
            bad += waitpid(child, &status, WCONTINUED) != child || !WIFCONTINUED(status);
        }
        int status = 0;
        bad += kill(-child, SIGKILL) != 0;
        bad += waitpid(child, &status, 0) != child || status != SIGKILL;
    }
    show("stop, continue, kill against fork, exec, exit", bad);
}

// A child that stops, continues and ends by itself races with its parent's continue: no stop outlasts it.
static void continue_against_stop(void)
{
    long bad = 0;
    for (int i = 0; i < 150; i++) {
        pid_t child = fork();
        if (child == 0) {
            raise(SIGSTOP);
            _exit(4);
        }
        int status = 0;
        if (i % 2)
            usleep(i * 10);
        // A continue before the stop does not count: it is sent until the child has ended.
        double end = now() + 10;
        pid_t r;
        while ((r = waitpid(child, &status, WNOHANG)) == 0 && now() < end)
            kill(child, SIGCONT);
        bad += r != child || status != 4 << 8;
        if (r != child) {
            kill(child, SIGKILL);
            waitpid(child, NULL, 0);
        }
    }
    show("continue against stop", bad);
}

// Signals to threads that end: no call fails but with ESRCH, nobody dies.
static void on_signal(int signal)
{
    (void)signal;
}

static _Atomic pid_t targets[4];

static void *announce(void *argument)
{
    targets[(intptr_t)argument] = gettid();
    return NULL;
}

static void *shoot(void *argument)
{
    long bad = 0;
    for (unsigned n = 0; !stop; n++) {
        pid_t target = targets[n % 4];
        if (target != 0 && syscall(SYS_tgkill, getpid(), target, SIGUSR1) != 0)
            bad += errno != ESRCH;
    }
    (void)argument;
    return (void *)bad;
}

static void signals_against_exit(void)
{
    signal(SIGUSR1, on_signal);
    pthread_t shooter;
    stop = 0;
    pthread_create(&shooter, NULL, shoot, NULL);
    for (int i = 0; i < 400; i++) {
        pthread_t thread[2];
        for (int j = 0; j < 2; j++)
            pthread_create(&thread[j], NULL, announce, (void *)(intptr_t)((i * 2 + j) % 4));
        for (int j = 0; j < 2; j++)
            pthread_join(thread[j], NULL);
    }
    stop = 1;
    void *bad;
    pthread_join(shooter, &bad);
    show("signals against exit", (long)bad);
}

int main(void)
{
    end_against_futex();
    exit_against_join();
    unmap_against_copies();
    signals_against_family();
    continue_against_stop();
    signals_against_exit();
    return 0;
}
