// All places that tell the machine's size agree: CPUs and memory, also in a zone with limits.
// zone: --cpus 1 -m 512m
// mask: node memory \d => node memory N
#define _GNU_SOURCE
#include <dirent.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysinfo.h>
#include <unistd.h>

static int count_lines(const char *path, const char *start, int needs_digit) {
    char line[8192];
    int count = 0;
    FILE *file = fopen(path, "r");
    while (file && fgets(line, sizeof(line), file)) {
        size_t n = strlen(start);
        count += strncmp(line, start, n) == 0 && (!needs_digit || (line[n] >= '0' && line[n] <= '9'));
    }
    if (file)
        fclose(file);
    return count;
}

static int count_ranges(const char *path) {
    char text[256] = "";
    int count = 0;
    FILE *file = fopen(path, "r");
    if (!file || !fgets(text, sizeof(text), file))
        return -1;
    fclose(file);
    for (char *part = strtok(text, ",\n"); part; part = strtok(NULL, ",\n")) {
        int first, last;
        count += sscanf(part, "%d-%d", &first, &last) == 2 ? last - first + 1 : 1;
    }
    return count;
}

static int count_entries(const char *path, const char *start) {
    int count = 0;
    DIR *directory = opendir(path);
    for (struct dirent *entry; directory && (entry = readdir(directory));) {
        size_t n = strlen(start);
        count += strncmp(entry->d_name, start, n) == 0 && entry->d_name[n] >= '0' && entry->d_name[n] <= '9';
    }
    return count;
}

static long memory_line(const char *path, const char *name) {
    char line[256];
    FILE *file = fopen(path, "r");
    while (file && fgets(line, sizeof(line), file)) {
        char *at = strstr(line, name);
        if (at) {
            fclose(file);
            return atol(at + strlen(name));
        }
    }
    return -1;
}

int main(void) {
    cpu_set_t set;
    sched_getaffinity(0, sizeof(set), &set);
    int cpus = CPU_COUNT(&set);
    printf("configured %d\n", sysconf(_SC_NPROCESSORS_CONF) == cpus);
    printf("online %d\n", sysconf(_SC_NPROCESSORS_ONLN) == cpus);
    printf("cpuinfo %d\n", count_lines("/proc/cpuinfo", "processor\t:", 0) == cpus);
    printf("stat %d\n", count_lines("/proc/stat", "cpu", 1) == cpus);
    printf("sys online %d\n", count_ranges("/sys/devices/system/cpu/online") == cpus);
    printf("sys present %d\n", count_ranges("/sys/devices/system/cpu/present") == cpus);
    printf("sys directories %d\n", count_entries("/sys/devices/system/cpu", "cpu") == cpus);
    printf("node %d\n", count_ranges("/sys/devices/system/node/node0/cpulist") == cpus);
    printf("status %d\n", memory_line("/proc/self/status", "Cpus_allowed:\t") > 0);
    printf("runs on one of them %d\n", CPU_ISSET(sched_getcpu(), &set));
    CPU_ZERO(&set);
    CPU_SET(cpus, &set);
    printf("on no other %d\n", sched_setaffinity(0, sizeof(set), &set));

    long total = memory_line("/proc/meminfo", "MemTotal:"), free_memory = memory_line("/proc/meminfo", "MemFree:");
    struct sysinfo info;
    sysinfo(&info);
    printf("pages %d\n", sysconf(_SC_PHYS_PAGES) * 4 == total);
    printf("sysinfo %d\n", (long)(info.totalram * info.mem_unit / 1024) == total);
    printf("node memory %d\n", memory_line("/sys/devices/system/node/node0/meminfo", "MemTotal:") == total);
    printf("free %d\n", free_memory > 0 && free_memory <= total);
    printf("available %d\n", memory_line("/proc/meminfo", "MemAvailable:") <= total);
    return 0;
}
