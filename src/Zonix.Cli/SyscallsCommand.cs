using Zonix.Lx.Syscalls;

namespace Zonix.Cli;

/// <summary>zonix syscalls --markdown: the page of supported calls, docs/compat/syscalls.md.</summary>
internal static class SyscallsCommand
{
    internal static int Execute()
    {
        SupportPage.WriteMarkdown(Console.Out);
        return 0;
    }
}
