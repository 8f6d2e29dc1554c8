using Iced.Intel;

namespace Zonix.Differential;

/// <summary>Finds out which forms this CPU does not know, by executing them.</summary>
public static class Calibration
{
    private const int Tries = 3;
    private const int MaxTries = 16;
    private const int InvalidOpcode = 6;

    public static void Run(InstructionTable table, IRunner native)
    {
        byte[] memory = CaseGenerator.MakeMemory(1);
        var generator = new CaseGenerator(table);
        HashSet<Code> unsupported = [];
        var pending = new List<(InstructionForm Form, TestCase Case)>();
        var tried = new Dictionary<Code, int>();
        var undefined = new Dictionary<Code, int>();
        foreach (InstructionForm form in table.General.Concat(table.Privileged))
        {
            for (int i = 0; i < MaxTries && tried.GetValueOrDefault(form.Code) < Tries; i++)
            {
                if (generator.GenerateSingle(form, (ulong)form.Code * 16 + (ulong)i, pending.Count, memory) is { } test)
                {
                    pending.Add((form, test));
                    tried[form.Code] = tried.GetValueOrDefault(form.Code) + 1;
                }

                if (pending.Count == Layout.MaxCases)
                    Flush();
            }
        }

        Flush();
        foreach (InstructionForm form in table.General)
        {
            if (!tried.ContainsKey(form.Code))
                unsupported.Add(form.Code);
        }

        foreach ((Code code, int count) in undefined)
        {
            if (count == tried[code])
                unsupported.Add(code);
        }

        table.RemoveUnsupported(unsupported);

        void Flush()
        {
            var batch = new Batch(memory);
            batch.Cases.AddRange(pending.Select(item => item.Case));
            BatchResult result = native.Run(batch);
            for (int i = 0; i < pending.Count; i++)
            {
                if (result.States[i].Trap == InvalidOpcode)
                    undefined[pending[i].Form.Code] = undefined.GetValueOrDefault(pending[i].Form.Code) + 1;
            }

            pending.Clear();
        }
    }
}
