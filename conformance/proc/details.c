// What /proc/[pid] says of descriptors, of children and zombies, of what was read and written, and of those who may not look.
// flags: -pthread
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <stddef.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static char text[1 << 18];

static int load(const char *path) {
    int fd = open(path, O_RDONLY), total = 0, n;
    if (fd < 0)
        return -errno;
    while ((n = read(fd, text + total, sizeof(text) - 1 - total)) > 0)
        total += n;
    n = n < 0 ? -errno : total;
    text[total] = 0;
    close(fd);
    return n;
}

static const char *of(int pid, const char *name) {
    static char path[128];
    snprintf(path, sizeof(path), "/proc/%d/%s", pid, name);
    return path;
}

// The lines of an fdinfo but for those that differ from run to run.
static void show_descriptor(const char *what, int fd) {
    char path[64], *save;
    snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd);
    load(path);
    printf("%s\n", what);
    for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
        char *variable = strstr(line, " ino:");
        if (strncmp(line, "mnt_id", 6) == 0 || strncmp(line, "ino", 3) == 0 || strncmp(line, "eventfd-id", 10) == 0 ||
            strncmp(line, "it_value", 8) == 0 || strncmp(line, "Pid", 3) == 0 || strncmp(line, "NSpid", 5) == 0)
            *strchr(line, ':') = 0;
        else if (variable)
            *variable = 0;
        printf("    %s\n", line);
    }
}

static void descriptors(void) {
    int fd = open("/dev/null", O_WRONLY | O_APPEND | O_CLOEXEC);
    show_descriptor("null", fd);
    int event = eventfd(17, EFD_SEMAPHORE | EFD_NONBLOCK);
    show_descriptor("eventfd", event);
    int set = epoll_create1(0);
    struct epoll_event want = {.events = EPOLLIN | EPOLLET, .data.u64 = 0xabcdef};
    epoll_ctl(set, EPOLL_CTL_ADD, event, &want);
    show_descriptor("epoll", set);
    sigset_t mask;
    sigemptyset(&mask);
    sigaddset(&mask, SIGUSR1);
    sigaddset(&mask, SIGTERM);
    show_descriptor("signalfd", signalfd(-1, &mask, 0));
    int timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
    struct itimerspec when = {.it_value = {.tv_sec = 1000}, .it_interval = {.tv_sec = 3, .tv_nsec = 5}};
    timerfd_settime(timer, 0, &when, NULL);
    show_descriptor("timerfd", timer);
    show_descriptor("pidfd", syscall(SYS_pidfd_open, getpid(), 0));
    int file = open("/proc/self/exe", O_RDONLY);
    lseek(file, 77, SEEK_SET);
    show_descriptor("file", file);
    show_descriptor("path", open("/", O_PATH));
}

static long field(const char *stat, int number) {
    const char *at = strrchr(stat, ')') + 2;
    for (int i = 3; i < number; i++)
        at = strchr(at, ' ') + 1;
    return number == 3 ? *at : strtol(at, NULL, 10);
}

static const char *line(const char *name) {
    static char result[128];
    const char *at = strstr(text, name);
    if (!at)
        return "-";
    snprintf(result, sizeof(result), "%.*s", (int)strcspn(at, "\n"), at);
    return result;
}

static void zombie(void) {
    int kept[2] = {0}, child = fork();
    if (child == 0) {
        prctl(PR_SET_NAME, "a (zombie) \\b\n");
        _exit(7);
    }
    siginfo_t info;
    waitid(P_PID, child, &info, WEXITED | WNOWAIT);
    load(of(child, "stat"));
    printf("zombie: state %c, parent %d, threads %ld, size %ld, signal %ld, code %ld\n", (char)field(text, 3), field(text, 4) == getpid(),
        field(text, 20), field(text, 23), field(text, 38), field(text, 52));
    printf("    %.*s\n", (int)(strrchr(text, ')') - strchr(text, '(')) + 1, strchr(text, '('));
    int n = load(of(child, "status"));
    printf("    %s; ", line("Name:"));
    printf("%s; ", line("State:"));
    printf("%s; ", line("VmSize:"));
    printf("%s; %d\n", line("Threads:"), n > 0);
    static const char *const names[] = {"cmdline", "maps", "smaps", "statm", "comm", "wchan", "io", "limits", "exe", "cwd", "fd/0"};
    for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        char target[64];
        n = strchr("ecf", names[i][0]) && (!strcmp(names[i], "exe") || !strcmp(names[i], "cwd") || !strcmp(names[i], "fd/0"))
            ? (int)readlink(of(child, names[i]), target, sizeof(target)) < 0 ? -errno : 1
            : load(of(child, names[i]));
        printf("    %s: %s\n", names[i], n < 0 ? strerror(-n) : n == 0 ? "empty" : "text");
    }
    kept[0] = open(of(child, "stat"), O_RDONLY);
    kept[1] = open(of(child, ""), O_RDONLY | O_DIRECTORY);
    waitpid(child, NULL, 0);
    n = read(kept[0], text, 100);
    printf("reaped: read %s", n < 0 ? strerror(errno) : "text");
    printf(", below %s", openat(kept[1], "stat", O_RDONLY) < 0 ? strerror(errno) : "there");
    printf(", anew %s\n", open(of(child, "stat"), O_RDONLY) < 0 ? strerror(errno) : "there");
}

static void *wait_for(void *gate) {
    char c;
    return (void *)(long)read(*(int *)gate, &c, 1);
}

static void threads(void) {
    int gate[2];
    pthread_t thread;
    if (pipe(gate) != 0)
        exit(99);
    pthread_create(&thread, NULL, wait_for, gate);
    int count = 0, is_own = 0;
    DIR *tasks = opendir("/proc/self/task");
    for (struct dirent *entry; (entry = readdir(tasks));)
        if (entry->d_name[0] != '.') {
            count++;
            is_own |= atoi(entry->d_name) == getpid();
        }
    closedir(tasks);
    load("/proc/self/stat");
    long all = field(text, 20);
    load("/proc/thread-self/comm");
    printf("threads: %d listed, own %d, stat says %ld, comm %s", count, is_own, all, text);
    int child = fork();
    if (child == 0) {
        pause();
        _exit(0);
    }
    char path[64], expected[32];
    snprintf(path, sizeof(path), "/proc/self/task/%d/children", getpid());
    snprintf(expected, sizeof(expected), "%d ", child);
    int n = load(path);
    printf("    children %d\n", n == -ENOENT || strcmp(text, expected) == 0);
    do {
        load(of(child, "stat"));
    } while (field(text, 3) != 'S');
    load(of(child, "syscall"));
    printf("    a child in call %d (pause is 34)\n", atoi(text));
    kill(child, SIGSTOP);
    waitpid(child, NULL, WUNTRACED);
    load(of(child, "status"));
    printf("    %s\n", line("State:"));
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    if (write(gate[1], "", 1) != 1)
        exit(99);
    pthread_join(thread, NULL);
}

static long io(const char *name) {
    load("/proc/thread-self/io");
    return atol(strstr(text, name) + strlen(name) + 2);
}

static void counters(void) {
    static char bytes[5000];
    int zero = open("/dev/zero", O_RDONLY), null = open("/dev/null", O_WRONLY), ends[2];
    if (pipe(ends) != 0)
        exit(99);
    long read_before = io("rchar"), written_before = io("wchar"), reads_before = io("syscr"), writes_before = io("syscw");
    long own_reads = io("syscr") - reads_before, own_bytes = io("rchar");
    own_bytes = io("rchar") - own_bytes;
    reads_before = io("syscr");
    writes_before = io("syscw");
    read_before = io("rchar");
    for (int i = 0; i < 10; i++)
        if (read(zero, bytes, 5000) != 5000 || write(null, bytes, 300) != 300 || write(ends[1], bytes, 10) != 10 || read(ends[0], bytes, 100) != 10)
            exit(99);
    long read_now = io("rchar") - read_before;
    (void)own_reads;
    printf("io: read 50100 bytes %d, wrote %ld bytes in %ld calls\n", read_now >= 50100 && read_now < 50100 + 1000 + own_bytes * 0, io("wchar") - written_before,
        io("syscw") - writes_before);
    printf("    reads counted %d\n", io("syscr") - reads_before >= 20);
    char *page = mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    load("/proc/self/stat");
    long before = field(text, 10);
    madvise(page, 1 << 20, MADV_NOHUGEPAGE);
    for (int i = 0; i < 1 << 20; i += 4096)
        page[i] = 1;
    load("/proc/self/stat");
    printf("    faults counted %d\n", field(text, 10) - before >= 200);
}

static void settings(void) {
    int fd = open("/proc/self/coredump_filter", O_RDWR);
    printf("coredump_filter: %d", (int)write(fd, "0x7f\n", 5));
    close(fd);
    load("/proc/self/coredump_filter");
    printf(" %s", text);
    if (fork() == 0) {
        load("/proc/self/coredump_filter");
        printf("    in a child %s", text);
        fflush(stdout);
        _exit(0);
    }
    wait(NULL);
    fd = open("/proc/self/comm", O_WRONLY);
    printf("comm: %d", (int)write(fd, "another-name-that-is-long", 25));
    load("/proc/self/comm");
    printf(" %s", text);
    load("/proc/self/status");
    printf("    %s\n", line("Name:"));
    fd = open("/proc/self/attr/current", O_RDONLY);
    printf("attr: %d %s\n", (int)read(fd, text, 10), strerror(errno));
    fd = open("/proc/self/uid_map", O_RDWR);
    printf("uid_map: %d %s\n", (int)write(fd, "0 0 1", 5), strerror(errno));
    timer_t timer;
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR2, .sigev_value.sival_int = 5};
    timer_create(CLOCK_MONOTONIC, &event, &timer);
    load("/proc/self/timers");
    char *pid = strstr(text, "pid.");
    if (pid)
        memmove(pid + 4, pid + 4 + strspn(pid + 4, "0123456789"), strlen(pid + 4 + strspn(pid + 4, "0123456789")) + 1);
    printf("timers:\n%s", text);
}

// The lines of local sockets with this name: flags, type, state.
static void show_sockets(const char *name) {
    char *save, found[4][128];
    int count = 0;
    load("/proc/net/unix");
    for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
        unsigned references, protocol, flags, type, state;
        if (strstr(line, name) && sscanf(line, "%*x: %x %x %x %x %x", &references, &protocol, &flags, &type, &state) == 5)
            if (count < 4)
                snprintf(found[count++], sizeof(found[0]), "    flags %08x type %u state %u %s\n", flags, type, state, strstr(line, name) - 1);
    }
    // Linux lists them by the order of a hash.
    qsort(found, count, sizeof(found[0]), (int (*)(const void *, const void *))strcmp);
    for (int i = 0; i < count; i++)
        fputs(found[i], stdout);
}

static void sockets(void) {
    struct sockaddr_un at = {.sun_family = AF_UNIX, .sun_path = "@zonix-details"};
    int listener = socket(AF_UNIX, SOCK_STREAM, 0), caller = socket(AF_UNIX, SOCK_STREAM, 0), datagram = socket(AF_UNIX, SOCK_DGRAM, 0);
    at.sun_path[0] = 0;
    socklen_t size = offsetof(struct sockaddr_un, sun_path) + 14;
    puts("sockets:");
    if (bind(listener, (struct sockaddr *)&at, size) != 0)
        exit(99);
    show_sockets("@zonix-details");
    listen(listener, 5);
    show_sockets("@zonix-details");
    connect(caller, (struct sockaddr *)&at, size);
    accept(listener, NULL, NULL);
    show_sockets("@zonix-details");
    at.sun_path[1] = 'y';
    bind(datagram, (struct sockaddr *)&at, size);
    show_sockets("@yonix-details");
}

// Somebody else looks at a process of root.
static void strangers(void) {
    static const char *const names[] = {"maps", "smaps", "environ", "auxv", "mem", "pagemap", "io", "syscall", "stack", "personality", "stat", "status", "cmdline",
        "comm", "limits", "wchan", "timerslack_ns", "exe", "cwd", "root", "fd", "fd/0", "fdinfo/0", "ns/pid", "map_files", "attr/current", "mountinfo"};
    int target = fork();
    if (target == 0) {
        pause();
        _exit(0);
    }
    if (fork() == 0) {
        if (setgroups(0, NULL) != 0 || setgid(65534) != 0 || setuid(65534) != 0)
            _exit(99);
        for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
            struct stat st;
            char target_path[128];
            const char *path = of(target, names[i]);
            if (lstat(path, &st) != 0)
                printf("    %s: lstat %s\n", names[i], strerror(errno));
            else if (S_ISLNK(st.st_mode))
                printf("    %s: %s\n", names[i], readlink(path, target_path, sizeof(target_path)) < 0 ? strerror(errno) : "text");
            else if (S_ISDIR(st.st_mode))
                printf("    %s: %s\n", names[i], open(path, O_RDONLY | O_DIRECTORY) < 0 ? strerror(errno) : "open");
            else {
                int n = load(path);
                printf("    %s: %s %u\n", names[i], n < 0 ? strerror(-n) : n == 0 ? "empty" : "text", st.st_uid);
            }
        }
        load(of(target, "stat"));
        printf("    of stat: code %ld-%ld, stack %ld, data %ld, exit %ld\n", field(text, 26), field(text, 27), field(text, 28), field(text, 45), field(text, 52));
        prctl(PR_SET_DUMPABLE, 0);
        struct stat st;
        stat("/proc/self/status", &st);
        printf("    not dumpable: belongs to %u", st.st_uid);
        stat("/proc/self", &st);
        printf(", its directory to %u\n", st.st_uid);
        fflush(stdout);
        _exit(0);
    }
    fflush(stdout);
    wait(NULL);
    kill(target, SIGKILL);
    wait(NULL);
}

int main(void) {
    setvbuf(stdout, NULL, _IOLBF, 1 << 16);
    prctl(PR_SET_NAME, "details");
    descriptors();
    zombie();
    threads();
    counters();
    settings();
    sockets();
    puts("strangers:");
    strangers();
    return 0;
}
