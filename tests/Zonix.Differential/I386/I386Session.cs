using System.Diagnostics;

namespace Zonix.Differential;

/// <summary>
/// Compares i386 code with a CPU, where the host's kernel runs such programs, or else with an emulator that is not ours. Only integers, moves and
/// control are compared, in registers, memory and the lower halves of vectors.
/// </summary>
public sealed class I386Session : IDisposable
{
    private const int SIGALRM = 14;

    private readonly ProcessRunner _reference;
    private readonly IRunner _runner;
    private readonly I386Generator _generator = new();

    /// <param name="reference">The command of the reference: see <see cref="FindReference"/>.</param>
    /// <param name="runner">What is compared with it.</param>
    public I386Session(string[] reference, IRunner runner)
    {
        _reference = new ProcessRunner(reference.Length == 1 ? "native" : "qemu-i386", reference);
        _runner = runner;
    }

    public long Instructions { get; private set; }

    public long Cases { get; private set; }

    /// <summary>How many forms there are.</summary>
    public int Forms => _generator.Forms;

    public SortedDictionary<uint, long> Endings { get; } = [];

    public List<string> Differences { get; } = [];

    /// <summary>The command that runs cases elsewhere; null when this host has neither a kernel for i386 programs nor an emulator.</summary>
    public static string[]? FindReference()
    {
        string executor = Executor.Build32();
        if (Succeeds(executor))
            return [executor];
        foreach (string emulator in (ReadOnlySpan<string>)["/usr/bin/qemu-i386-static", "/usr/bin/qemu-i386"])
        {
            if (File.Exists(emulator))
                return [emulator, "-cpu", "max", executor, "live"];
        }

        return null;
    }

    /// <summary>Runs until that many instructions were generated or that many differences were found.</summary>
    public void Run(ulong seed, long instructions, int limit)
    {
        for (; Instructions < instructions && Differences.Count < limit; seed++)
        {
            var batch = new Batch(CaseGenerator.MakeMemory(seed)) { LimitMs = 30_000 };
            for (int i = 0; i < Layout.MaxCases; i++)
                batch.Cases.Add(_generator.Generate((seed << 16) ^ (ulong)i, i));
            Compare(seed, batch, limit);
        }
    }

    public void Dispose()
    {
        _reference.Dispose();
        _runner.Dispose();
    }

    private static bool Succeeds(string program)
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(program) { RedirectStandardInput = true })!;
            process.StandardInput.Close();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    private void Compare(ulong seed, Batch batch, int limit)
    {
        BatchResult reference = _reference.Run(batch), other = _runner.Run(batch);
        for (int i = 0; i < batch.Cases.Count; i++)
        {
            TestCase test = batch.Cases[i];
            Cases++;
            Instructions += test.Marks.Count;
            if (reference.States[i].Signal == SIGALRM)
            {
                var text = new System.Text.StringBuilder($"case {i} of batch {seed} does not end:\n");
                DifferenceReport.Disassemble(text, test, reference.States[i].Rip);
                throw new InvalidOperationException(text.ToString());
            }

            Endings[reference.States[i].Trap] = Endings.GetValueOrDefault(reference.States[i].Trap) + 1;
            List<string> inBatch = Comparison.Differences(test, reference.States[i], other.States[i], _runner);
            if (Differences.Count >= limit || inBatch.Count == 0)
                continue;
            TestCase smallest = new Minimizer(_reference, _runner).Minimize(batch, test, out (BatchResult Native, BatchResult Other) results);
            // What shows only behind other cases is gone when the case is made smaller.
            Differences.Add(DifferenceReport.Describe(_runner, seed, smallest, results.Native, results.Other) + "in its batch:\n" + string.Join('\n', inBatch) + "\n");
        }
    }
}
