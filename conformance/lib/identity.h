// Shared by the programs about users and capabilities.
#ifndef IDENTITY_H
#define IDENTITY_H

#include "check.h"
#include <grp.h>
#include <linux/capability.h>
#include <linux/securebits.h>
#include <stdbool.h>
#include <sys/fsuid.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/wait.h>

struct capability_sets {
    unsigned long long effective, permitted, inheritable;
};

static inline int get_capabilities(struct capability_sets *sets)
{
    struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
    struct __user_cap_data_struct data[2];
    int result = syscall(SYS_capget, &header, data);
    sets->effective = data[0].effective | (unsigned long long)data[1].effective << 32;
    sets->permitted = data[0].permitted | (unsigned long long)data[1].permitted << 32;
    sets->inheritable = data[0].inheritable | (unsigned long long)data[1].inheritable << 32;
    return result;
}

static inline int set_capabilities(unsigned long long effective, unsigned long long permitted, unsigned long long inheritable)
{
    struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
    struct __user_cap_data_struct data[2] = {
        { (unsigned)effective, (unsigned)permitted, (unsigned)inheritable },
        { (unsigned)(effective >> 32), (unsigned)(permitted >> 32), (unsigned)(inheritable >> 32) },
    };
    return syscall(SYS_capset, &header, data);
}

/// Where the test runs decides what root may do: here it has what it has everywhere.
static inline void equal_root(void)
{
    REQUIRE(getuid() == 0);
    struct capability_sets now;
    unsigned long long rare = 1ull << CAP_SYS_RESOURCE | 1ull << CAP_SYS_RAWIO | 1ull << CAP_AUDIT_READ | 1ull << CAP_SYS_MODULE;
    for (int i = 0; i <= CAP_LAST_CAP; i++) {
        if (rare >> i & 1)
            prctl(PR_CAPBSET_DROP, i);
    }
    REQUIRE(get_capabilities(&now) == 0);
    now.permitted &= ~rare;
    REQUIRE(set_capabilities(now.permitted, now.permitted, now.inheritable) == 0);
    REQUIRE(setgroups(0, NULL) == 0);
}

static inline void show_identity(const char *when)
{
    unsigned r, e, s;
    struct capability_sets sets;
    get_capabilities(&sets);
    unsigned long long ambient = 0;
    for (int i = 0; i <= CAP_LAST_CAP; i++)
        ambient |= (unsigned long long)(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, i, 0, 0) == 1) << i;
    getresuid(&r, &e, &s);
    printf("%s: users %u %u %u", when, r, e, s);
    getresgid(&r, &e, &s);
    printf(", groups %u %u %u", r, e, s);
    printf(", fs %d %d", setfsuid(-1), setfsgid(-1));
    printf(", p %llx e %llx i %llx a %llx", sets.permitted, sets.effective, sets.inheritable, ambient);
    int signal = -1;
    prctl(PR_GET_PDEATHSIG, &signal);
    printf(", bits %x, dumpable %d, parent-death signal %d\n",
        prctl(PR_GET_SECUREBITS), prctl(PR_GET_DUMPABLE), signal);
}

/// Runs the block in a child and waits for it.
#define IN_CHILD(...)                                     \
    do {                                                  \
        fflush(stdout);                                   \
        pid_t child_ = fork();                            \
        REQUIRE(child_ >= 0);                             \
        if (child_ == 0) {                                \
            __VA_ARGS__;                                  \
            fflush(stdout);                               \
            _exit(0);                                     \
        }                                                 \
        int status_;                                      \
        REQUIRE(waitpid(child_, &status_, 0) == child_);  \
        if (status_ != 0)                                 \
            printf("status %x\n", status_);               \
    } while (0)

#endif
