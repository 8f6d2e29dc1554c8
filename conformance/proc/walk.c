// The files of /proc and /sys: that they are there, their types and permissions, and the shape of their text: names of fields,
// numbers of columns, units. What is deliberately missing here is listed in `missing` and in `not_here`.
// flags: -pthread
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum kind { EXISTS, FIELDS, LINES, COLUMNS, EMPTY };

struct spec {
    const char *path;
    enum kind kind;
};

// Names in /proc/[pid] and /proc/[pid]/task/[tid] that Linux may have and this kernel has not, and why.
static const char *const missing[] = {
    "arch_status",                                // AVX-512 use of the CPU's own frequency control
    "autogroup",                                  // no groups of sessions in the scheduler
    "ksm_merging_pages", "ksm_stat",              // no merging of equal pages
    "latency", "make-it-fail", "fail-nth", "patch_state", "seccomp_cache", "stack_depth", "gpu", // other options of Linux's build
    "children",                                   // an option of Linux's build, here always
    "exe_file", "cpu_resctrl_groups", "apparmor", "smack",
};

// Fields of texts that Linux has and this kernel has not.
static const char *const not_here[] = {
    "Balloon", "DirectMap4k", "DirectMap2M", "DirectMap1G", "HardwareCorrupted", "CmaTotal", "CmaFree", "Unaccepted", "GPUActive", "GPUReclaim",
    "x86_Thread_features", "x86_Thread_features_locked", "Mems_allowed", "microcode", "TLB size", "bugs", "vmx flags", "Zswap", "Zswapped",
    "SecPageTables", "ShmemHugePages", "FileHugePages", "FilePmdMapped", "ShmemPmdMapped", "AnonHugePages", "Hugetlb", "Kthread", "untag_mask",
    "HugetlbPages", "THP_enabled", "CoreDumping", "SpeculationIndirectBranch", "Speculation_Store_Bypass", "HugePages_Surp", "KSM",
    "ProtectionKey", "intr", "Percpu", "NFS_Unstable", "VmPin",
};

static const struct spec process_files[] = {
    {"attr", EXISTS}, {"attr/current", EXISTS}, {"auxv", EXISTS}, {"cgroup", EXISTS}, {"clear_refs", EXISTS}, {"cmdline", EXISTS},
    {"comm", LINES}, {"coredump_filter", LINES}, {"cpuset", LINES}, {"cwd", EXISTS}, {"environ", EXISTS}, {"exe", EXISTS}, {"fd", EXISTS},
    {"fd/0", EXISTS}, {"fdinfo", EXISTS}, {"fdinfo/0", FIELDS}, {"gid_map", LINES}, {"io", FIELDS}, {"limits", FIELDS}, {"loginuid", LINES},
    {"map_files", EXISTS}, {"maps", COLUMNS}, {"mem", EXISTS}, {"mountinfo", EXISTS}, {"mounts", COLUMNS}, {"mountstats", EXISTS},
    {"net", EXISTS}, {"net/dev", EXISTS}, {"net/unix", EXISTS}, {"ns", EXISTS}, {"ns/pid", EXISTS}, {"numa_maps", EXISTS}, {"oom_adj", LINES},
    {"oom_score", LINES}, {"oom_score_adj", LINES}, {"pagemap", EXISTS}, {"personality", LINES}, {"projid_map", LINES}, {"root", EXISTS},
    {"sched", EXISTS}, {"schedstat", COLUMNS}, {"sessionid", LINES}, {"setgroups", LINES}, {"smaps", FIELDS}, {"smaps_rollup", FIELDS},
    {"stack", EXISTS}, {"stat", COLUMNS}, {"statm", COLUMNS}, {"status", FIELDS}, {"syscall", LINES}, {"task", EXISTS},
    {"timens_offsets", LINES}, {"timers", EMPTY}, {"timerslack_ns", LINES}, {"uid_map", LINES}, {"wchan", LINES},
};

static const struct spec machine_files[] = {
    {"/proc/buddyinfo", EXISTS}, {"/proc/cmdline", EXISTS}, {"/proc/consoles", EXISTS}, {"/proc/cpuinfo", FIELDS}, {"/proc/devices", EXISTS},
    {"/proc/diskstats", EXISTS}, {"/proc/filesystems", EXISTS}, {"/proc/interrupts", EXISTS}, {"/proc/kallsyms", EXISTS},
    {"/proc/loadavg", LINES}, {"/proc/meminfo", FIELDS}, {"/proc/misc", EXISTS}, {"/proc/mounts", EXISTS}, {"/proc/net", EXISTS},
    {"/proc/partitions", EXISTS}, {"/proc/self", EXISTS}, {"/proc/slabinfo", EXISTS}, {"/proc/softirqs", COLUMNS}, {"/proc/stat", FIELDS},
    {"/proc/swaps", LINES}, {"/proc/sys", EXISTS}, {"/proc/sysvipc", EXISTS}, {"/proc/sysvipc/msg", EXISTS}, {"/proc/thread-self", EXISTS},
    {"/proc/tty", EXISTS}, {"/proc/tty/drivers", EXISTS}, {"/proc/tty/ldiscs", EXISTS}, {"/proc/uptime", LINES}, {"/proc/version", EXISTS},
    {"/proc/vmstat", EXISTS}, {"/proc/zoneinfo", EXISTS},
    {"/proc/net/dev", EXISTS}, {"/proc/net/arp", EXISTS}, {"/proc/net/if_inet6", EXISTS}, {"/proc/net/netlink", EXISTS}, {"/proc/net/packet", EXISTS},
    {"/proc/net/protocols", EXISTS}, {"/proc/net/raw", EXISTS}, {"/proc/net/route", EXISTS}, {"/proc/net/snmp", EXISTS},
    {"/proc/net/sockstat", EXISTS}, {"/proc/net/tcp", EXISTS}, {"/proc/net/tcp6", EXISTS}, {"/proc/net/udp", EXISTS}, {"/proc/net/udp6", EXISTS},
    {"/proc/net/unix", EXISTS},
};

static const struct spec settings[] = {
    {"/proc/sys/fs/aio-max-nr", LINES}, {"/proc/sys/fs/aio-nr", LINES}, {"/proc/sys/fs/dentry-state", COLUMNS}, {"/proc/sys/fs/file-max", LINES},
    {"/proc/sys/fs/file-nr", COLUMNS}, {"/proc/sys/fs/inode-nr", COLUMNS}, {"/proc/sys/fs/inode-state", COLUMNS},
    {"/proc/sys/fs/inotify/max_queued_events", EXISTS}, {"/proc/sys/fs/lease-break-time", LINES}, {"/proc/sys/fs/mqueue/msg_max", LINES},
    {"/proc/sys/fs/nr_open", LINES}, {"/proc/sys/fs/overflowuid", EXISTS}, {"/proc/sys/fs/pipe-max-size", LINES},
    {"/proc/sys/fs/suid_dumpable", LINES}, {"/proc/sys/kernel/arch", LINES}, {"/proc/sys/kernel/cap_last_cap", LINES},
    {"/proc/sys/kernel/core_pattern", EXISTS}, {"/proc/sys/kernel/core_uses_pid", LINES}, {"/proc/sys/kernel/domainname", EXISTS},
    {"/proc/sys/kernel/hostname", EXISTS}, {"/proc/sys/kernel/msgmax", LINES}, {"/proc/sys/kernel/ngroups_max", LINES},
    {"/proc/sys/kernel/osrelease", EXISTS}, {"/proc/sys/kernel/ostype", LINES}, {"/proc/sys/kernel/overflowuid", LINES},
    {"/proc/sys/kernel/panic", LINES}, {"/proc/sys/kernel/pid_max", LINES}, {"/proc/sys/kernel/printk", COLUMNS},
    {"/proc/sys/kernel/random/boot_id", EXISTS}, {"/proc/sys/kernel/random/entropy_avail", LINES}, {"/proc/sys/kernel/random/poolsize", LINES},
    {"/proc/sys/kernel/random/uuid", EXISTS}, {"/proc/sys/kernel/seccomp/actions_avail", LINES}, {"/proc/sys/kernel/sem", COLUMNS},
    {"/proc/sys/kernel/shmall", LINES}, {"/proc/sys/kernel/shmmax", LINES}, {"/proc/sys/kernel/shmmni", LINES}, {"/proc/sys/kernel/tainted", LINES},
    {"/proc/sys/kernel/threads-max", LINES}, {"/proc/sys/kernel/version", EXISTS}, {"/proc/sys/net/core/somaxconn", LINES},
    {"/proc/sys/net/ipv4/ip_local_port_range", COLUMNS}, {"/proc/sys/net/ipv4/tcp_rmem", COLUMNS}, {"/proc/sys/net/unix/max_dgram_qlen", LINES},
    {"/proc/sys/vm/drop_caches", EXISTS}, {"/proc/sys/vm/max_map_count", LINES}, {"/proc/sys/vm/mmap_min_addr", EXISTS},
    {"/proc/sys/vm/overcommit_memory", LINES}, {"/proc/sys/vm/overcommit_ratio", LINES}, {"/proc/sys/vm/swappiness", LINES},
};

static const struct spec sys_files[] = {
    {"/sys/block", EXISTS}, {"/sys/bus", EXISTS}, {"/sys/bus/cpu/devices/cpu0", EXISTS}, {"/sys/class", EXISTS}, {"/sys/class/mem/null", EXISTS},
    {"/sys/class/net/lo", EXISTS}, {"/sys/class/net/lo/address", LINES}, {"/sys/class/net/lo/ifindex", LINES}, {"/sys/class/net/lo/type", LINES},
    {"/sys/class/net/lo/statistics/rx_bytes", LINES}, {"/sys/class/tty/tty/dev", LINES}, {"/sys/dev/block", EXISTS}, {"/sys/dev/char/1:3", EXISTS},
    {"/sys/devices/system/cpu/online", EXISTS}, {"/sys/devices/system/cpu/possible", EXISTS}, {"/sys/devices/system/cpu/present", EXISTS},
    {"/sys/devices/system/cpu/cpu0/topology/core_id", LINES}, {"/sys/devices/system/cpu/cpu0/topology/physical_package_id", LINES},
    {"/sys/devices/system/cpu/cpu0/topology/thread_siblings_list", EXISTS}, {"/sys/devices/system/cpu/cpu0/cache/index0/level", LINES},
    {"/sys/devices/system/cpu/cpu0/cache/index0/type", LINES}, {"/sys/devices/system/cpu/cpu0/cache/index0/size", LINES},
    {"/sys/devices/system/cpu/cpu0/cache/index0/coherency_line_size", LINES}, {"/sys/devices/system/cpu/cpu0/cache/index0/shared_cpu_map", EXISTS},
    {"/sys/devices/system/cpu/vulnerabilities/meltdown", EXISTS}, {"/sys/devices/system/memory/block_size_bytes", LINES},
    {"/sys/devices/system/memory/memory0/state", LINES}, {"/sys/devices/system/node/online", LINES}, {"/sys/devices/system/node/node0/cpumap", EXISTS},
    {"/sys/devices/system/node/node0/distance", EXISTS}, {"/sys/devices/system/node/node0/meminfo", EXISTS},
    {"/sys/devices/virtual/mem/null/uevent", LINES}, {"/sys/firmware", EXISTS}, {"/sys/fs", EXISTS}, {"/sys/kernel", EXISTS},
    {"/sys/kernel/mm/transparent_hugepage/enabled", EXISTS}, {"/sys/kernel/mm/transparent_hugepage/hpage_pmd_size", EXISTS}, {"/sys/module", EXISTS},
    {"/sys/power", EXISTS},
};

static int is_in(const char *const *names, size_t count, const char *name) {
    for (size_t i = 0; i < count; i++)
        if (strcmp(names[i], name) == 0)
            return 1;
    return 0;
}

#define IS_IN(names, name) is_in(names, sizeof(names) / sizeof(names[0]), name)

static char text[1 << 20];

static int load(const char *path) {
    int fd = open(path, O_RDONLY), total = 0, n;
    if (fd < 0)
        return -errno;
    while (total < (int)sizeof(text) - 1 && (n = read(fd, text + total, sizeof(text) - 1 - total)) > 0)
        total += n;
    n = n < 0 ? -errno : total;
    text[total] = 0;
    close(fd);
    return n;
}

// Whether it is a number, in decimal or hexadecimal digits, with a sign, a fraction or a unit.
static int is_number(const char *word) {
    if (*word == '-' || *word == '+')
        word++;
    if (word[0] == '0' && word[1] == 'x')
        word += 2;
    int digits = 0;
    for (; *word; word++) {
        if (isxdigit((unsigned char)*word))
            digits++;
        else if (!strchr(".:,/K", *word))
            return 0;
    }
    return digits > 0;
}

// Each kind of line once, numbers as N.
static void print_lines(int columns_only) {
    char seen[64][512];
    int kinds = 0;
    char *save_line;
    for (char *line = strtok_r(text, "\n", &save_line); line; line = strtok_r(NULL, "\n", &save_line)) {
        char shape[512] = "", *save_word;
        int columns = 0;
        for (char *word = strtok_r(line, " \t", &save_word); word; word = strtok_r(NULL, " \t", &save_word)) {
            columns++;
            if (strlen(shape) + strlen(word) + 2 < sizeof(shape)) {
                strcat(shape, is_number(word) ? "N" : word);
                strcat(shape, " ");
            }
        }
        if (columns_only)
            snprintf(shape, sizeof(shape), "%d columns", columns);
        int known = 0;
        for (int i = 0; i < kinds; i++)
            known |= strcmp(seen[i], shape) == 0;
        if (!known && kinds < 64) {
            strcpy(seen[kinds++], shape);
            printf("    %s\n", shape);
        }
    }
}

// What stands before a colon, or else before the first number, of each line; each once.
static void print_fields(void) {
    char seen[256][64];
    int kinds = 0;
    char *save_line;
    for (char *line = strtok_r(text, "\n", &save_line); line; line = strtok_r(NULL, "\n", &save_line)) {
        char name[64];
        size_t end = strcspn(line, ":");
        if (line[end] != ':' || isxdigit((unsigned char)line[0]) && strchr(line, '-')) {
            // The head of an area in smaps, a line of stat or of limits: the words up to two blanks or a digit.
            end = 0;
            while (line[end] && !isdigit((unsigned char)line[end]) && strncmp(line + end, "  ", 2) != 0)
                end++;
        }
        while (end > 0 && isspace((unsigned char)line[end - 1]))
            end--;
        if (end == 0 || end >= sizeof(name) || strchr(line, '[') && isxdigit((unsigned char)line[0]) && strchr(line, '-'))
            continue;
        memcpy(name, line, end);
        name[end] = 0;
        if (isdigit((unsigned char)name[0]) || strchr(name, '-') && is_number(name))
            continue;
        int known = IS_IN(not_here, name);
        for (int i = 0; i < kinds; i++)
            known |= strcmp(seen[i], name) == 0;
        if (!known && kinds < 256) {
            strcpy(seen[kinds++], name);
            printf("    %s\n", name);
        }
    }
}

static void show(const char *path, enum kind kind) {
    struct stat st;
    if (lstat(path, &st) != 0) {
        printf("%s: %s\n", path, strerror(errno));
        return;
    }
    printf("%s: %06o\n", path, st.st_mode);
    if (kind == EXISTS)
        return;
    int n = load(path);
    if (n < 0 || kind == EMPTY || n == 0) {
        printf("    %s\n", n < 0 ? strerror(-n) : n == 0 ? "empty" : "not empty");
        return;
    }
    if (kind == FIELDS)
        print_fields();
    else
        print_lines(kind == COLUMNS);
}

static void show_all(const struct spec *specs, size_t count, const char *base) {
    char path[256];
    for (size_t i = 0; i < count; i++) {
        snprintf(path, sizeof(path), "%s%s", base, specs[i].path);
        show(path, specs[i].kind);
    }
}

#define SHOW_ALL(specs, base) show_all(specs, sizeof(specs) / sizeof(specs[0]), base)

static int by_name(const struct dirent **a, const struct dirent **b) {
    return strcmp((*a)->d_name, (*b)->d_name);
}

// All names of a directory but those that are known to be missing, with their types.
static void list(const char *path) {
    struct dirent **entries;
    int count = scandir(path, &entries, NULL, by_name);
    printf("%s has\n", path);
    for (int i = 0; i < count; i++)
        if (!IS_IN(missing, entries[i]->d_name))
            printf("    %s %d\n", entries[i]->d_name, entries[i]->d_type);
}

int main(void) {
    char task[64];
    setvbuf(stdout, NULL, _IOFBF, 1 << 16);
    snprintf(task, sizeof(task), "/proc/self/task/%d/", getpid());
    list("/proc/self");
    list("/proc/self/attr");
    list("/proc/self/ns");
    puts("/proc/self/task/TID");
    SHOW_ALL(process_files, "/proc/self/");
    SHOW_ALL(machine_files, "");
    SHOW_ALL(settings, "");
    SHOW_ALL(sys_files, "");
    if (chdir(task) != 0)
        return 99;
    list(".");
    return 0;
}
