// Shared by the guest programs: they print what they see, and the runner compares the two prints.
#ifndef CHECK_H
#define CHECK_H

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/// Prints the expression, its value and, for -1, the name of errno.
#define SHOW(expression)                                                          \
    do {                                                                          \
        errno = 0;                                                                \
        long shown_ = (long)(expression);                                         \
        if (shown_ == -1)                                                         \
            printf("%s = -1 %s\n", #expression, strerrorname_np(errno));          \
        else                                                                      \
            printf("%s = %ld\n", #expression, shown_);                            \
    } while (0)

/// Ends the program when a precondition of the test does not hold.
#define REQUIRE(expression)                                                                 \
    do {                                                                                    \
        if (!(expression)) {                                                                \
            printf("%s:%d: %s fails, errno %d\n", __FILE__, __LINE__, #expression, errno);  \
            exit(99);                                                                       \
        }                                                                                   \
    } while (0)

#endif
