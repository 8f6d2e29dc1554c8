namespace Zonix.Kernel;

/// <summary>A file descriptor number as a guest gives it; nothing says yet that it is open.</summary>
public readonly record struct Fd(int Value)
{
    /// <summary>The value that asks a *at call to resolve against the working directory.</summary>
    public static Fd AT_FDCWD => new(-100);

    /// <inheritdoc/>
    public override string ToString() => Value.ToString("D", null);
}
