// Lines: their ends, editing, and how the editing is echoed.
#define _GNU_SOURCE
#include "lib/terminal.h"

#define L (ICANON | ECHO | ECHOE | ECHOK | ECHOCTL | ECHOKE | IEXTEN | ISIG)

static void try(const char *name, tcflag_t i, tcflag_t o, tcflag_t l, const char *text, size_t n) {
    printf("== %s\n", name);
    open_pty();
    modes(i, o, l);
    type(text, n);
    show_all("echo", master);
    int available = -1;
    ioctl(slave, FIONREAD, &available);
    printf("available %d\n", available);
    for (int k = 0; k < 4; k++) read_now("read", slave, 20);
    close_pty();
}

#define TRY(name, i, o, l, text) try(name, i, o, l, text, sizeof text - 1)

int main(void) {
    tcflag_t i = ICRNL | IXON, o = OPOST | ONLCR;
    TRY("plain", i, o, L, "hello\n");
    TRY("two lines", i, o, L, "one\ntwo\nthr");
    TRY("erase", i, o, L, "abc\x7f\x7fd\n");
    TRY("erase beyond", i, o, L, "a\x7f\x7f\x7f" "b\n");
    TRY("erase, not shown", i, o, L & ~ECHOE, "abc\x7f\x7fd\n");
    TRY("erase, printed", i, o, L | ECHOPRT, "abc\x7f\x7f" "de\x7f\n");
    TRY("erase, no echo", i, o, L & ~ECHO, "abc\x7f\x7fd\n");
    TRY("erase control", i, o, L, "a\x01\x02\x7f\x7f\x7fz\n");
    TRY("erase control, no ctl", i, o, L & ~ECHOCTL, "a\x01\x02\x7f\x7f\x7fz\n");
    TRY("erase tab", i, o, L, "ab\tc\x7f\x7f\x7fz\n");
    TRY("erase tabs", i, o, L, "\t\ta\t\x7f\x7f\x7f\x7fz\n");
    TRY("erase tab after control", i, o, L, "\x01" "bc\t\x7f\n");
    TRY("werase", i, o, L, "one two  \x17" "x\n");
    TRY("werase twice", i, o, L, "one two-three\x17\x17" "x\n");
    TRY("werase without iexten", i, o, L & ~IEXTEN, "one two\x17\n");
    TRY("kill", i, o, L, "abc\tdef\x15x\n");
    TRY("kill, line left", i, o, L & ~ECHOKE, "abc\x15x\n");
    TRY("kill, nothing", i, o, L & ~(ECHOKE | ECHOK), "abc\x15x\n");
    TRY("kill, no echo", i, o, L & ~ECHO, "abc\x15x\n");
    TRY("kill, printed", i, o, L | ECHOPRT, "abc\x15x\n");
    TRY("reprint", i, o, L, "abc\x01\x12" "d\n");
    TRY("lnext", i, o, L, "a\x16\x7f\x16\x03\x16\n\n");
    TRY("lnext, no ctl", i, o, L & ~ECHOCTL, "a\x16\x7f\n");
    TRY("eof", i, o, L, "abc\x04" "def\x04\x04");
    TRY("eof first", i, o, L, "\x04" "abc\n");
    TRY("eof after a line", i, o, L, "abc\n\x04" "def\n");
    TRY("nul", i, o, L, "a\0b\n");
    TRY("echonl", i, o, (L & ~ECHO) | ECHONL, "abc\n");
    TRY("cr", i, o, L, "abc\rdef\n");
    TRY("cr ignored", (i & ~ICRNL) | IGNCR, o, L, "abc\rdef\n");
    TRY("cr kept", i & ~ICRNL, o, L, "abc\rdef\n");
    TRY("nl to cr", INLCR, o, L, "abc\ndef\x04");
    TRY("nl to cr and back", INLCR | ICRNL, o, L, "abc\ndef\r");
    TRY("strip", i | ISTRIP, o, L, "a\xe1\xffz\n");
    TRY("lower", i | IUCLC, o, L, "ABC xyz\n");
    TRY("utf8 erase", i | IUTF8, o, L, "a\xc3\xa9\xe2\x82\xac\x7f\x7f" "b\n");
    TRY("latin erase", i, o, L, "a\xc3\xa9\x7f" "b\n");
    TRY("utf8 erase printed", i | IUTF8, o, L | ECHOPRT, "a\xe2\x82\xac\x7f\n");
    TRY("utf8 word", i | IUTF8, o, L, "a b\xc3\xa9" "c\x17\n");
    TRY("parmrk", i | PARMRK, o, L, "a\xff" "b\n");
    TRY("no opost", i, 0, L, "a\tb\x7f\x7f\n");
    TRY("extproc", i, o, L | EXTPROC, "ab\x7f\nc");
    TRY("literal control echo", i, o, L, "\x1b[A\x0b\n");

    printf("== eol\n");
    open_pty();
    struct termios t;
    tcgetattr(slave, &t);
    t.c_cc[VEOL] = ';', t.c_cc[VEOL2] = '!';
    tcsetattr(slave, TCSANOW, &t);
    type("a;b!c\n", 6);
    show_all("echo", master);
    for (int k = 0; k < 4; k++) read_now("read", slave, 20);
    close_pty();

    printf("== short reads\n");
    open_pty();
    modes(i, o, L & ~ECHO);
    type("abcdef\x04xyz\n", 11);
    for (int k = 0; k < 6; k++) read_now("read", slave, 3);
    close_pty();

    printf("== too long\n");
    open_pty();
    modes(i, o, L & ~ECHO);
    static char big[5000];
    memset(big, 'x', sizeof big);
    big[4999] = '\n';
    type(big, sizeof big);
    static char got[8000];
    fcntl(slave, F_SETFL, O_RDWR | O_NONBLOCK);
    ssize_t n = read(slave, got, sizeof got);
    printf("%zd, ends with %d\n", n, n > 0 ? got[n - 1] : -1);
    close_pty();

    printf("== raw to lines\n");
    open_pty();
    modes(0, 0, 0);
    type("abc", 3);
    modes(i, o, L);
    read_now("read", slave, 20);
    type("d\ne", 3);
    read_now("read", slave, 20);
    modes(0, 0, 0);
    read_now("read", slave, 20);
    close_pty();
    return 0;
}
