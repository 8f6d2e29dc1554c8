namespace Zonix.Generators;

/// <summary>A parameter of a call.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its type, fully qualified.</param>
/// <param name="Kind">How it is decoded.</param>
/// <param name="Underlying">The integer type of an enumeration.</param>
/// <param name="Members">The members of an enumeration.</param>
/// <param name="IsFlags">Whether the enumeration is a set of flags.</param>
internal sealed record ParameterModel(
    string Name, string Type, ParameterKind Kind, string Underlying, EquatableArray<EnumMember> Members, bool IsFlags);
