namespace Zonix.Conformance.Tests;

/// <summary>Every guest program under conformance/ behaves in a zone as it does natively.</summary>
public sealed class ProgramTests
{
    public static TheoryData<string> Names() => new(GuestProgram.All().Where(Suite.IsWanted));

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Names))]
    public void Behaves_as_natively(string name)
    {
        GuestProgram program = new(name);
        if (program.Directives.ReasonToSkip() is { } reason)
        {
            Assert.Skip($"{name}: {reason}");
        }

        if (Prerequisites.Missing("gcc") is { } noCompiler)
        {
            Assert.Skip($"{name}: {noCompiler}");
        }

        if (program.Directives.IsI386 && Prerequisites.MissingI386Compiler() is { } noHeaders)
        {
            Assert.Skip($"{name}: {noHeaders}");
        }

        string built = program.Build();
        IReadOnlyList<string> arguments = program.Directives.Arguments;
        Comparison.Demand(
            name,
            [program.BuildNative(), .. arguments],
            program.Directives,
            [Suite.Zonix, "run", .. program.Directives.ZoneOptions, .. Suite.Options, "host", "--", built, .. arguments]);
    }
}
