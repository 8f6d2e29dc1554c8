namespace Zonix.Lx.Syscalls;

/// <summary>A row of the table of declared calls.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Name">Linux's name.</param>
/// <param name="Support">How much of it works.</param>
/// <param name="Missing">What a partial call lacks.</param>
internal readonly record struct DeclaredCall(int Number, string Name, Support Support, string? Missing);
