// flags: -static
// unshare, setns and the namespaces of names and IPC; numbers of one's own choice. unshare(2), setns(2), clone3(2).
#include "lib/identity.h"
#include <fcntl.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <sys/msg.h>
#include <sys/stat.h>
#include <sys/utsname.h>

static void names(const char *when)
{
    struct utsname self;
    uname(&self);
    printf("%s: %s %s\n", when, self.nodename, self.domainname);
}

static unsigned long inode(const char *name)
{
    struct stat status;
    return stat(name, &status) == 0 ? status.st_ino : 0;
}

static long start(struct clone_args *arguments)
{
    arguments->exit_signal = SIGCHLD;
    long child = syscall(SYS_clone3, arguments, sizeof *arguments);
    if (child == 0)
        _exit(0);
    return child;
}

int main(void)
{
    equal_root();
    REQUIRE(unshare(CLONE_NEWUTS) == 0);
    unsigned long before = inode("/proc/self/ns/uts");
    SHOW(sethostname("one", 3));
    SHOW(setdomainname("domain", 6));
    names("at first");
    int old = open("/proc/self/ns/uts", O_RDONLY);
    int others = open("/proc/self/ns/ipc", O_RDONLY);
    REQUIRE(old >= 0 && others >= 0);
    IN_CHILD({
        SHOW(unshare(CLONE_NEWUTS));
        names("unshared");
        SHOW(sethostname("two", 3));
        names("named");
        printf("another file: %d\n", inode("/proc/self/ns/uts") != before);
        char text[64] = "";
        REQUIRE(readlink("/proc/self/ns/uts", text, sizeof text - 1) > 0);
        printf("%.5s %d\n", text, strtoul(text + 5, NULL, 10) == inode("/proc/self/ns/uts"));
        SHOW(setns(old, CLONE_NEWIPC));
        SHOW(setns(old, CLONE_NEWUTS));
        names("back");
        printf("the same file: %d\n", inode("/proc/self/ns/uts") == before);
    });
    IN_CHILD({
        SHOW(setns(99, 0));
        SHOW(setns(1, 0));
        SHOW(setns(others, 0));
        int user = open("/proc/self/ns/user", O_RDONLY);
        SHOW(setns(user, CLONE_NEWUSER));
        SHOW(unshare(CLONE_FS | CLONE_FILES | CLONE_SYSVSEM));
        SHOW(unshare(0x1));
        SHOW(sethostname("x", 65));
        SHOW(sethostname("x", -1));
        SHOW(sethostname((char *)8, 4));
        SHOW(sethostname("", 0));
        names("no name");
        SHOW(sethostname("with\0zero", 9));
        names("zero byte");
        REQUIRE(setuid(1000) == 0);
        SHOW(sethostname("x", 65));
        SHOW(setdomainname("x", 1));
        SHOW(unshare(CLONE_NEWUTS));
        SHOW(unshare(CLONE_NEWNS));
        SHOW(unshare(CLONE_FS));
        SHOW(setns(old, 0));
    });
    // IPC.
    IN_CHILD({
        int queue = msgget(IPC_PRIVATE, 0600);
        REQUIRE(queue >= 0);
        struct msqid_ds status;
        SHOW(msgctl(queue, IPC_STAT, &status));
        IN_CHILD({
            int own = open("/proc/self/ns/ipc", O_RDONLY);
            SHOW(unshare(CLONE_NEWIPC));
            SHOW(msgctl(queue, IPC_STAT, &status));
            SHOW(setns(own, 0));
            SHOW(msgctl(queue, IPC_STAT, &status));
        });
        SHOW(msgctl(queue, IPC_RMID, NULL));
    });
    // Numbers.
    struct clone_args arguments = { 0 };
    long free_number = start(&arguments);
    REQUIRE(free_number > 0 && waitpid(free_number, NULL, 0) == free_number);
    pid_t wanted = free_number;
    arguments = (struct clone_args){ .set_tid = (uintptr_t)&wanted, .set_tid_size = 1 };
    long child = start(&arguments);
    printf("the wanted number: %d\n", child == wanted);
    SHOW(start(&arguments));
    waitpid(wanted, NULL, 0);
    wanted = 0;
    SHOW(start(&arguments));
    wanted = -1;
    SHOW(start(&arguments));
    wanted = 1 << 30;
    SHOW(start(&arguments));
    arguments.set_tid_size = 0;
    SHOW(start(&arguments));
    arguments.set_tid_size = 1;
    arguments.set_tid = 0;
    SHOW(start(&arguments));
    arguments.set_tid = 8;
    SHOW(start(&arguments));
    wanted = free_number;
    arguments.set_tid = (uintptr_t)&wanted;
    REQUIRE(setuid(1000) == 0);
    SHOW(start(&arguments));
    return 0;
}
