using System.Diagnostics;
using System.Globalization;
using System.Text;
using Zonix.Abi;

namespace Zonix.Lx.Tests;

/// <summary>Asks the C compiler how it lays a structure out, for x86-64 or i386.</summary>
internal sealed class LayoutProgram(string machineFlag)
{
    private const long Mark = 0x5a000000;

    /// <summary>What differed so far.</summary>
    internal List<string> Differences { get; } = [];

    /// <summary>Compares a structure by its C name and those of its fields, in the order of the declaration.</summary>
    internal void Check<T>(GuestAbi abi, string header, string type, string fields)
        where T : unmanaged, IGuestStructure<T>
    {
        string[] names = fields.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        long[] declared = [T.SizeOf(abi), .. T.OffsetsOf(abi)[..names.Length].ToArray().Select(o => (long)o)];
        long[] inC = Ask(header, type, names);
        if (!inC.SequenceEqual(declared))
            Differences.Add($"{type}: C has {string.Join(' ', inC)}, declared is {string.Join(' ', declared)}");
    }

    private long[] Ask(string header, string type, string[] fields)
    {
        // The numbers are read in the assembly, so that nothing has to run.
        var text = new StringBuilder($"#define _GNU_SOURCE\n#include <stddef.h>\n#include <sys/types.h>\n{header}\nunsigned layout[] = {{ 0x5a000000u + sizeof({type})");
        foreach (string field in fields)
            text.Append(CultureInfo.InvariantCulture, $", 0x5a000000u + offsetof({type}, {field})");
        text.Append(" };\n");
        using var gcc = Process.Start(new ProcessStartInfo("gcc", [machineFlag, "-w", "-S", "-O1", "-x", "c", "-o", "-", "-"])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        gcc.StandardInput.Write(text);
        gcc.StandardInput.Close();
        string assembly = gcc.StandardOutput.ReadToEnd(), errors = gcc.StandardError.ReadToEnd();
        gcc.WaitForExit();
        Assert.SkipWhen(
            machineFlag == "-m32" && errors.Contains("No such file or directory", StringComparison.Ordinal), "no headers for i386: apt-get install gcc-multilib");
        Assert.True(gcc.ExitCode == 0, errors);
        return [.. assembly.Split('\n').Select(Number).Where(n => n >= Mark).Select(n => n - Mark)];
    }

    private static long Number(string line) =>
        line.StartsWith("\t.long\t", StringComparison.Ordinal) && long.TryParse(line[7..], CultureInfo.InvariantCulture, out long number) ? number : -1;
}
