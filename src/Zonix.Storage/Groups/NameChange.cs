namespace Zonix.Storage.Groups;

/// <summary>A name that stands for an inode from now on, or for none when that is 0.</summary>
/// <param name="Parent">The directory's number.</param>
/// <param name="Name">The name's bytes.</param>
/// <param name="Inode">What it stands for.</param>
/// <param name="Hides">A layer below may have the name: that it is gone must be written down.</param>
public readonly record struct NameChange(ulong Parent, byte[] Name, ulong Inode, bool Hides);
