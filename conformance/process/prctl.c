// flags: -static -pthread
// prctl, arch_prctl and personality: what can be set, what is inherited, what is refused.
#include "lib/identity.h"
#include <asm/prctl.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/personality.h>

static void show_file(const char *name)
{
    char text[256];
    int fd = open(name, O_RDONLY);
    if (fd < 0) {
        printf("%s: %s\n", name, strerrorname_np(errno));
        return;
    }
    ssize_t n = read(fd, text, sizeof text - 1);
    text[n < 0 ? 0 : n] = 0;
    printf("%s: %s", name, text);
    close(fd);
}

static void *in_thread(void *unused)
{
    (void)unused;
    char name[17] = "";
    prctl(PR_GET_NAME, name);
    printf("a thread starts as %s, slack %d\n", name, prctl(PR_GET_TIMERSLACK));
    prctl(PR_SET_NAME, "a thread");
    show_file("/proc/thread-self/comm");
    show_file("/proc/self/comm");
    return NULL;
}

int main(void)
{
    equal_root();
    // Names.
    char name[17] = "";
    SHOW(prctl(PR_SET_NAME, "a name that is far too long"));
    SHOW(prctl(PR_GET_NAME, name));
    printf("%s\n", name);
    show_file("/proc/self/comm");
    SHOW(prctl(PR_SET_NAME, (char *)8));
    int fd = open("/proc/self/comm", O_WRONLY);
    SHOW(write(fd, "written and too long", 20));
    close(fd);
    show_file("/proc/self/comm");
    // Timer slack.
    SHOW(prctl(PR_SET_TIMERSLACK, 70000));
    show_file("/proc/self/timerslack_ns");
    IN_CHILD({
        SHOW(prctl(PR_GET_TIMERSLACK));
        SHOW(prctl(PR_SET_TIMERSLACK, 0));
        SHOW(prctl(PR_GET_TIMERSLACK));
    });
    pthread_t thread;
    REQUIRE(pthread_create(&thread, NULL, in_thread, NULL) == 0 && pthread_join(thread, NULL) == 0);
    SHOW(prctl(PR_SET_TIMERSLACK, 0));
    SHOW(prctl(PR_GET_TIMERSLACK));
    // What is there and what is not.
    int value = -1;
    SHOW(prctl(PR_SET_PDEATHSIG, 65));
    SHOW(prctl(PR_SET_PDEATHSIG, SIGUSR1));
    IN_CHILD({ prctl(PR_GET_PDEATHSIG, &value); printf("a child's parent-death signal: %d\n", value); });
    SHOW(prctl(PR_GET_TIMING));
    SHOW(prctl(PR_SET_TIMING, 1));
    SHOW(prctl(PR_GET_TSC, &value));
    printf("%d\n", value);
    SHOW(prctl(PR_SET_TSC, PR_TSC_ENABLE));
    SHOW(prctl(PR_SET_TSC, 3));
    SHOW(prctl(PR_MCE_KILL_GET, 0, 0, 0, 0));
    SHOW(prctl(PR_MCE_KILL, PR_MCE_KILL_SET, PR_MCE_KILL_EARLY, 0, 0));
    SHOW(prctl(PR_MCE_KILL, PR_MCE_KILL_SET, 3, 0, 0));
    SHOW(prctl(PR_MCE_KILL, PR_MCE_KILL_CLEAR, 1, 0, 0));
    SHOW(prctl(PR_MCE_KILL, PR_MCE_KILL_SET, 0, 1, 0));
    SHOW(prctl(PR_MCE_KILL_GET, 1, 0, 0, 0));
    IN_CHILD(SHOW(prctl(PR_MCE_KILL_GET, 0, 0, 0, 0)));
    SHOW(prctl(PR_SET_MM, PR_SET_MM_ARG_START, name, 0, 0));
    SHOW(prctl(PR_SET_MM, PR_SET_MM_ARG_START, name, 0, 1));
    SHOW(prctl(PR_SET_NO_NEW_PRIVS, 0, 0, 0, 0));
    SHOW(prctl(PR_SET_NO_NEW_PRIVS, 1, 1, 0, 0));
    SHOW(prctl(PR_GET_NO_NEW_PRIVS, 1, 0, 0, 0));
    SHOW(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0));
    SHOW(prctl(PR_GET_SPECULATION_CTRL, 0, 1, 0, 0));
    SHOW(prctl(PR_GET_SPECULATION_CTRL, 99, 0, 0, 0));
    SHOW(prctl(PR_SET_SPECULATION_CTRL, 99, 0, 0, 0));
    SHOW(prctl(9999, 0, 0, 0, 0));
    unsigned long address = 1;
    SHOW(prctl(PR_GET_TID_ADDRESS, &address));
    printf("%d\n", address != 0 && address != 1);
    IN_CHILD({
        SHOW(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
        IN_CHILD(SHOW(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0)));
    });
    SHOW(prctl(PR_GET_CHILD_SUBREAPER, &value));
    printf("%d\n", value);
    SHOW(prctl(PR_GET_CHILD_SUBREAPER, 8));
    SHOW(syscall(SYS_arch_prctl, ARCH_GET_FS, 8));
    SHOW(syscall(SYS_arch_prctl, ARCH_SET_FS, -1l));
    SHOW(syscall(SYS_arch_prctl, 0x7777, 0));
    // Personality.
    printf("personality %x\n", personality(0xffffffff));
    printf("personality %x\n", personality(ADDR_NO_RANDOMIZE | PER_LINUX32));
    IN_CHILD(printf("a child's personality %x\n", personality(0xffffffff)));
    return 0;
}
