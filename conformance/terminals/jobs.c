// Controlling terminals: getting and losing them, the foreground, background reads and writes, hang-ups.
#define _GNU_SOURCE
#include "lib/terminal.h"

static volatile sig_atomic_t seen[65];

static void note(int signo) { seen[signo]++; }

static void catch(int signo, int flags) {
    struct sigaction a = {.sa_handler = note, .sa_flags = flags};
    sigaction(signo, &a, NULL);
}

static void told(const char *what) {
    printf("%s:", what);
    for (int k = 1; k < 65; k++)
        if (seen[k]) printf(" %s*%d", sigabbrev_np(k), seen[k]), seen[k] = 0;
    putchar('\n');
}

static void result(const char *name, long r) { printf("%s: %s\n", name, r < 0 ? strerrorname_np(errno) : "ok"); }

static int tty_number(void) {
    char text[1000], *p;
    FILE *f = fopen("/proc/self/stat", "r");
    size_t n = fread(text, 1, sizeof text - 1, f);
    fclose(f);
    text[n] = 0;
    int tty = -1, group = -1, ppid, pgrp, session;
    char state;
    p = strrchr(text, ')');
    sscanf(p + 2, "%c %d %d %d %d %d", &state, &ppid, &pgrp, &session, &tty, &group);
    printf("stat: tty %d, foreground is mine %d\n", tty != 0, group == getpgrp());
    return tty;
}

// Runs a part as the leader of a new session, and tells how it ended.
static void session(const char *name, void (*run)(void)) {
    printf("== %s\n", name);
    open_pty();
    pid_t child = fork();
    if (child == 0) {
        setsid();
        run();
            _exit(0);
    }
    close_pty();
    int status;
    waitpid(child, &status, 0);
    printf("ended %x\n", status);
}

static void acquire(void) {
    tty_number();
    result("/dev/tty without one", open("/dev/tty", O_RDWR));
    result("tcgetpgrp", tcgetpgrp(slave));
    int other = open(ptsname(master), O_RDWR | O_NOCTTY);
    result("/dev/tty after O_NOCTTY", open("/dev/tty", O_RDWR));
    close(other);
    other = open(ptsname(master), O_WRONLY);
    result("/dev/tty after O_WRONLY", open("/dev/tty", O_RDWR));
    close(other);
    other = open(ptsname(master), O_RDWR);
    int tty = open("/dev/tty", O_RDWR);
    result("/dev/tty after open", tty);
    tty_number();
    printf("group %d session %d\n", tcgetpgrp(slave) == getpid(), tcgetsid(slave) == getpid());
    printf("by the master: group %d session %d\n", tcgetpgrp(master) == getpid(), tcgetsid(master) == getpid());
    printf("name %s\n", ttyname(tty));
    result("again", ioctl(slave, TIOCSCTTY, 0));
    if (fork() == 0) {
        result("a child that does not lead", ioctl(slave, TIOCSCTTY, 0));
        tty_number();
        result("its TIOCNOTTY", ioctl(slave, TIOCNOTTY));
        result("its /dev/tty", open("/dev/tty", O_RDWR));
        tty_number();
        setsid();
        result("of another session", ioctl(slave, TIOCSCTTY, 0));
            _exit(0);
    }
    wait(NULL);
    signal(SIGHUP, SIG_IGN);
    catch(SIGCONT, 0);
    catch(SIGHUP, 0);
    result("TIOCNOTTY", ioctl(slave, TIOCNOTTY));
    told("got");
    tty_number();
    result("tcgetsid", tcgetsid(slave));
    result("TIOCSCTTY", ioctl(slave, TIOCSCTTY, 0));
    tty_number();
}

static void background(void) {
    ioctl(slave, TIOCSCTTY, 0);
    struct termios t;
    tcgetattr(slave, &t);
    pid_t child = fork();
    if (child == 0) {
        setpgid(0, 0);
        char c;
        ssize_t n = read(slave, &c, 1);
        show("read after all", &c, n);
            tcsetattr(slave, TCSANOW, &t);
        printf("set after all\n");
            _exit(3);
    }
    setpgid(child, child);
    int status;
    waitpid(child, &status, WUNTRACED);
    printf("stopped %d by %s\n", WIFSTOPPED(status), sigabbrev_np(WSTOPSIG(status)));
    tcsetpgrp(slave, child);
    kill(-child, SIGCONT);
    waitpid(child, &status, WCONTINUED);
    type("x\n", 2);
    waitpid(child, &status, 0);
    printf("ended %x\n", status);
    // Now the parent is in the background.
    signal(SIGTTOU, SIG_IGN);
    result("tcsetpgrp, SIGTTOU ignored", tcsetpgrp(slave, getpgrp()));
    signal(SIGTTOU, SIG_DFL);

    child = fork();
    if (child == 0) {
        setpgid(0, 0);
        write(slave, "not stopped", 11);
        t.c_lflag |= TOSTOP;
        signal(SIGTTOU, SIG_IGN);
        tcsetattr(slave, TCSANOW, &t);
        result("write, ignored", write(slave, "w", 1));
        signal(SIGTTOU, SIG_DFL);
        signal(SIGTTIN, SIG_IGN);
        char c;
        result("read, ignored", read(slave, &c, 1));
            catch(SIGTTOU, 0);
        result("write, caught", write(slave, "w", 1));
        told("got");
            signal(SIGTTOU, SIG_DFL);
        write(slave, "after\n", 6);
        _exit(4);
    }
    setpgid(child, child);
    waitpid(child, &status, WUNTRACED);
    printf("stopped %d by %s\n", WIFSTOPPED(status), sigabbrev_np(WSTOPSIG(status)));
    kill(child, SIGKILL);
    waitpid(child, &status, 0);
    t.c_lflag &= ~TOSTOP;
    tcsetattr(slave, TCSANOW, &t);
    show_all("master", master);

    // Orphaned: nobody could continue it.
    int gate[2];
    pipe(gate);
    if (fork() == 0) {
        if (fork() == 0) {
            setpgid(0, 0);
            close(gate[1]);
            char c;
            while (getppid() != 1 && read(gate[0], &c, 1) > 0) {}
            while (read(gate[0], &c, 1) > 0) {}
            usleep(100000);
            result("orphan's read", read(slave, &c, 1));
            result("orphan's tcsetattr", tcsetattr(slave, TCSANOW, &t));
            int group = getpgrp();
            result("orphan's tcsetpgrp", ioctl(slave, TIOCSPGRP, &group));
                    _exit(0);
        }
        _exit(0);
    }
    wait(NULL);
    close(gate[1]);
    usleep(400000);
    int bad = -1, none = 999999, init = getppid();
    result("negative", ioctl(slave, TIOCSPGRP, &bad));
    result("none", ioctl(slave, TIOCSPGRP, &none));
    init = getpgid(init);
    result("of another session", ioctl(slave, TIOCSPGRP, &init));
}

static void keyboard(void) {
    ioctl(slave, TIOCSCTTY, 0);
    catch(SIGINT, 0), catch(SIGQUIT, 0), catch(SIGTSTP, 0), catch(SIGWINCH, 0), catch(SIGHUP, 0), catch(SIGCONT, 0);
    type("\x03", 1);
    usleep(50000);
    told("^C");
    type("\x1c", 1);
    usleep(50000);
    told("^\\");
    type("\x1a", 1);
    usleep(50000);
    told("^Z");
    struct winsize w = {11, 22, 0, 0};
    ioctl(master, TIOCSWINSZ, &w);
    told("size");
    ioctl(master, TIOCSWINSZ, &w);
    told("same size");
    ioctl(master, TIOCSIG, SIGQUIT);
    told("TIOCSIG");
    char c;
    if (fork() == 0) {
        setpgid(0, 0);
        signal(SIGINT, SIG_DFL);
        usleep(100000);
        type("\x03", 1);
        _exit(0);
    }
    ssize_t n = read(slave, &c, 1);
    printf("read %zd %s\n", n, strerrorname_np(errno));
    told("interrupted by");
    wait(NULL);
    close(master);
    told("master closed");
    n = read(slave, &c, 1);
    printf("read %zd\n", n);
    result("/dev/tty", open("/dev/tty", O_RDWR));
    tty_number();
}

static void leader_ends(void) {
    ioctl(slave, TIOCSCTTY, 0);
    int ready[2];
    pipe(ready);
    if (fork() == 0) {
        catch(SIGHUP, 0), catch(SIGCONT, 0);
        write(ready[1], "x", 1);
        pause();
        usleep(50000);
        told("foreground child");
        tty_number();
        result("/dev/tty", open("/dev/tty", O_RDWR));
        result("tcgetsid of the master", tcgetsid(master));
        char c;
        fcntl(slave, F_SETFL, O_RDWR | O_NONBLOCK);
        result("read", read(slave, &c, 1));
            _exit(0);
    }
    if (fork() == 0) {
        setpgid(0, 0);
        catch(SIGHUP, 0), catch(SIGCONT, 0);
        write(ready[1], "x", 1);
        usleep(300000);
        told("background child");
        tty_number();
            _exit(0);
    }
    char c;
    read(ready[0], &c, 1);
    read(ready[0], &c, 1);
    usleep(100000);
}

static void reading_when_hung_up(void) {
    ioctl(slave, TIOCSCTTY, 0);
    catch(SIGHUP, SA_RESTART), catch(SIGCONT, SA_RESTART);
    if (fork() == 0) {
        usleep(100000);
        ioctl(slave, TIOCVHANGUP, 0);
        _exit(0);
    }
    char c;
    ssize_t n = read(slave, &c, 1);
    show("read", &c, n);
    wait(NULL);
    told("got");
    n = write(slave, "x", 1);
    show("write", "x", n);
    int again = open(ptsname(master), O_RDWR);
    result("opened again", again);
    tty_number();
}

int main(void) {
    setvbuf(stdout, NULL, _IONBF, 0);
    session("acquire", acquire);
    session("background", background);
    session("keyboard", keyboard);
    session("leader ends", leader_ends);
    usleep(600000);
    session("reading when hung up", reading_when_hung_up);
    return 0;
}
