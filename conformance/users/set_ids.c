// flags: -static
// What becomes of users, groups and capabilities when they are set. credentials(7), capabilities(7).
#include "lib/identity.h"
#include <signal.h>

#define STEP(call)                           \
    do {                                     \
        SHOW(call);                          \
        show_identity("  then");             \
    } while (0)

int main(void)
{
    equal_root();
    show_identity("root");
    IN_CHILD({
        prctl(PR_SET_PDEATHSIG, SIGUSR1);
        STEP(setuid(1000));
        STEP(setuid(0));
        STEP(seteuid(0));
        SHOW(prctl(PR_SET_DUMPABLE, 1));
        STEP(setuid(1000));
        SHOW(prctl(PR_SET_DUMPABLE, 2));
        SHOW(setuid(-1));
    });
    IN_CHILD({
        STEP(seteuid(1000));
        STEP(setuid(1001));
        STEP(seteuid(0));
        STEP(setreuid(1000, 1000));
        STEP(setreuid(0, -1));
    });
    IN_CHILD({
        STEP(setresuid(1000, 1001, 1002));
        STEP(setresuid(1001, 1002, 1000));
        STEP(setresuid(0, -1, -1));
        STEP(setreuid(1002, 1001));
        STEP(setreuid(1000, -1));
        STEP(setreuid(-1, 1001));
        STEP(setuid(1002));
    });
    IN_CHILD({
        STEP(setreuid(-1, 1000));
        STEP(setreuid(1000, 0));
        STEP(setreuid(0, 1000));
    });
    IN_CHILD({
        STEP(setgid(100));
        STEP(setresgid(101, 102, 103));
        STEP(setuid(1000));
        STEP(setresgid(102, 103, 101));
        STEP(setregid(103, -1));
        STEP(setregid(-1, 102));
        STEP(setgid(0));
        STEP(setegid(103));
    });
    IN_CHILD({
        printf("setfsuid %d\n", setfsuid(1000));
        show_identity("  then");
        printf("setfsuid %d\n", setfsuid(0));
        show_identity("  then");
        printf("setfsgid %d\n", setfsgid(100));
        show_identity("  then");
        STEP(setresuid(1, 2, 3));
        printf("setfsuid %d\n", setfsuid(1000));
        printf("setfsuid %d\n", setfsuid(1));
        printf("setfsuid %d\n", setfsuid(3));
        show_identity("  then");
    });
    // Kept capabilities and the other securebits.
    IN_CHILD({
        SHOW(prctl(PR_SET_KEEPCAPS, 1));
        SHOW(prctl(PR_GET_KEEPCAPS));
        STEP(setuid(1000));
        struct capability_sets sets;
        get_capabilities(&sets);
        SHOW(set_capabilities(1 << CAP_SETUID, sets.permitted, 0));
        STEP(setresuid(1000, 0, 1000));
        SHOW(prctl(PR_SET_KEEPCAPS, 2));
        SHOW(prctl(PR_SET_KEEPCAPS, 0));
        STEP(setresuid(1000, 1000, 1000));
    });
    IN_CHILD({
        SHOW(prctl(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP));
        STEP(setresuid(1000, 1001, 1002));
        STEP(setresuid(0, 0, 0));
        setfsuid(5);
        show_identity("setfsuid");
    });
    IN_CHILD({
        SHOW(prctl(PR_SET_SECUREBITS, SECBIT_KEEP_CAPS | SECBIT_KEEP_CAPS_LOCKED));
        SHOW(prctl(PR_SET_KEEPCAPS, 0));
        SHOW(prctl(PR_SET_SECUREBITS, SECBIT_KEEP_CAPS));
        SHOW(prctl(PR_SET_SECUREBITS, SECBIT_KEEP_CAPS_LOCKED));
        SHOW(prctl(PR_SET_SECUREBITS, SECBIT_KEEP_CAPS | SECBIT_KEEP_CAPS_LOCKED | SECBIT_NOROOT));
        SHOW(prctl(PR_SET_SECUREBITS, 1 << 20));
        SHOW(prctl(PR_GET_SECUREBITS));
        STEP(setuid(1000));
        SHOW(prctl(PR_SET_SECUREBITS, 0));
    });
    // Supplementary groups.
    gid_t groups[4] = { 30, 10, 20, 10 };
    gid_t read[8];
    SHOW(setgroups(4, groups));
    int count = getgroups(8, read);
    printf("%d groups:", count);
    for (int i = 0; i < count; i++)
        printf(" %u", read[i]);
    printf("\n");
    SHOW(getgroups(0, NULL));
    SHOW(getgroups(2, read));
    SHOW(syscall(SYS_getgroups, -1, read));
    SHOW(setgroups(70000, groups));
    SHOW(syscall(SYS_setgroups, 2, NULL));
    SHOW(setuid(1000));
    SHOW(setgroups(0, NULL));
    return 0;
}
