#include <stdio.h>
#include "table.h"

int main(void)
{
    unsigned sum = 0;
    for (unsigned i = 0; i < names(); i++) {
        sum += hash(name(i));
    }
    printf("%u names, %08x\n", names(), sum);
    return 0;
}
