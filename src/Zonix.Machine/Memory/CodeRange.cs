namespace Zonix.Machine;

/// <summary>A range of guest memory that may be executed.</summary>
/// <param name="Start">First address.</param>
/// <param name="End">First address behind it.</param>
/// <param name="Protection">Its protection.</param>
/// <param name="Unit">The unit that holds its translations, which then covers just this range; null: the window's private one.</param>
internal readonly record struct CodeRange(ulong Start, ulong End, MemoryProtection Protection, CodeUnit? Unit);
