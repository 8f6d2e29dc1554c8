// flags: -static
// Sets of capabilities: capget, capset, bounding set, ambient set. capabilities(7).
#include "lib/identity.h"

#define BIT(capability) (1ull << (capability))

int main(void)
{
    equal_root();
    struct __user_cap_header_struct header = { .version = 0 };
    struct __user_cap_data_struct data[2];
    SHOW(syscall(SYS_capget, &header, data));
    printf("version %x\n", header.version);
    header.version = 0;
    SHOW(syscall(SYS_capget, &header, NULL));
    header.pid = -1;
    SHOW(syscall(SYS_capget, &header, data));
    SHOW(syscall(SYS_capget, &header, NULL));
    header.pid = 0x3fffff;
    SHOW(syscall(SYS_capget, &header, data));
    SHOW(syscall(SYS_capset, &header, data));
    SHOW(syscall(SYS_capget, NULL, data));
    header.pid = 0;
    header.version = 0x19980330;
    SHOW(syscall(SYS_capget, &header, data));
    printf("version 1: %x\n", data[0].permitted);

    IN_CHILD({
        SHOW(set_capabilities(BIT(CAP_CHOWN), BIT(CAP_CHOWN) | BIT(CAP_SETPCAP), BIT(CAP_KILL)));
        show_identity("few");
        SHOW(set_capabilities(BIT(CAP_KILL), BIT(CAP_CHOWN), 0));
        SHOW(set_capabilities(0, BIT(CAP_CHOWN) | BIT(CAP_KILL), 0));
        SHOW(set_capabilities(0, BIT(CAP_CHOWN), BIT(CAP_KILL) | BIT(CAP_FOWNER)));
        SHOW(set_capabilities(0, BIT(CAP_CHOWN), BIT(CAP_KILL)));
        SHOW(set_capabilities(0, 0, 0));
        show_identity("none");
        SHOW(prctl(PR_CAPBSET_DROP, CAP_KILL));
    });
    IN_CHILD({
        SHOW(prctl(PR_CAPBSET_READ, CAP_KILL));
        SHOW(prctl(PR_CAPBSET_DROP, CAP_KILL));
        SHOW(prctl(PR_CAPBSET_DROP, CAP_KILL));
        SHOW(prctl(PR_CAPBSET_READ, CAP_KILL));
        SHOW(prctl(PR_CAPBSET_READ, CAP_LAST_CAP));
        SHOW(prctl(PR_CAPBSET_READ, 41));
        SHOW(prctl(PR_CAPBSET_DROP, 41));
        struct capability_sets sets;
        get_capabilities(&sets);
        SHOW(set_capabilities(sets.effective, sets.permitted, BIT(CAP_KILL)));
        SHOW(set_capabilities(sets.effective, sets.permitted, BIT(CAP_CHOWN)));
        SHOW(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_KILL, 0, 0));
        SHOW(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_CHOWN, 0, 0));
        SHOW(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_CHOWN, 0, 0));
        show_identity("raised");
        SHOW(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, CAP_CHOWN, 0, 0));
        SHOW(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_LOWER, CAP_FOWNER, 0, 0));
        SHOW(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, 41, 0, 0));
        SHOW(prctl(PR_CAP_AMBIENT, 5, CAP_CHOWN, 0, 0));
        SHOW(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 1, 0, 0));
        SHOW(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_LOWER, 1, 1, 0));
        SHOW(prctl(PR_SET_KEEPCAPS, 1));
        SHOW(setuid(1000));
        show_identity("other user");
        SHOW(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_CHOWN, 0, 0));
        show_identity("raised again");
        SHOW(set_capabilities(0, 0, BIT(CAP_CHOWN)));
        show_identity("not permitted");
    });
    IN_CHILD({
        struct capability_sets sets;
        get_capabilities(&sets);
        SHOW(set_capabilities(sets.effective, sets.permitted, BIT(CAP_CHOWN)));
        SHOW(prctl(PR_SET_SECUREBITS, SECBIT_NO_CAP_AMBIENT_RAISE));
        SHOW(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_CHOWN, 0, 0));
        SHOW(prctl(PR_SET_SECUREBITS, 0));
        SHOW(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_CHOWN, 0, 0));
        SHOW(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0));
        show_identity("cleared");
    });
    return 0;
}
