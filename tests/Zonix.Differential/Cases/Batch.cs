namespace Zonix.Differential;

/// <summary>Cases that run one after the other, each from the same initial memory.</summary>
public sealed class Batch
{
    private const byte Breakpoint = 0xCC;

    public Batch(byte[] memory) => Memory = memory;

    /// <summary>All areas, in the order of <see cref="Layout.Areas"/>.</summary>
    public byte[] Memory { get; }

    public List<TestCase> Cases { get; } = [];

    /// <summary>Results also hold the memory that each case leaves behind.</summary>
    public bool WantsMemory { get; init; }

    public int LimitMs { get; init; } = 20_000;

    public byte[] BuildCode()
    {
        byte[] code = new byte[Layout.CodeSize];
        code.AsSpan().Fill(Breakpoint);
        foreach (TestCase test in Cases)
            test.Code.CopyTo(code, (int)(test.CodeAddress - Layout.CodeBase));
        return code;
    }

    /// <summary>The same memory with other cases.</summary>
    public Batch With(TestCase test)
    {
        var batch = new Batch(Memory) { WantsMemory = true, LimitMs = 500 };
        batch.Cases.Add(test);
        return batch;
    }
}
