// The requests of ioctl_tty(2), on both sides.
#define _GNU_SOURCE
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include "lib/terminal.h"

struct termios2 { unsigned i, o, c, l; unsigned char line, cc[19]; unsigned ispeed, ospeed; };
#define GETS2 0x802C542A
#define SETS2 0x402C542B

static void ints(const char *name, unsigned long request) {
    int a = -1, b = -1;
    int r = ioctl(slave, request, &a);
    printf("%s: slave %s %d", name, r < 0 ? strerrorname_np(errno) : "ok", a);
    r = ioctl(master, request, &b);
    printf(", master %s %d\n", r < 0 ? strerrorname_np(errno) : "ok", b);
}

static void result(const char *name, int r) { printf("%s: %s\n", name, r < 0 ? strerrorname_np(errno) : "ok"); }

static void termios_of(int fd, const char *name) {
    struct termios2 t;
    int r = ioctl(fd, GETS2, &t);
    printf("%s %d: %x %x %x %x line %d speeds %u %u cc", name, r, t.i, t.o, t.c, t.l, t.line, t.ispeed, t.ospeed);
    for (int k = 0; k < 19; k++) printf(" %d", t.cc[k]);
    putchar('\n');
}

int main(void) {
    open_pty();
    termios_of(slave, "new");
    termios_of(master, "by the master");
    ints("TIOCGPTLCK", TIOCGPTLCK);
    ints("TIOCGPKT", TIOCGPKT);
    ints("TIOCGETD", TIOCGETD);
    ints("TIOCOUTQ", TIOCOUTQ);
    ints("FIONREAD", FIONREAD);
    ints("TIOCGEXCL", TIOCGEXCL);
    ints("TIOCGSOFTCAR", TIOCGSOFTCAR);
    ints("TIOCMGET", TIOCMGET);
    ints("TIOCGSID", TIOCGSID);
    ints("TIOCGPGRP", TIOCGPGRP);
    ints("TIOCGSERIAL", 0x541E);
    ints("unknown", 0x54ff);
    int a = 0, b = 0;
    ioctl(slave, TIOCGPTN, &a);
    struct stat s;
    fstat(slave, &s);
    ioctl(slave, TIOCGDEV, &a), ioctl(master, TIOCGDEV, &b);
    printf("device %d %d major %d\n", a == b, (unsigned)a == s.st_rdev, major(s.st_rdev));
    fstat(master, &s);
    printf("master %d:%d\n", major(s.st_rdev), minor(s.st_rdev));

    struct termio old;
    result("TCGETA", ioctl(slave, TCGETA, &old));
    printf("%x %x %x %x cc %d %d %d\n", old.c_iflag, old.c_oflag, old.c_cflag, old.c_lflag, old.c_cc[0], old.c_cc[4], old.c_cc[7]);
    old.c_lflag &= ~ECHO;
    result("TCSETA", ioctl(slave, TCSETA, &old));
    termios_of(slave, "after TCSETA");
    struct termios2 t;
    ioctl(slave, GETS2, &t);
    t.c = (t.c & ~0x100f) | 0x1000, t.ospeed = 12345, t.ispeed = 777;
    result("TCSETS2", ioctl(slave, SETS2, &t));
    termios_of(slave, "odd speed");
    struct termios plain;
    tcgetattr(slave, &plain);
    cfsetspeed(&plain, B115200);
    result("tcsetattr", tcsetattr(slave, TCSADRAIN, &plain));
    termios_of(slave, "115200");
    plain.c_cflag = (plain.c_cflag & ~CSIZE) | CS7 | PARENB | CSTOPB;
    result("seven bits", tcsetattr(slave, TCSANOW, &plain));
    termios_of(slave, "seven bits");
    result("bad pointer", ioctl(slave, TCSETS, (void *)8));
    result("bad pointer", ioctl(slave, TIOCGWINSZ, (void *)8));

    struct winsize w = {30, 90, 5, 6};
    result("TIOCSWINSZ", ioctl(master, TIOCSWINSZ, &w));
    memset(&w, 0, sizeof w);
    result("TIOCGWINSZ", ioctl(slave, TIOCGWINSZ, &w));
    printf("%d %d %d %d\n", w.ws_row, w.ws_col, w.ws_xpixel, w.ws_ypixel);

    int n = 0;
    result("TIOCSETD 0", ioctl(slave, TIOCSETD, &n));
    n = 99;
    result("TIOCSETD 99", ioctl(slave, TIOCSETD, &n));
    result("TCSBRK", ioctl(slave, TCSBRK, 1));
    result("TCSBRKP", ioctl(slave, TCSBRKP, 0));
    result("TCFLSH 7", ioctl(slave, TCFLSH, 7));
    result("TIOCEXCL", ioctl(slave, TIOCEXCL));
    ints("TIOCGEXCL", TIOCGEXCL);
    result("TIOCNXCL", ioctl(slave, TIOCNXCL));
    result("TIOCNOTTY", ioctl(slave, TIOCNOTTY));
    result("TIOCSIG 1", ioctl(master, TIOCSIG, 1));
    result("TIOCSIG INT", ioctl(master, TIOCSIG, SIGINT));
    result("TIOCSIG slave", ioctl(slave, TIOCSIG, SIGINT));
    result("TIOCSTI", ioctl(slave, TIOCSTI, "!"));
    result("lseek", lseek(slave, 0, SEEK_SET));

    int peer = ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY);
    result("TIOCGPTPEER", peer);
    struct stat p;
    fstat(slave, &s), fstat(peer, &p);
    printf("same %d\n", s.st_rdev == p.st_rdev && s.st_ino == p.st_ino && s.st_dev == p.st_dev);
    char path[100], link[100];
    snprintf(path, sizeof path, "/proc/self/fd/%d", peer);
    ssize_t length = readlink(path, link, sizeof link - 1);
    link[length > 0 ? length : 0] = 0;
    printf("link %d ttyname %d isatty %d %d\n", strcmp(link, ptsname(master)) == 0, strcmp(ttyname(peer) ?: "", ptsname(master)) == 0, isatty(peer),
        isatty(master));
    result("TIOCGPTPEER of a slave", ioctl(slave, TIOCGPTPEER, O_RDWR));
    close(peer);

    char name[100];
    strcpy(name, ptsname(master));
    result("chmod", chmod(name, 0640));
    result("chown", chown(name, 5, 6));
    stat(name, &s);
    printf("mode %o owner %d %d\n", s.st_mode, s.st_uid, s.st_gid);
    result("unlink", unlink(name));
    int lock = 1;
    result("lock", ioctl(master, TIOCSPTLCK, &lock));
    result("open locked", open(name, O_RDWR | O_NOCTTY));
    result("peer locked", ioctl(master, TIOCGPTPEER, O_RDWR));
    close(master);
    result("open without master", open(name, O_RDWR | O_NOCTTY));
    result("stat", stat(name, &s));
    close(slave);
    result("create", open("/dev/pts/new", O_CREAT | O_RDWR, 0600));
    result("mkdir", mkdir("/dev/pts/dir", 0700));
    return 0;
}
