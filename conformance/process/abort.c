// exit: 134
// Death by abort().
#include "lib/check.h"
#include <sys/resource.h>

int main(void)
{
    setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
    printf("flushed\n");
    fflush(stdout);
    printf("lost");
    abort();
}
