namespace Zonix.Architecture.Tests;
public sealed class Probe { [Fact] public void Ok() => Assert.True(true); }
