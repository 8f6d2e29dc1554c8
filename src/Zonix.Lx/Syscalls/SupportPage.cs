namespace Zonix.Lx.Syscalls;

/// <summary>Writes the page of supported calls, docs/compat/syscalls.md.</summary>
public static class SupportPage
{
    /// <summary>Writes the page as Markdown.</summary>
    public static void WriteMarkdown(TextWriter writer)
    {
        writer.WriteLine("# Linux system calls");
        writer.WriteLine();
        writer.WriteLine("Made by `zonix syscalls --markdown` from the declarations of the calls. A missing call answers `ENOSYS`.");
        WriteAbi(writer, "x86-64", SyscallCatalog.X64(), CallNamesX64.Count, CallNamesX64.Of);
        WriteAbi(writer, "i386 (`int 0x80`)", SyscallCatalog.I386(), CallNamesI386.Count, CallNamesI386.Of);
    }

    private static void WriteAbi(TextWriter writer, string title, DeclaredCall[] declared, int count, Func<uint, string?> name)
    {
        var byNumber = new Dictionary<int, DeclaredCall>(declared.Length);
        var full = 0;
        foreach (var call in declared)
        {
            byNumber.Add(call.Number, call);
            full += call.Support == Support.Full ? 1 : 0;
        }

        var known = 0;
        for (var number = 0; number < count; number++)
        {
            known += name((uint)number) is null ? 0 : 1;
        }

        writer.WriteLine();
        writer.WriteLine($"## {title}");
        writer.WriteLine();
        writer.WriteLine($"{full} full, {declared.Length - full} partial, {known - declared.Length} missing.");
        writer.WriteLine();
        writer.WriteLine("| number | call | support | what is missing |");
        writer.WriteLine("|---|---|---|---|");
        for (var number = 0; number < count; number++)
        {
            if (byNumber.TryGetValue(number, out var call))
            {
                writer.WriteLine($"| {number} | {call.Name} | {(call.Support == Support.Full ? "full" : "partial")} | {call.Missing} |");
            }
            else if (name((uint)number) is { } missing)
            {
                writer.WriteLine($"| {number} | {missing} | – | |");
            }
        }
    }
}
