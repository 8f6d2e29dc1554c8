// System V shared memory: sizes, attaching at chosen addresses, read-only and executable attachments, counts, removal while
// attached, detaching a segment that was cut, controls, names in maps.
#define _GNU_SOURCE
#include "lib/check.h"
#include <setjmp.h>
#include <signal.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/shm.h>

static sigjmp_buf jump;
static void leap(int signal) { siglongjmp(jump, signal); }

#ifndef SHM_DEST
#define SHM_DEST 01000
#define SHM_LOCKED 02000
#endif
#define ATTACH(...) ({ errno = 0; void *at_ = shmat(__VA_ARGS__); at_ == (void *)-1 ? (printf("shmat(%s) = %s\n", #__VA_ARGS__, strerrorname_np(errno)), at_) : at_; })

static void show(int id)
{
    struct shmid_ds s;
    if (shmctl(id, IPC_STAT, &s)) {
        printf("IPC_STAT: %s\n", strerrorname_np(errno));
        return;
    }
    printf("mode %o size %zu nattch %lu cpid %d lpid %d atime %d dtime %d key %x\n", s.shm_perm.mode, s.shm_segsz, s.shm_nattch, s.shm_cpid == getpid(),
           s.shm_lpid == getpid(), s.shm_atime != 0, s.shm_dtime != 0, s.shm_perm.__key);
}

static int store(volatile char *at)
{
    int signal = sigsetjmp(jump, 1);
    if (signal == 0)
        *at = 1;
    return signal;
}

int main(void)
{
    setvbuf(stdout, NULL, _IONBF, 0);
    signal(SIGSEGV, leap);
    key_t key = 0x5a03;
    int old = shmget(key, 0, 0);
    if (old >= 0)
        shmctl(old, IPC_RMID, NULL);
    SHOW(shmget(key, 4096, 0600));
    SHOW(shmget(key, 0, IPC_CREAT | 0600));
    SHOW(shmget(IPC_PRIVATE, -1, 0600));
    int id = shmget(key, 3 * 4096 + 5, IPC_CREAT | 0640);
    REQUIRE(id >= 0);
    SHOW(shmget(key, 1, IPC_CREAT | IPC_EXCL));
    SHOW(shmget(key, 0, 0) == id);
    SHOW(shmget(key, 3 * 4096 + 5, 0) == id);
    SHOW(shmget(key, 3 * 4096 + 6, 0));
    show(id);
    char *first = ATTACH(id, NULL, 0);
    show(id);
    strcpy(first + 4096 * 3, "last page");
    char *second = ATTACH(id, NULL, SHM_RDONLY);
    printf("seen: %s, other address %d\n", second + 4096 * 3, first != second);
    show(id);
    SHOW(store(second));
    SHOW(store(first + 4096 * 4 - 1));
    SHOW(mprotect(second, 4096, PROT_READ | PROT_WRITE));
    ATTACH(id, first, 0);
    ATTACH(id, first + 1, 0);
    ATTACH(id, NULL, SHM_REMAP);
    ATTACH(-1, NULL, 0);
    ATTACH(id + 32768, NULL, 0);
    char *room = mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    room[8192] = 9;
    ATTACH(id, room, 0);
    char *third = ATTACH(id, room + 5, SHM_REMAP | SHM_RND);
    printf("rounded %d, %s\n", third == room, third + 4096 * 3);
    show(id);
    SHOW(munmap(room + 4096, 4096));
    show(id);
    SHOW(shmdt(room + 4096));
    SHOW(shmdt(room + 1));
    SHOW(shmdt(room));
    show(id);
    SHOW(shmdt(room));
    char *code = ATTACH(id, NULL, SHM_EXEC);
    code[0] = 0xc3;
    ((void (*)(void))code)();
    SHOW(shmdt(code));

    char line[400], wanted[64];
    sprintf(wanted, "/SYSV%08x (deleted)", key);
    FILE *maps = fopen("/proc/self/maps", "r");
    int found = 0;
    while (fgets(line, sizeof line, maps))
        found += strstr(line, wanted) != NULL;
    fclose(maps);
    printf("in maps: %d\n", found);

    SHOW(shmctl(id, SHM_LOCK, NULL));
    show(id);
    SHOW(shmctl(id, SHM_UNLOCK, NULL));
    struct shmid_ds s;
    shmctl(id, IPC_STAT, &s);
    s.shm_perm.mode = 0604;
    SHOW(shmctl(id, IPC_SET, &s));
    show(id);
    struct shminfo limits;
    SHOW(shmctl(0, IPC_INFO, (void *)&limits) >= 0);
    printf("%lu %lu %lu %lu %lu\n", limits.shmmax, limits.shmmin, limits.shmmni, limits.shmseg, limits.shmall);
    struct shm_info use;
    int highest = shmctl(0, SHM_INFO, (void *)&use), seen = 0;
    for (int i = 0; i <= highest; i++)
        seen += shmctl(i, SHM_STAT, &s) == id;
    printf("seen %d, in use %d, pages %d, resident %d\n", seen, use.used_ids >= 1, use.shm_tot >= 4, use.shm_rss >= 2);

    SHOW(shmctl(id, IPC_RMID, NULL));
    show(id);
    SHOW(shmget(key, 1, 0));
    char *fourth = ATTACH(id, NULL, 0);
    printf("still there: %s\n", fourth + 4096 * 3);
    SHOW(shmctl(id, IPC_RMID, NULL));
    SHOW(shmdt(fourth));
    SHOW(shmdt(first));
    show(id);
    SHOW(shmdt(second));
    show(id);
    ATTACH(id, NULL, 0);
    SHOW(shmctl(id, 99, &s));
    SHOW(shmctl(-1, IPC_STAT, &s));
    return 0;
}
