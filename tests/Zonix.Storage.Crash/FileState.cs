namespace Zonix.Storage.Crash;

/// <summary>A file as it should be: of each block the step that wrote it.</summary>
public sealed class FileState(uint id)
{
    /// <summary>Known by it in its blocks.</summary>
    public uint Id => id;

    /// <summary>The step that wrote each block.</summary>
    public List<uint> Versions { get; } = [];

    /// <summary>Whether it has ever been larger than what groups take as one piece: then bytes may be newer than its row.</summary>
    public bool WasLarge { get; private set; }

    /// <summary>Blocks are written.</summary>
    public void Write(int first, int count, uint version)
    {
        while (Versions.Count < first + count)
            Versions.Add(0);
        for (int i = 0; i < count; i++)
            Versions[first + i] = version;
        WasLarge |= Versions.Count * Blocks.Size > Contents.ContentStore.SmallLimit;
    }

    /// <summary>All goes.</summary>
    public void Empty()
    {
        Versions.Clear();
        WasLarge = false;
    }
}
