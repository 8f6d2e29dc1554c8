// flags: -m32 -static -fno-pie -no-pie
// needs: i386
//
// Segments of threads and of the local table: set_thread_area, get_thread_area, modify_ldt.
#include <asm/ldt.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static char text[] = "thread area", other[] = "local table";

static char read_fs(uint16_t selector, unsigned offset)
{
    uint32_t value;
    __asm__ volatile("mov %1, %%fs; movzbl %%fs:(%2), %0" : "=r"(value) : "r"((uint32_t)selector), "r"(offset));
    return (char)value;
}

int main(void)
{
    struct user_desc area = { .entry_number = -1u, .base_addr = (uintptr_t)text, .limit = 0xFFFFF, .seg_32bit = 1, .limit_in_pages = 1, .useable = 1 };
    printf("set %ld\n", syscall(SYS_set_thread_area, &area));
    uint16_t selector = (uint16_t)(area.entry_number * 8 + 3);
    printf("%c%c\n", read_fs(selector, 0), read_fs(selector, 7));
    struct user_desc told = { .entry_number = area.entry_number };
    long result = syscall(SYS_get_thread_area, &told);
    printf("get %ld %d limit %x bits %d%d%d%d\n", result, told.base_addr == area.base_addr, told.limit, told.seg_32bit,
        told.limit_in_pages, told.seg_not_present, told.useable);
    told.entry_number = 3;
    result = syscall(SYS_get_thread_area, &told);
    printf("get 3: %ld %d\n", result, errno);
    struct user_desc local = { .entry_number = 5, .base_addr = (uintptr_t)other, .limit = 0xFFFFF, .seg_32bit = 1, .limit_in_pages = 1, .useable = 1 };
    printf("modify %ld\n", syscall(SYS_modify_ldt, 0x11, &local, sizeof local));
    printf("%c%c\n", read_fs(5 * 8 + 7, 0), read_fs(5 * 8 + 7, 6));
    uint64_t table[16];
    memset(table, 0, sizeof table);
    long size = syscall(SYS_modify_ldt, 0, table, sizeof table);
    printf("read %d\n", size >= 48);
    pid_t child = fork();
    if (child == 0)
        _exit(read_fs(5 * 8 + 7, 1) == 'o' && read_fs(selector, 1) == 'h' ? 7 : 8);
    int status;
    waitpid(child, &status, 0);
    printf("child %d\n", WEXITSTATUS(status));
    return 0;
}
