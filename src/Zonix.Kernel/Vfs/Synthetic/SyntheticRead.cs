namespace Zonix.Kernel.Vfs.Synthetic;

/// <summary>Makes the text of a synthetic file; 0, or why it cannot be read (ESRCH: what it tells of is gone).</summary>
public delegate Errno SyntheticRead(out byte[] text);
