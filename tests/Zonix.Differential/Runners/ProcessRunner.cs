using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Zonix.Differential;

/// <summary>Runs cases in the executor program: natively, or as a guest when it is started through zonix.</summary>
public sealed class ProcessRunner : IRunner
{
    private const uint Magic = 0x5A444946;
    private readonly Process _process;
    private readonly Stream _input;
    private readonly Stream _output;

    /// <param name="name">For messages.</param>
    /// <param name="command">The program and its arguments.</param>
    public ProcessRunner(string name, IReadOnlyList<string> command)
    {
        Name = name;
        var start = new ProcessStartInfo(command[0], command.Skip(1)) { RedirectStandardInput = true, RedirectStandardOutput = true };
        _process = Process.Start(start) ?? throw new InvalidOperationException($"cannot start {command[0]}");
        _input = _process.StandardInput.BaseStream;
        _output = _process.StandardOutput.BaseStream;
    }

    public string Name { get; }

    public bool HasSignalDetails => true;

    public bool HasFaultFlags { get; init; } = true;

    public BatchResult Run(Batch batch)
    {
        var states = new MachineState[batch.Cases.Count];
        for (int i = 0; i < states.Length; i++)
            states[i] = batch.Cases[i].Initial;
        try
        {
            _input.Write(MemoryMarshal.AsBytes<uint>([Magic, (uint)states.Length, batch.WantsMemory ? 1u : 0, (uint)batch.LimitMs]));
            _input.Write(batch.Memory);
            _input.Write(batch.BuildCode());
            _input.Write(MemoryMarshal.AsBytes<MachineState>(states));
            _input.Flush();
            var result = new BatchResult(states.Length);
            _output.ReadExactly(MemoryMarshal.AsBytes(result.States.AsSpan()));
            if (batch.WantsMemory)
            {
                result.Memory = new byte[states.Length * Layout.WritablePages * Layout.PageSize];
                _output.ReadExactly(result.Memory);
            }

            return result;
        }
        catch (IOException failure)
        {
            _process.WaitForExit(5000);
            throw new RunnerFailedException($"{Name} executor ended: {(_process.HasExited ? $"exit code {_process.ExitCode}" : "still running")}", failure);
        }
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
    }
}
