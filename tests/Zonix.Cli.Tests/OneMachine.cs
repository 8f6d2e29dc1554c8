namespace Zonix.Cli.Tests;

/// <summary>Tests that ask one machine, one after the other: commands find it by a variable of the process, and print to the process's console.</summary>
[CollectionDefinition(Name)]
public sealed class OneMachine : ICollectionFixture<MachineFixture>
{
    /// <summary>What the tests' classes name.</summary>
    public const string Name = "one machine";
}
