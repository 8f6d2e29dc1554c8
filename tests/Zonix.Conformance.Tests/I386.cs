namespace Zonix.Conformance.Tests;

/// <summary>
/// Programs that exist for i386 alone (`needs: i386`). Where the host's kernel runs none, the oracle is an emulator that makes the host's calls.
/// </summary>
internal static class I386
{
    private const string Emulator = "qemu-i386-static";

    /// <summary>Why they cannot be built, or compared with anything; null when they can.</summary>
    internal static string? Missing => Prerequisites.MissingI386Compiler()
        ?? (Prerequisites.RunsI386 || Prerequisites.Find(Emulator) is not null ? null : $"the host runs no i386 programs, and {Emulator} is not installed");

    /// <summary>The command that runs a program outside of zones.</summary>
    internal static IReadOnlyList<string> Native(IReadOnlyList<string> command) =>
        Prerequisites.RunsI386 ? command : [Prerequisites.Find(Emulator)!, .. command];
}
