// Stopping and starting, signals from the keyboard with what they flush, packet mode.
#define _GNU_SOURCE
#include "lib/terminal.h"

static void packet(const char *what) {
    char b[200];
    struct pollfd p = {master, POLLIN | POLLPRI, 0};
    int r = poll(&p, 1, 100);
    printf("%s: poll %d %x ", what, r, p.revents);
    if (r > 0) {
        ssize_t n = read(master, b, sizeof b);
        show("", b, n);
    } else {
        putchar('\n');
    }
}

int main(void) {
    setvbuf(stdout, NULL, _IONBF, 0);
    printf("== stop and start\n");
    open_pty();
    fcntl(slave, F_SETFL, O_RDWR | O_NONBLOCK);
    type("\x13", 1);
    usleep(50000);
    ssize_t n = write(slave, "x", 1);
    printf("stopped: %zd %s\n", n, n < 0 ? strerrorname_np(errno) : "");
    struct pollfd p = {slave, POLLOUT, 0};
    printf("writable %d\n", poll(&p, 1, 0));
    type("ab", 2);
    show_all("echo while stopped", master);
    type("\x11", 1);
    show_all("echo after start", master);
    n = write(slave, "x", 1);
    printf("started: %zd\n", n);
    show_all("master", master);
    printf("any: ");
    modes(ICRNL | IXON | IXANY, OPOST | ONLCR, ICANON | ECHO);
    type("\x13q", 2);
    show_all("master", master);
    printf("tcflow: %d\n", tcflow(slave, TCOOFF));
    n = write(slave, "y", 1);
    printf("%zd %s\n", n, n < 0 ? strerrorname_np(errno) : "");
    type("\x11", 1);
    n = write(slave, "y", 1);
    printf("not by the character: %zd\n", n);
    printf("tcflow: %d\n", tcflow(slave, TCOON));
    n = write(slave, "z", 1);
    printf("%zd\n", n);
    show_all("master", master);
    printf("ioff %d ion %d bad %d\n", tcflow(slave, TCIOFF), tcflow(slave, TCION), tcflow(slave, 9));
    show_all("master", master);
    type("\x13", 1);
    modes(ICRNL, OPOST, ICANON);
    n = write(slave, "w", 1);
    printf("without IXON: %zd\n", n);
    close_pty();

    printf("== packets\n");
    open_pty();
    int on = 1, got = -1;
    printf("TIOCPKT %d ", ioctl(master, TIOCPKT, &on));
    ioctl(master, TIOCGPKT, &got);
    printf("%d slave %s\n", got, ioctl(slave, TIOCPKT, &on) ? strerrorname_np(errno) : "ok");
    packet("nothing");
    write(slave, "data", 4);
    packet("data");
    tcflush(slave, TCIFLUSH);
    packet("flush read");
    tcflush(slave, TCOFLUSH);
    packet("flush write");
    tcflush(slave, TCIOFLUSH);
    packet("flush both");
    tcflow(slave, TCOOFF);
    packet("stop");
    tcflow(slave, TCOON);
    packet("start");
    modes(ICRNL, OPOST, ICANON);
    packet("nostop");
    modes(ICRNL | IXON, OPOST, ICANON);
    packet("dostop");
    modes(ICRNL | IXON, OPOST, ICANON | EXTPROC);
    packet("extproc");
    modes(ICRNL | IXON, OPOST | ONLCR, ICANON | EXTPROC);
    packet("ioctl");
    modes(ICRNL | IXON, OPOST | ONLCR, ICANON | ECHO | ISIG);
    packet("extproc off");
    type("typed\n", 6);
    packet("echo");
    type("\x03", 1);
    packet("interrupt");
    packet("interrupt's echo");
    char small[1];
    write(slave, "abc", 3);
    n = read(master, small, 1);
    show("one byte", small, n);
    on = 0;
    ioctl(master, TIOCPKT, &on);
    show_all("plain", master);
    close_pty();

    printf("== flushes\n");
    open_pty();
    type("abc\ndef", 7);
    show_all("echo", master);
    tcflush(slave, TCIFLUSH);
    read_now("after TCIFLUSH", slave, 20);
    type("ghi\n", 4);
    read_now("read", slave, 20);
    show_all("echo", master);
    modes(ICRNL, OPOST | ONLCR, ICANON | ISIG | ECHO | ECHOCTL);
    type("abc\ndef\x03ghi\n", 12);
    show_all("echo", master);
    read_now("after intr", slave, 20);
    modes(ICRNL, OPOST | ONLCR, ICANON | ISIG | ECHO | ECHOCTL | NOFLSH);
    type("abc\ndef\x03ghi\n", 12);
    show_all("echo", master);
    read_now("with NOFLSH", slave, 20);
    read_now("with NOFLSH", slave, 20);
    struct termios t;
    tcgetattr(slave, &t);
    type("lost\n", 5);
    tcsetattr(slave, TCSAFLUSH, &t);
    read_now("after TCSAFLUSH", slave, 20);
    tcdrain(slave);
    write(slave, "seen", 4);
    usleep(20000);
    tcflush(master, TCIFLUSH);
    show_all("master flushed", master);
    close_pty();
    return 0;
}
