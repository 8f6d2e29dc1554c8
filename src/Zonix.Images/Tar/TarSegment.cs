namespace Zonix.Images.Tar;

/// <summary>A part of a sparse file that holds data; what lies between is a hole.</summary>
public readonly record struct TarSegment(long Offset, long Length);
