namespace Zonix.Images.Unpacking;

/// <summary>An extended attribute: its full name ("user.x", "security.capability") and its value. xattr(7).</summary>
public readonly record struct ExtendedAttribute(byte[] Name, byte[] Value);
