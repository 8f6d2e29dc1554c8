namespace Zonix.Differential;

/// <summary>Makes a case that differs as small as it gets, by putting nops in place of its instructions.</summary>
public sealed class Minimizer(IRunner native, IRunner other)
{
    private const int SIGALRM = 14;

    /// <summary>The smallest case found; its results are in <paramref name="results"/>.</summary>
    public TestCase Minimize(Batch batch, TestCase test, out (BatchResult Native, BatchResult Other) results)
    {
        if (!Differs(batch, test, null, out results))
            return test;
        // A case that ends in another way is about something else.
        (uint, ulong) ending = (results.Native.States[0].Trap, results.Native.States[0].Rip);
        bool shrunk = true;
        while (shrunk)
        {
            shrunk = false;
            for (int i = test.Marks.Count - 2; i >= 0; i--)
            {
                TestCase.Mark mark = test.Marks[i];
                Span<byte> old = test.Code.AsSpan(mark.Offset, mark.Length);
                if (!old.ContainsAnyExcept((byte)0x90))
                    continue;
                byte[] candidate = [.. test.Code];
                candidate.AsSpan(mark.Offset, mark.Length).Fill(0x90);
                TestCase smaller = With(test, candidate);
                if (Differs(batch, smaller, ending, out (BatchResult, BatchResult) found))
                {
                    (test, results) = (smaller, found);
                    shrunk = true;
                }
            }
        }

        return test;
    }

    private static TestCase With(TestCase test, byte[] code)
    {
        var copy = new TestCase(test.Seed, test.Slot) { Code = code, Start = test.Start, Bitness = test.Bitness, Initial = test.Initial };
        copy.Marks.AddRange(test.Marks);
        return copy;
    }

    private bool Differs(Batch batch, TestCase test, (uint Trap, ulong Rip)? ending, out (BatchResult Native, BatchResult Other) results)
    {
        Batch single = batch.With(test);
        results = (native.Run(single), other.Run(single));
        MachineState state = results.Native.States[0];
        return state.Signal != SIGALRM && (ending is null || (state.Trap, state.Rip) == ending)
            && Comparison.Differences(test, results.Native.States[0], results.Other.States[0], other).Count > 0;
    }
}
