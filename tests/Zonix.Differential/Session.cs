using System.Diagnostics;

namespace Zonix.Differential;

/// <summary>Runs batches natively and elsewhere until enough instructions were compared or something differs.</summary>
public sealed class Session : IDisposable
{
    private const int SIGALRM = 14;
    private readonly IReadOnlyList<IRunner> _others;
    private readonly ProcessRunner _native;
    private readonly BatchFactory _factory;

    public Session(IReadOnlyList<IRunner> others)
    {
        _others = others;
        _native = new ProcessRunner("native", [Executor.Build()]);
        Calibration.Run(Table, _native);
        _factory = new BatchFactory(Table);
    }

    public InstructionTable Table { get; } = new();

    public long Instructions { get; private set; }

    public long Cases { get; private set; }

    /// <summary>How cases ended, by exception number.</summary>
    public SortedDictionary<uint, long> Endings { get; } = [];

    public List<string> Differences { get; } = [];

    /// <summary>Forms that were generated at least so often.</summary>
    public int Covered(long times) => Table.General.Count(form => _factory.Generator.Generated(form.Code) >= times);

    /// <summary>Forms that were never generated.</summary>
    public IEnumerable<Iced.Intel.Code> Missed => Table.General.Where(form => _factory.Generator.Generated(form.Code) == 0).Select(form => form.Code);

    /// <summary>Runs until that many instructions were generated or that many differences were found.</summary>
    public void Run(ulong seed, long instructions, int limit, Action<Session>? progress = null)
    {
        var watch = Stopwatch.StartNew();
        Task<Batch> next = Task.Run(() => _factory.Make(seed));
        while (Instructions < instructions && Differences.Count < limit)
        {
            Batch batch = next.Result;
            ulong following = seed + 1;
            next = Task.Run(() => _factory.Make(following));
            Compare(seed, batch, limit);
            seed = following;
            if (progress is not null && watch.Elapsed.TotalSeconds >= 5)
            {
                progress(this);
                watch.Restart();
            }
        }

        next.Wait();
    }

    /// <summary>Runs cases without a defined result; whether the machine survives them is the result.</summary>
    public void RunChaos(ulong seed, long instructions)
    {
        for (; Instructions < instructions; seed++)
        {
            Batch batch = _factory.MakeChaos(seed);
            foreach (IRunner other in _others)
            {
                BatchResult result = other.Run(batch);
                foreach (ref readonly MachineState state in result.States.AsSpan())
                    Endings[state.Trap] = Endings.GetValueOrDefault(state.Trap) + 1;
            }

            Cases += batch.Cases.Count;
            Instructions += batch.Cases.Sum(test => (long)test.Marks.Count);
        }
    }

    /// <summary>The code of one case of a batch.</summary>
    public string Disassemble(ulong seed, int index, bool isChaos)
    {
        var text = new System.Text.StringBuilder();
        DifferenceReport.Disassemble(text, (isChaos ? _factory.MakeChaos(seed) : _factory.Make(seed)).Cases[index], 0);
        return text.ToString();
    }

    /// <summary>Runs one case of a batch.</summary>
    public string Replay(ulong seed, int index, bool isChaos)
    {
        Batch batch = isChaos ? _factory.MakeChaos(seed) : _factory.Make(seed);
        TestCase test = batch.Cases[index];
        var text = new System.Text.StringBuilder();
        Batch single = batch.With(test);
        BatchResult native = _native.Run(single);
        foreach (IRunner other in _others)
            text.Append(DifferenceReport.Describe(other, seed, test, native, other.Run(single)));
        return text.ToString();
    }

    public void Dispose()
    {
        _native.Dispose();
        foreach (IRunner other in _others)
            other.Dispose();
    }

    private void Compare(ulong seed, Batch batch, int limit)
    {
        Task<BatchResult> pending = Task.Run(() => _native.Run(batch));
        var results = new List<BatchResult>();
        foreach (IRunner other in _others)
            results.Add(other.Run(batch));
        BatchResult native = pending.Result;
        for (int i = 0; i < batch.Cases.Count; i++)
        {
            TestCase test = batch.Cases[i];
            Cases++;
            Instructions += test.Marks.Count;
            if (native.States[i].Signal == SIGALRM)
                throw new InvalidOperationException($"case {i} of batch {seed} does not end");
            Endings[native.States[i].Trap] = Endings.GetValueOrDefault(native.States[i].Trap) + 1;
            for (int j = 0; j < _others.Count && Differences.Count < limit; j++)
            {
                if (Comparison.Differences(test, native.States[i], results[j].States[i], _others[j]).Count > 0)
                    Report(seed, batch, test, _others[j], native.States[i], results[j].States[i]);
            }
        }
    }

    private void Report(ulong seed, Batch batch, TestCase test, IRunner other, in MachineState native, in MachineState state)
    {
        TestCase smallest = new Minimizer(_native, other).Minimize(batch, test, out (BatchResult Native, BatchResult Other) results);
        string text = DifferenceReport.Describe(other, seed, smallest, results.Native, results.Other);
        List<string> lines = Comparison.Differences(smallest, results.Native.States[0], results.Other.States[0], other);
        if (lines.Count == 0)
        {
            text += "  (not when run alone; in the batch:)\n";
            foreach (string line in Comparison.Differences(test, native, state, other))
                text += $"  {line}\n";
        }

        Differences.Add(text);
    }
}
