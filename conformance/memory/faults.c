// Where faults are reported: unmapped, protected, beyond the end of a file, in and below stacks.
#include "lib/check.h"
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/ucontext.h>

#define PAGE 4096UL

static sigjmp_buf back;
static volatile int got_signal, got_code;
static void *volatile got_address;
static volatile long got_error;

static void handler(int signal, siginfo_t *info, void *context)
{
    got_signal = signal;
    got_code = info->si_code;
    got_address = info->si_addr;
    got_error = ((ucontext_t *)context)->uc_mcontext.gregs[REG_ERR];
    siglongjmp(back, 1);
}

#define TOUCH(name, base, action)                                                                                            \
    do {                                                                                                                     \
        if (sigsetjmp(back, 1) == 0) {                                                                                       \
            action;                                                                                                          \
            printf("%s: fine\n", name);                                                                                      \
        } else {                                                                                                             \
            printf("%s: %s code %d at +%ld error %ld\n", name, sigabbrev_np(got_signal), got_code,                           \
                   (long)((char *)got_address - (char *)(base)), got_error);                                                 \
        }                                                                                                                    \
    } while (0)

static int recurse(int depth)
{
    volatile char frame[16384];
    frame[0] = depth;
    frame[16383] = depth + 1;
    return depth == 0 ? frame[0] : recurse(depth - 1) + frame[16383] - (char)(depth + 1);
}

int main(void)
{
    static char stack[65536];
    stack_t alternate = {.ss_sp = stack, .ss_size = sizeof stack};
    struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO | SA_ONSTACK};
    REQUIRE(sigaltstack(&alternate, 0) == 0 && sigaction(SIGSEGV, &action, 0) == 0 && sigaction(SIGBUS, &action, 0) == 0);
    volatile char *area = mmap(0, 4 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    munmap((void *)(area + 3 * PAGE), PAGE);
    mprotect((void *)(area + PAGE), PAGE, PROT_READ);
    mprotect((void *)(area + 2 * PAGE), PAGE, PROT_NONE);
    char *volatile nothing = 0;
    TOUCH("null", 0, *(volatile char *)nothing);
    TOUCH("null structure", 0, *(volatile char *)(nothing + 0x321) = 1);
    TOUCH("read-only, read", area, area[PAGE + 5]);
    TOUCH("read-only, write", area, area[PAGE + 5] = 1);
    TOUCH("none, read", area, area[2 * PAGE + 6]);
    TOUCH("none, write", area, area[2 * PAGE + 6] = 1);
    TOUCH("unmapped, read", area, area[3 * PAGE + 7]);
    TOUCH("unmapped, write", area, area[3 * PAGE + 7] = 1);
    TOUCH("across pages, write", area, *(volatile long *)(area + PAGE - 4) = 1);
    TOUCH("no execution", area, ((void (*)(void))(area + 16))());

    int fd = open("file", O_RDWR | O_CREAT | O_TRUNC, 0600);
    REQUIRE(fd >= 0 && write(fd, "hello", 5) == 5);
    volatile char *file = mmap(0, 3 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    volatile char *private = mmap(0, 3 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
    TOUCH("last page of a file", file, file[100] = 1);
    TOUCH("beyond a file, read", file, file[PAGE]);
    TOUCH("beyond a file, write", file, file[PAGE + 9] = 1);
    TOUCH("beyond a file, private", private, private[2 * PAGE] = 1);
    REQUIRE(ftruncate(fd, 2 * PAGE) == 0);
    TOUCH("the file has grown", file, file[PAGE] = 1);
    REQUIRE(ftruncate(fd, 10) == 0);
    TOUCH("the file has shrunk", file, file[PAGE] = 1);
    SHOW(write(fd, (char *)file + PAGE, 10));
    SHOW(read(open("/dev/zero", O_RDONLY), (char *)file + PAGE - 4, 10));

    printf("recursion: %d\n", recurse(300));
    struct rlimit limit = {1 << 20, 1 << 20};
    REQUIRE(setrlimit(RLIMIT_STACK, &limit) == 0);
    char here, *volatile below = &here;
    TOUCH("stack within its limit", 0, *(volatile char *)(below - (512 << 10)) = 1);
    if (sigsetjmp(back, 1) == 0)
        printf("endless recursion: %d\n", recurse(1 << 30));
    else
        printf("endless recursion: %s code %d\n", sigabbrev_np(got_signal), got_code);

    volatile char *down = mmap(0, 400 * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    munmap((void *)down, 400 * PAGE);
    down = mmap((void *)(down + 390 * PAGE), PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_GROWSDOWN | MAP_FIXED, -1, 0);
    TOUCH("MAP_GROWSDOWN", down, down[-10 * (long)PAGE] = 1);
    return 0;
}
