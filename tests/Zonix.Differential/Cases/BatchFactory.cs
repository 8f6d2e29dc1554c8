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

    private static ulong CaseSeed(ulong batch, int index) => new Randomness(batch ^ ((ulong)(index + 1) << 48)).Next();
}
