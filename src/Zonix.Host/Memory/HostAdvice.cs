namespace Zonix.Host.Memory;

/// <summary>Advice on the use of host pages; the values are those of madvise(2).</summary>
public enum HostAdvice
{
    Normal = 0,
    Random = 1,
    Sequential = 2,
    WillNeed = 3,
    DontNeed = 4,
    Free = 8,
    HugePage = 14,
    NoHugePage = 15,
    PopulateRead = 22,
    PopulateWrite = 23,

    /// <summary>Puts the contents into huge pages now (Linux 6.1).</summary>
    Collapse = 25,
}
