// flags: -pthread
// Futexes between processes: shared words and mutexes, private words that do not meet, owners that die or execute.
#include "lib/check.h"
#include <linux/futex.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>

struct shared {
    uint32_t word, ready, turn;
    pthread_mutex_t robust, pi;
    pthread_barrier_t barrier;
};

static struct shared *s;

static long futex(uint32_t *at, int op, uint32_t val, void *timeout, uint32_t *at2, uint32_t val3)
{
    return syscall(SYS_futex, at, op, val, timeout, at2, val3);
}

static pid_t spawn(void (*run)(void))
{
    fflush(stdout);
    pid_t pid = fork();
    if (pid == 0) {
        run();
        _exit(0);
    }
    REQUIRE(pid > 0);
    return pid;
}

static void await(uint32_t wanted)
{
    while (__atomic_load_n(&s->ready, __ATOMIC_SEQ_CST) != wanted)
        usleep(1000);
    usleep(30000);
}

static void finish(pid_t pid)
{
    int status;
    REQUIRE(waitpid(pid, &status, 0) == pid);
    printf("status %x\n", status);
}

static void waits(void)
{
    s->ready = 1;
    _exit(futex(&s->word, FUTEX_WAIT, 0, NULL, NULL, 0) == 0 ? 7 : 8);
}

static void waits_privately(void)
{
    struct timespec t = {0, 100000000};
    s->ready = 1;
    long result = futex(&s->word, FUTEX_WAIT | FUTEX_PRIVATE_FLAG, 0, &t, NULL, 0);
    _exit(result == -1 && errno == ETIMEDOUT ? 7 : 8);
}

static void dies_with_robust(void)
{
    REQUIRE(pthread_mutex_lock(&s->robust) == 0);
    s->ready = 1;
    usleep(50000);
    _exit(1);
}

static void executes_with_robust(void)
{
    REQUIRE(pthread_mutex_lock(&s->robust) == 0);
    s->ready = 1;
    usleep(50000);
    execl("/bin/true", "true", NULL);
    _exit(9);
}

static void dies_with_pi(void)
{
    REQUIRE(pthread_mutex_lock(&s->pi) == 0);
    s->ready = 1;
    usleep(50000);
    _exit(2);
}

static void plays(void)
{
    for (uint32_t i = 0; i < 2000; i++) {
        while (__atomic_load_n(&s->turn, __ATOMIC_ACQUIRE) != 1)
            futex(&s->turn, FUTEX_WAIT, 0, NULL, NULL, 0);
        __atomic_store_n(&s->turn, 0, __ATOMIC_RELEASE);
        futex(&s->turn, FUTEX_WAKE, 1, NULL, NULL, 0);
    }
}

static void inherits(const char *what, pthread_mutex_t *mutex, void (*run)(void))
{
    s->ready = 0;
    pid_t pid = spawn(run);
    await(1);
    int error = pthread_mutex_lock(mutex);
    printf("%s: %s\n", what, error ? strerrorname_np(error) : "got it");
    if (error == EOWNERDEAD)
        SHOW(pthread_mutex_consistent(mutex));
    SHOW(pthread_mutex_unlock(mutex));
    finish(pid);
}

int main(void)
{
    s = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    REQUIRE(s != MAP_FAILED);
    pthread_mutexattr_t attributes;
    pthread_mutexattr_init(&attributes);
    pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
    pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
    REQUIRE(pthread_mutex_init(&s->robust, &attributes) == 0);
    pthread_mutexattr_setprotocol(&attributes, PTHREAD_PRIO_INHERIT);
    REQUIRE(pthread_mutex_init(&s->pi, &attributes) == 0);

    pid_t pid = spawn(waits);
    await(1);
    SHOW(futex(&s->word, FUTEX_WAKE | FUTEX_PRIVATE_FLAG, 1, NULL, NULL, 0));
    SHOW(futex(&s->word, FUTEX_WAKE, 1, NULL, NULL, 0));
    finish(pid);
    s->ready = 0;
    pid = spawn(waits_privately);
    await(1);
    SHOW(futex(&s->word, FUTEX_WAKE | FUTEX_PRIVATE_FLAG, 1, NULL, NULL, 0));
    SHOW(futex(&s->word, FUTEX_WAKE, 1, NULL, NULL, 0));
    finish(pid);

    inherits("robust", &s->robust, dies_with_robust);
    inherits("robust, execve", &s->robust, executes_with_robust);
    inherits("robust with priority inheritance", &s->pi, dies_with_pi);

    pid = spawn(plays);
    for (uint32_t i = 0; i < 2000; i++) {
        while (__atomic_load_n(&s->turn, __ATOMIC_ACQUIRE) != 0)
            futex(&s->turn, FUTEX_WAIT, 1, NULL, NULL, 0);
        __atomic_store_n(&s->turn, 1, __ATOMIC_RELEASE);
        futex(&s->turn, FUTEX_WAKE, 1, NULL, NULL, 0);
    }
    finish(pid);
    return 0;
}
