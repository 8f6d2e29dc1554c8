namespace Zonix.Machine;

/// <summary>The units that windows of one kind can run, compared one by one.</summary>
internal sealed class CodeUnitSet : IEquatable<CodeUnitSet>
{
    private readonly int _hash;

    /// <summary>The units in the order of their addresses.</summary>
    internal CodeUnitSet(WindowKind kind, CodeUnit[] units)
    {
        Kind = kind;
        Units = units;
        var hash = default(HashCode);
        hash.Add(kind);
        foreach (CodeUnit unit in units)
        {
            hash.Add(unit);
            IsPrivate |= unit.Key is null;
        }

        _hash = hash.ToHashCode();
    }

    internal WindowKind Kind { get; }

    internal CodeUnit[] Units { get; }

    /// <summary>Whether a private unit is among them, so that no other window can have the same.</summary>
    internal bool IsPrivate { get; }

    public bool Equals(CodeUnitSet? other) =>
        other is not null && _hash == other._hash && Kind == other.Kind && Units.AsSpan().SequenceEqual(other.Units);

    public override bool Equals(object? obj) => Equals(obj as CodeUnitSet);

    public override int GetHashCode() => _hash;

    /// <summary>Whether everything of another set is here, too.</summary>
    internal bool Includes(CodeUnitSet other)
    {
        foreach (CodeUnit unit in other.Units)
        {
            if (Array.IndexOf(Units, unit) < 0)
                return false;
        }

        return true;
    }
}
