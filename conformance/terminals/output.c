// What output becomes on its way to the master.
#define _GNU_SOURCE
#include "lib/terminal.h"

static void try(const char *name, tcflag_t i, tcflag_t o, const char *text) {
    printf("== %s\n", name);
    open_pty();
    modes(i, o, 0);
    if (write(slave, text, strlen(text)) < 0) printf("%s\n", strerrorname_np(errno));
    show_all("master", master);
    close_pty();
}

int main(void) {
    const char *text = "ab\tc\r\nx\n\b\ty\r\r\x01z\xc3\xa9\tEnd\n";
    try("raw", 0, 0, text);
    try("opost", 0, OPOST, text);
    try("onlcr", 0, OPOST | ONLCR, text);
    try("ocrnl", 0, OPOST | OCRNL, text);
    try("onocr", 0, OPOST | ONOCR, text);
    try("onlret", 0, OPOST | ONLRET | XTABS, text);
    try("onlret ocrnl", 0, OPOST | ONLRET | OCRNL | XTABS, text);
    try("xtabs", 0, OPOST | XTABS, text);
    try("xtabs utf8", IUTF8, OPOST | XTABS, text);
    try("olcuc", 0, OPOST | OLCUC, text);
    try("without opost", 0, ONLCR | OLCUC | XTABS, text);

    printf("== column of echo and output\n");
    open_pty();
    modes(ICRNL, OPOST | ONLCR | XTABS, ICANON | ECHO | ECHOE | ECHOCTL);
    write(slave, "prompt> ", 8);
    type("a\tb\x7f\x7f\x7f\n", 7);
    show_all("master", master);
    close_pty();

    printf("== a lot\n");
    open_pty();
    pid_t child = fork();
    if (child == 0) {
        static char lines[100000];
        for (int k = 0; k < (int)sizeof lines; k++) lines[k] = k % 50 == 49 ? '\n' : 'a' + k % 26;
        for (int k = 0; k < 10; k++)
            if (write(slave, lines, sizeof lines) != sizeof lines) _exit(1);
        _exit(0);
    }
    close(slave);
    static char buffer[65536];
    long total = 0, returns = 0, sum = 0;
    ssize_t n;
    while ((n = read(master, buffer, sizeof buffer)) > 0) {
        total += n;
        for (ssize_t k = 0; k < n; k++) returns += buffer[k] == '\r', sum = (sum * 31 + buffer[k]) & 0xffffff;
    }
    int status;
    waitpid(child, &status, 0);
    printf("%ld bytes, %ld returns, %lx, end %s, child %d\n", total, returns, sum, strerrorname_np(errno), status);
    close(master);
    return 0;
}
