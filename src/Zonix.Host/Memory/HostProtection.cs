namespace Zonix.Host.Memory;

/// <summary>Protection of host pages; the values are those of mmap(2).</summary>
[Flags]
public enum HostProtection
{
    None = 0,
    Read = 1,
    Write = 2,
    Execute = 4,
}
