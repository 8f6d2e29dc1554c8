// execve(2) from a process with several tasks, of i386: process/exec_threads.c.
// machine: i386
// flags: -static -pthread
// timeout: 120
#include "../process/exec_threads.c"
