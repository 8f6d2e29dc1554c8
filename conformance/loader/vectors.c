// The auxiliary vector and the layout of the first stack.
// needs: cpu:fsgsbase
#include "lib/check.h"
#include <elf.h>
#include <link.h>
#include <sys/auxv.h>

extern char **environ;
extern int main(int argc, char **argv);

static int has_symbol(const char *wanted)
{
    ElfW(Ehdr) *image = (void *)getauxval(AT_SYSINFO_EHDR);
    ElfW(Phdr) *headers = (void *)((char *)image + image->e_phoff);
    char *strings = 0;
    ElfW(Sym) *symbols = 0;
    ElfW(Word) *hash = 0;
    for (int i = 0; i < image->e_phnum; i++) {
        if (headers[i].p_type != PT_DYNAMIC)
            continue;
        for (ElfW(Dyn) *entry = (void *)((char *)image + headers[i].p_vaddr); entry->d_tag; entry++) {
            char *at = (char *)image + entry->d_un.d_ptr;
            if (entry->d_tag == DT_STRTAB)
                strings = at;
            else if (entry->d_tag == DT_SYMTAB)
                symbols = (void *)at;
            else if (entry->d_tag == DT_HASH)
                hash = (void *)at;
        }
    }
    REQUIRE(strings && symbols);
    for (unsigned i = 1; hash && i < hash[1]; i++)
        if (strcmp(strings + symbols[i].st_name, wanted) == 0)
            return 1;
    return hash == 0;
}

int main(int argc, char **argv)
{
    const int numbers[] = {AT_PAGESZ, AT_CLKTCK, AT_PHENT, AT_FLAGS, AT_UID, AT_EUID, AT_GID, AT_EGID, AT_SECURE, AT_HWCAP2};
    for (unsigned i = 0; i < sizeof numbers / sizeof *numbers; i++)
        printf("%d = %lu\n", numbers[i], getauxval(numbers[i]));
    printf("platform %s\n", (char *)getauxval(AT_PLATFORM));
    printf("phnum > 0: %d, hwcap has sse2: %d\n", getauxval(AT_PHNUM) > 0, (int)(getauxval(AT_HWCAP) >> 26 & 1));
    printf("signal stack is large: %d\n", getauxval(AT_MINSIGSTKSZ) > 2048);
    printf("base: %d, entry in code: %d\n", getauxval(AT_BASE) != 0, labs((long)getauxval(AT_ENTRY) - (long)main) < 1 << 20);
    unsigned char *random = (void *)getauxval(AT_RANDOM);
    int zeros = 0;
    for (int i = 0; i < 16; i++)
        zeros += random[i] == 0;
    printf("random: %d\n", zeros < 8);
    char **past = environ;
    while (*past)
        past++;
    ElfW(auxv_t) *vector = (void *)(past + 1);
    int count = 0;
    while (vector[count].a_type != AT_NULL)
        count++;
    printf("vector follows environment: %d\n", count > 15);
    printf("strings above vectors: %d\n", (void *)argv[0] > (void *)(vector + count) && (char *)random > (char *)(vector + count));
    printf("argc before argv: %ld\n", ((long *)argv)[-1]);
    printf("start aligned: %d\n", (int)((uintptr_t)((long *)argv - 1) % 16));
    ElfW(Phdr) *headers = (void *)getauxval(AT_PHDR);
    int loads = 0, own = 0;
    for (unsigned i = 0; i < getauxval(AT_PHNUM); i++) {
        loads += headers[i].p_type == PT_LOAD;
        own += headers[i].p_type == PT_PHDR;
    }
    printf("program headers readable: %d %d\n", loads > 1, own);
    const char *names[] = {"__vdso_clock_gettime", "__vdso_gettimeofday", "__vdso_time", "__vdso_getcpu", "__vdso_clock_getres"};
    for (unsigned i = 0; i < 5; i++)
        printf("%s: %d\n", names[i], has_symbol(names[i]));
    return argc - 1;
}
