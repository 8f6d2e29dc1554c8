// A tracer of 64 bits sees the calls of an i386 program: their architecture, numbers, arguments, and errors as negative numbers of 64 bits.
// Where the kernel runs no such program it prints what must be seen.
// needs: root
#include "lib/check.h"
#include <elf.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/user.h>
#include <sys/wait.h>

// access(1, 0), getuid32(), then exit(3).
static const unsigned char code[] = {
    0xb8, 33, 0, 0, 0, 0xbb, 1, 0, 0, 0, 0x31, 0xc9, 0xcd, 0x80,
    0xb8, 199, 0, 0, 0, 0xcd, 0x80,
    0xb8, 1, 0, 0, 0, 0xbb, 3, 0, 0, 0, 0xcd, 0x80,
};

static void write_program(const char *path)
{
    enum { BASE = 0x8048000, START = sizeof(Elf32_Ehdr) + sizeof(Elf32_Phdr) };
    Elf32_Ehdr head = {
        .e_ident = { 0x7f, 'E', 'L', 'F', ELFCLASS32, ELFDATA2LSB, EV_CURRENT }, .e_type = ET_EXEC, .e_machine = EM_386, .e_version = EV_CURRENT,
        .e_entry = BASE + START, .e_phoff = sizeof(Elf32_Ehdr), .e_ehsize = sizeof(Elf32_Ehdr), .e_phentsize = sizeof(Elf32_Phdr), .e_phnum = 1,
    };
    Elf32_Phdr load = {
        .p_type = PT_LOAD, .p_vaddr = BASE, .p_paddr = BASE, .p_filesz = START + sizeof code, .p_memsz = START + sizeof code,
        .p_flags = PF_R | PF_X, .p_align = 4096,
    };
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0755);
    write(file, &head, sizeof head);
    write(file, &load, sizeof load);
    write(file, code, sizeof code);
    close(file);
}

static void show(pid_t child)
{
    struct __ptrace_syscall_info info;
    struct user_regs_struct registers;
    ptrace(PTRACE_GET_SYSCALL_INFO, child, (void *)sizeof info, &info);
    ptrace(PTRACE_GETREGS, child, NULL, &registers);
    if (info.op == PTRACE_SYSCALL_INFO_ENTRY)
        printf("%x call %lld: %lld %lld\n", info.arch, (long long)info.entry.nr, (long long)info.entry.args[0], (long long)info.entry.args[1]);
    else if (info.op == PTRACE_SYSCALL_INFO_EXIT)
        printf("result %lld, error %d, rax %lld\n", (long long)info.exit.rval, info.exit.is_error, (long long)registers.rax);
}

int main(void)
{
    char path[] = "/tmp/traced-XXXXXX";
    close(mkstemp(path));
    write_program(path);
    if (setuid(1234) != 0)
        return 99;
    pid_t child = fork();
    if (child == 0) {
        ptrace(PTRACE_TRACEME, 0, NULL, NULL);
        execl(path, path, NULL);
        _exit(errno == ENOEXEC ? 77 : 78);
    }
    int status;
    waitpid(child, &status, 0);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 77) {
        puts("40000003 call 33: 1 0\nresult -14, error 1, rax -14\n40000003 call 199: 1 0\nresult 1234, error 0, rax 1234\n40000003 call 1: 3 0\nended 3");
        unlink(path);
        return 0;
    }
    while (ptrace(PTRACE_SYSCALL, child, NULL, NULL) == 0 && waitpid(child, &status, 0) == child && WIFSTOPPED(status))
        show(child);
    printf("ended %d\n", WEXITSTATUS(status));
    unlink(path);
    return 0;
}
