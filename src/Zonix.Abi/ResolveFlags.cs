namespace Zonix.Abi;

/// <summary>RESOLVE_* of openat2(2).</summary>
[Flags]
public enum ResolveFlags : ulong
{
    RESOLVE_NO_XDEV = 1,
    RESOLVE_NO_MAGICLINKS = 2,
    RESOLVE_NO_SYMLINKS = 4,
    RESOLVE_BENEATH = 8,
    RESOLVE_IN_ROOT = 16,
    RESOLVE_CACHED = 32,
}
