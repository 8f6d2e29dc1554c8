// flags: -static
// Who a program is after execve: set-user-ID and set-group-ID programs, capabilities of files, securebits, no_new_privs.
// capabilities(7), "Transformation of capabilities during execve()".
#include "lib/identity.h"
#include <fcntl.h>
#include <linux/securebits.h>
#include <sched.h>
#include <signal.h>
#include <sys/auxv.h>
#include <sys/personality.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/xattr.h>

#define BIT(capability) (1ull << (capability))

static int program;

static void tell(void)
{
    show_identity("  program");
    struct rlimit stack;
    getrlimit(RLIMIT_STACK, &stack);
    printf("  secure %lu, vector %lu %lu %lu %lu, personality %x, stack %lu\n", getauxval(AT_SECURE), getauxval(AT_UID), getauxval(AT_EUID),
        getauxval(AT_GID), getauxval(AT_EGID), personality(-1) & ~0xff, stack.rlim_cur >> 20);
}

static void run(void)
{
    char *arguments[] = { "program", NULL };
    char *environment[] = { "TELL=1", NULL };
    prctl(PR_SET_PDEATHSIG, SIGUSR1);
    fflush(stdout);
    SHOW(syscall(SYS_execveat, program, "", arguments, environment, AT_EMPTY_PATH));
}

static void make(uid_t user, gid_t group, mode_t mode)
{
    REQUIRE(fchown(program, user, group) == 0 && fchmod(program, mode) == 0);
}

static void give(unsigned revision, unsigned long long permitted, unsigned long long inheritable)
{
    unsigned value[5] = { revision, (unsigned)permitted, (unsigned)inheritable, (unsigned)(permitted >> 32), (unsigned)(inheritable >> 32) };
    REQUIRE(fsetxattr(program, "security.capability", value, sizeof value, 0) == 0);
}

static void copy_self(void)
{
    char buffer[65536];
    int from = open("/proc/self/exe", O_RDONLY);
    int to = open("program", O_WRONLY | O_CREAT | O_TRUNC, 0755);
    REQUIRE(from >= 0 && to >= 0);
    for (ssize_t n; (n = read(from, buffer, sizeof buffer)) > 0;)
        REQUIRE(write(to, buffer, n) == n);
    close(from);
    close(to);
    program = open("program", O_RDONLY | O_CLOEXEC);
    REQUIRE(program >= 0);
}

static int share(void *unused)
{
    (void)unused;
    REQUIRE(setuid(1000) == 0);
    run();
    return 0;
}

#define CASE(what, ...)        \
    do {                       \
        printf("%s\n", what);  \
        IN_CHILD({             \
            __VA_ARGS__;       \
            run();             \
        });                    \
    } while (0)

int main(void)
{
    if (getenv("TELL")) {
        tell();
        return 0;
    }
    equal_root();
    copy_self();

    make(0, 0, 0755);
    CASE("root", (void)0);
    CASE("user", REQUIRE(setresgid(100, 100, 100) == 0 && setuid(1000) == 0));
    CASE("effective user", REQUIRE(seteuid(1000) == 0));
    CASE("real user", REQUIRE(setresuid(1000, 0, 0) == 0));
    CASE("personality and stack", {
        struct rlimit stack = { 64 << 20, 128 << 20 };
        REQUIRE(personality(ADDR_NO_RANDOMIZE | READ_IMPLIES_EXEC) != -1 && setrlimit(RLIMIT_STACK, &stack) == 0 && setuid(1000) == 0);
    });
    CASE("not to be read", make(0, 0, 0711); REQUIRE(setuid(1000) == 0));
    CASE("no permission", make(0, 0, 0700); REQUIRE(setuid(1000) == 0));

    make(0, 0, 04755);
    CASE("set-user-ID root", {
        struct rlimit stack = { 64 << 20, 128 << 20 };
        REQUIRE(personality(ADDR_NO_RANDOMIZE | READ_IMPLIES_EXEC) != -1 && setrlimit(RLIMIT_STACK, &stack) == 0 && setuid(1000) == 0);
    });
    CASE("set-user-ID root, no_new_privs", REQUIRE(setuid(1000) == 0 && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0));
    CASE("set-user-ID root, noroot", REQUIRE(prctl(PR_SET_SECUREBITS, SECBIT_NOROOT) == 0 && setuid(1000) == 0));
    CASE("set-user-ID root, bounded", REQUIRE(prctl(PR_CAPBSET_DROP, CAP_KILL) == 0 && setuid(1000) == 0));
    printf("set-user-ID root, shared working directory\n");
    fflush(stdout);
    static char stack[65536];
    int status;
    pid_t child = clone(share, stack + sizeof stack, CLONE_FS | SIGCHLD, NULL);
    REQUIRE(child > 0 && waitpid(child, &status, 0) == child);
    make(1001, 101, 04755);
    CASE("set-user-ID 1001 from root", (void)0);
    CASE("set-user-ID 1001 from 1000", REQUIRE(setuid(1000) == 0));
    CASE("set-user-ID 1001, keepcaps", REQUIRE(prctl(PR_SET_KEEPCAPS, 1) == 0));
    make(1001, 101, 02755);
    CASE("set-group-ID", REQUIRE(setresgid(100, 100, 100) == 0 && setuid(1000) == 0));
    make(1001, 101, 02745);
    CASE("set-group-ID without x", REQUIRE(setresgid(100, 100, 100) == 0 && setuid(1000) == 0));
    make(1001, 101, 06755);
    CASE("both", REQUIRE(setresgid(100, 100, 100) == 0 && setuid(1000) == 0));

    make(0, 0, 0755);
    CASE("ambient", {
        struct capability_sets sets;
        get_capabilities(&sets);
        REQUIRE(set_capabilities(sets.effective, sets.permitted, BIT(CAP_CHOWN) | BIT(CAP_KILL)) == 0);
        REQUIRE(prctl(PR_SET_KEEPCAPS, 1) == 0 && setuid(1000) == 0);
        REQUIRE(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_CHOWN, 0, 0) == 0);
    });
    CASE("noroot", {
        struct capability_sets sets;
        get_capabilities(&sets);
        REQUIRE(set_capabilities(sets.effective, sets.permitted, BIT(CAP_KILL)) == 0);
        REQUIRE(prctl(PR_SET_SECUREBITS, SECBIT_NOROOT) == 0);
    });

    give(VFS_CAP_REVISION_2 | VFS_CAP_FLAGS_EFFECTIVE, BIT(CAP_NET_RAW) | BIT(CAP_CHOWN), BIT(CAP_KILL));
    CASE("file capabilities", REQUIRE(setuid(1000) == 0));
    CASE("file capabilities, root", (void)0);
    CASE("file capabilities, no_new_privs", REQUIRE(setuid(1000) == 0 && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0));
    CASE("file capabilities, bounded", REQUIRE(prctl(PR_CAPBSET_DROP, CAP_CHOWN) == 0 && setuid(1000) == 0));
    CASE("file capabilities, inheritable, ambient", {
        struct capability_sets sets;
        get_capabilities(&sets);
        REQUIRE(set_capabilities(sets.effective, sets.permitted, BIT(CAP_KILL) | BIT(CAP_FOWNER)) == 0);
        REQUIRE(prctl(PR_SET_KEEPCAPS, 1) == 0 && setuid(1000) == 0);
        REQUIRE(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_FOWNER, 0, 0) == 0);
    });
    make(0, 0, 04755);
    give(VFS_CAP_REVISION_2 | VFS_CAP_FLAGS_EFFECTIVE, BIT(CAP_NET_RAW), 0);
    CASE("file capabilities and set-user-ID root", REQUIRE(setuid(1000) == 0));
    make(0, 0, 0755);
    give(VFS_CAP_REVISION_2, BIT(CAP_NET_RAW), 0);
    CASE("file capabilities, not effective", REQUIRE(setuid(1000) == 0));
    CASE("file capabilities, not effective, bounded", REQUIRE(prctl(PR_CAPBSET_DROP, CAP_NET_RAW) == 0 && setuid(1000) == 0));
    return 0;
}
