// flags: -m32 -static -pthread -fno-pie -no-pie
// needs: i386
//
// What ordinary programs do: memory, files, processes, threads, both kinds of signal frames.
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

static __thread int local = 7;
static volatile int got;
static sigjmp_buf back;

static void plain(int signal)
{
    got = signal;
}

static void detailed(int signal, siginfo_t *info, void *context)
{
    ucontext_t *user = context;
    got = info->si_code;
    if (signal == SIGSEGV) {
        printf("fault at %p, cs %x ss %x\n", info->si_addr, user->uc_mcontext.gregs[REG_CS] & 0xFFFF, user->uc_mcontext.gregs[REG_SS] & 0xFFFF);
        siglongjmp(back, 1);
    }
}

static void *thread(void *argument)
{
    local += (int)(long)argument;
    return (void *)(long)local;
}

static void files(void)
{
    struct stat status;
    char bytes[8] = { 0 };
    int fd = open("file", O_CREAT | O_RDWR | O_TRUNC, 0644);
    write(fd, "abcdef", 6);
    int result = fstat(fd, &status);
    printf("%d %ld %o\n", result, (long)status.st_size, status.st_mode);
    lseek(fd, 2, SEEK_SET);
    read(fd, bytes, 3);
    pread(fd, bytes + 4, 2, 4);
    printf("%s %s\n", bytes, bytes + 4);
    char *map = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
    printf("%.6s\n", map);
    ftruncate(fd, 0x180000000LL & 0x7FFFFFFF);
    unlink("file");
}

static void processes(void)
{
    int ends[2], status;
    char bytes[8] = { 0 };
    pipe(ends);
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        write(ends[1], "child", 5);
        _exit(9);
    }
    read(ends[0], bytes, 5);
    waitpid(child, &status, 0);
    printf("%s %d\n", bytes, WEXITSTATUS(status));
    child = vfork();
    if (child == 0) {
        execl("/bin/sh", "sh", "-c", "exit 5", (char *)NULL);
        _exit(1);
    }
    waitpid(child, &status, 0);
    printf("program of the other width %d\n", WEXITSTATUS(status));
    FILE *pipe = popen("echo popen", "r");
    char line[64];
    if (pipe && fgets(line, sizeof line, pipe))
        printf("%s", line);
    pclose(pipe);
}

static void signals(void)
{
    signal(SIGUSR1, plain);
    raise(SIGUSR1);
    printf("got %d\n", got);
    struct sigaction action = { .sa_sigaction = detailed, .sa_flags = SA_SIGINFO };
    sigaction(SIGUSR2, &action, NULL);
    kill(getpid(), SIGUSR2);
    printf("code %d\n", got);
    sigaction(SIGSEGV, &action, NULL);
    if (!sigsetjmp(back, 1))
        *(volatile int *)0x1234 = 1;
    double number = 1.5;
    long double wide = 1.0L;
    for (int i = 0; i < 10; i++) {
        number *= 1.1;
        wide /= 3;
        if (i % 3 == 0)
            raise(i % 2 ? SIGUSR1 : SIGUSR2);
    }
    printf("%.15g %.18Lg\n", number, wide);
    stack_t stack = { .ss_sp = malloc(65536), .ss_size = 65536 };
    printf("%d\n", sigaltstack(&stack, NULL));
    action.sa_flags |= SA_ONSTACK;
    sigaction(SIGUSR2, &action, NULL);
    got = 0;
    raise(SIGUSR2);
    printf("code %d\n", got);
    sigset_t set, pending;
    sigemptyset(&set);
    sigaddset(&set, SIGRTMIN + 3);
    sigprocmask(SIG_BLOCK, &set, NULL);
    sigqueue(getpid(), SIGRTMIN + 3, (union sigval) { .sival_int = 1234 });
    sigpending(&pending);
    siginfo_t info;
    printf("%d ", sigismember(&pending, SIGRTMIN + 3));
    int number_taken = sigwaitinfo(&set, &info);
    printf("%d %d\n", number_taken - SIGRTMIN, info.si_value.sival_int);
}

int main(void)
{
    files();
    processes();
    signals();
    pthread_t threads[4];
    for (long i = 0; i < 4; i++)
        pthread_create(&threads[i], NULL, thread, (void *)i);
    for (int i = 0; i < 4; i++) {
        void *result;
        pthread_join(threads[i], &result);
        printf("thread %ld\n", (long)result);
    }
    printf("local %d\n", local);
    struct timespec time = { 0, 1000000 };
    printf("%d ", nanosleep(&time, NULL));
    printf("%d\n", clock_gettime(CLOCK_MONOTONIC, &time));
    return 0;
}
