// flags: -pthread
// Policies, priorities, affinity, names: what one thread sees of itself and of others.
#include "lib/check.h"
#include <pthread.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>

int main(void)
{
    // A test run that was made nice is so natively only.
    setpriority(PRIO_PROCESS, 0, 0);
    struct sched_param p = {0};
    char name[17] = "";
    SHOW(sched_getscheduler(0));
    SHOW(sched_getparam(0, &p));
    printf("priority %d\n", p.sched_priority);
    SHOW(sched_get_priority_max(SCHED_FIFO));
    SHOW(sched_get_priority_min(SCHED_RR));
    SHOW(sched_get_priority_max(SCHED_OTHER));
    SHOW(sched_get_priority_max(77));
    p.sched_priority = 5;
    SHOW(sched_setscheduler(0, SCHED_OTHER, &p));
    p.sched_priority = 0;
    SHOW(sched_setscheduler(0, SCHED_BATCH, &p));
    SHOW(sched_getscheduler(0));
    SHOW(sched_getscheduler(-1));
    SHOW(sched_getscheduler(99999999));
    SHOW(getpriority(PRIO_PROCESS, 0));
    SHOW(setpriority(PRIO_PROCESS, 0, 5));
    SHOW(getpriority(PRIO_PROCESS, 0));
    SHOW(setpriority(PRIO_PROCESS, 0, 100));
    SHOW(getpriority(PRIO_PROCESS, 0));
    SHOW(getpriority(9, 0));
    SHOW(getpriority(PRIO_PROCESS, 99999999));
    cpu_set_t set;
    SHOW(sched_getaffinity(0, sizeof set, &set));
    int cpus = CPU_COUNT(&set);
    CPU_ZERO(&set);
    SHOW(sched_setaffinity(0, sizeof set, &set));
    CPU_SET(0, &set);
    SHOW(sched_setaffinity(0, sizeof set, &set));
    SHOW(sched_getcpu());
    SHOW(sched_getaffinity(0, sizeof set, &set));
    printf("more than before: %d\n", CPU_COUNT(&set) > cpus);
    SHOW(CPU_COUNT(&set));
    SHOW(syscall(SYS_sched_getaffinity, 0, 4, &set));
    SHOW(syscall(SYS_sched_getaffinity, 0, 8, NULL));
    SHOW(sched_yield());
    SHOW(prctl(PR_SET_NAME, "a name that is too long"));
    SHOW(prctl(PR_GET_NAME, name));
    printf("[%s]\n", name);
    SHOW(prctl(PR_GET_DUMPABLE));
    SHOW(prctl(PR_SET_DUMPABLE, 5));
    SHOW(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0));
    SHOW(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
    SHOW(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0));
    SHOW(prctl(PR_GET_TIMERSLACK));
    SHOW(prctl(12345));
    struct rusage usage;
    SHOW(getrusage(RUSAGE_SELF, &usage));
    SHOW(getrusage(7, &usage));
    SHOW(syscall(SYS_membarrier, 8, 0, 0));
    SHOW(syscall(SYS_membarrier, 16, 0, 0));
    SHOW(syscall(SYS_membarrier, 8, 0, 0));
    SHOW(syscall(SYS_membarrier, 8, 4, 0));
    return 0;
}
