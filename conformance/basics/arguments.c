// args: one "two words" "" 'fo"ur'
// env: "ONE=1" "EMPTY="
#include "lib/check.h"
#include <sys/auxv.h>

extern char **environ;

int main(int argc, char **argv)
{
    printf("argc %d\n", argc);
    for (int i = 1; i <= argc; i++)
        printf("argv[%d] = %s\n", i, argv[i] ? argv[i] : "(null)");
    int variables = 0;
    for (char **e = environ; *e; e++)
        variables++;
    printf("%d variables; ONE=%s EMPTY=%s NONE=%s\n", variables, getenv("ONE"), getenv("EMPTY"), getenv("NONE") ? "?" : "unset");
    printf("argv below environment: %d, strings follow each other: %d\n", (void *)argv < (void *)environ,
           argv[1] == argv[0] + strlen(argv[0]) + 1);
    printf("stack aligned: %d\n", (int)((uintptr_t)argv % 8));
    printf("execfn is argv[0]: %d\n", strcmp((char *)getauxval(AT_EXECFN), argv[0]));
    printf("program_invocation_short_name %s\n", program_invocation_short_name);
    return 0;
}
