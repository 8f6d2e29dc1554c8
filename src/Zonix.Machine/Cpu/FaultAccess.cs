namespace Zonix.Machine;

/// <summary>What an access that faulted wanted to do.</summary>
public enum FaultAccess
{
    Read,
    Write,
    Execute,
}
