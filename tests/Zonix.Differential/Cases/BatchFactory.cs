namespace Zonix.Differential;

/// <summary>Makes batches from a seed.</summary>
public sealed class BatchFactory
{
    public BatchFactory(InstructionTable table) => Generator = new CaseGenerator(table);

    public CaseGenerator Generator { get; }

    public Batch Make(ulong seed, int cases = Layout.MaxCases)
    {
        var batch = new Batch(CaseGenerator.MakeMemory(seed));
        for (int i = 0; i < cases; i++)
            batch.Cases.Add(Generator.Generate(CaseSeed(seed, i), i, batch.Memory));
        return batch;
    }

    /// <summary>Cases without a defined result: see <see cref="CaseGenerator.GenerateChaos"/>.</summary>
    public Batch MakeChaos(ulong seed)
    {
        var batch = new Batch(CaseGenerator.MakeMemory(seed)) { LimitMs = 200 };
        for (int i = 0; i < Layout.MaxCases; i++)
            batch.Cases.Add(Generator.GenerateChaos(CaseSeed(seed, i), i, batch.Memory));
        return batch;
    }

    private static ulong CaseSeed(ulong batch, int index) => new Randomness(batch ^ ((ulong)(index + 1) << 48)).Next();
}
