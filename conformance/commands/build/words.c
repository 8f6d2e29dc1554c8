#include <stdio.h>
#include "table.h"

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        printf("%s is nearest to %s\n", argv[i], name(hash(argv[i]) % names()));
    }
    return argc > 1 ? 0 : 1;
}
