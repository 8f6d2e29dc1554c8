namespace Zonix.External.Running;

/// <summary>Where a program runs.</summary>
internal enum Side
{
    Native,
    Zone,
}
