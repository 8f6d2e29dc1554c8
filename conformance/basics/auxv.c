// The auxiliary vector: which entries there are, and those values that are fixed or can be checked.
// needs: cpu:fsgsbase
#include "lib/check.h"
#include <elf.h>
#include <link.h>
#include <sys/auxv.h>

extern char **environ;

int main(void)
{
    char **e = environ;
    while (*e)
        e++;
    const ElfW(auxv_t) *v = (void *)(e + 1);
    unsigned long phdr = 0, entry = 0, base = 0, seen = 0;
    for (; v->a_type != AT_NULL; v++) {
        unsigned long value = v->a_un.a_val;
        if (v->a_type < 64)
            seen |= 1UL << v->a_type;
        switch (v->a_type) {
        case AT_PAGESZ: case AT_CLKTCK: case AT_PHENT: case AT_PHNUM: case AT_FLAGS: case AT_SECURE:
        case AT_UID: case AT_EUID: case AT_GID: case AT_EGID: case AT_HWCAP2:
            printf("%lu = %lu\n", (unsigned long)v->a_type, value);
            break;
        case AT_HWCAP: printf("hwcap bits: fpu %lu tsc %lu cx8 %lu sse2 %lu\n", value & 1, value >> 4 & 1, value >> 8 & 1, value >> 26 & 1); break;
        case AT_PLATFORM: printf("platform %s\n", (char *)value); break;
        case AT_EXECFN: printf("execfn ends in /auxv: %d\n", strcmp(strrchr((char *)value, '/'), "/auxv") == 0); break;
        case AT_RANDOM: { int sum = 0; for (int i = 0; i < 16; i++) sum += ((uint8_t *)value)[i] != 0; printf("random: %d\n", sum > 8); } break;
        case AT_PHDR: phdr = value; break;
        case AT_ENTRY: entry = value; break;
        case AT_BASE: base = value; break;
        case AT_SYSINFO_EHDR: printf("vdso: %d %d\n", value % 4096 == 0, memcmp((void *)value, "\177ELF", 4) == 0); break;
        case AT_MINSIGSTKSZ: printf("minsigstksz: %d\n", value >= 2048 && value < 16384); break;
        default: break;
        }
    }
    const unsigned wanted[] = {AT_SYSINFO_EHDR, AT_HWCAP, AT_PAGESZ, AT_CLKTCK, AT_PHDR, AT_PHENT, AT_PHNUM, AT_BASE, AT_FLAGS, AT_ENTRY, AT_UID, AT_EUID,
                               AT_GID, AT_EGID, AT_SECURE, AT_RANDOM, AT_HWCAP2, AT_EXECFN, AT_PLATFORM, AT_MINSIGSTKSZ};
    for (unsigned i = 0; i < sizeof wanted / sizeof *wanted; i++)
        printf("entry %u %s\n", wanted[i], seen >> wanted[i] & 1 ? "there" : "missing");
    const ElfW(Ehdr) *self = (void *)(phdr - sizeof(ElfW(Ehdr)));
    printf("headers in front: %d, entry matches: %d\n", memcmp(self->e_ident, "\177ELF", 4) == 0, entry == (unsigned long)self + self->e_entry);
    printf("interpreter at base: %d\n", memcmp((void *)base, "\177ELF", 4) == 0);
    char *brk = sbrk(0);
    printf("brk grows: %d", brk != (void *)-1 && sbrk(65536) == brk && sbrk(0) == brk + 65536);
    brk[65535] = 1;
    printf(" shrinks: %d zeroed: ", sbrk(-65536) == brk + 65536);
    sbrk(65536);
    printf("%d\n", brk[65535]);
    printf("brk after the image: %d, stack above: %d\n", (uintptr_t)brk > (uintptr_t)&environ, (uintptr_t)e > (uintptr_t)brk);
    return 0;
}
