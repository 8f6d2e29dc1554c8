using System.Globalization;
using System.Text;
using Zonix.Abi;
using Zonix.Kernel;

namespace Zonix.Zones.Tests;

/// <summary>A corrupt, truncated or hostile program is refused or dies; the machine goes on.</summary>
public sealed class HostileProgramTests(ITestOutputHelper output)
{
    private const int HeaderBytes = 64 + (14 * 56);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>Values that sit at the edges of what a header's fields may hold.</summary>
    private static readonly ulong[] Edges =
    [
        0, 1, 2, 3, 7, 0xFF, 0xFFF, 0x1000, 0x7FFF, 0xFFFF, 0x10000, 0x7FFFFFFF, 0x80000000, 0xFFFFF000, 0xFFFFFFFF, 0x100000000,
        0x7FFFFFFFF000, 0x800000000000, 0x7FFFFFFFFFFFFFFF, 0x8000000000000000, 0xFFFFFFFFFFFFF000, 0xFFFFFFFFFFFFFFFF,
    ];

    private int seed = 1;

    /// <summary>How many mutants to try: a few each time, ZONIX_MUTANTS for a long run.</summary>
    private static int Mutants =>
        int.TryParse(Environment.GetEnvironmentVariable("ZONIX_MUTANTS"), CultureInfo.InvariantCulture, out int count) ? count : 1500;

    [Fact]
    public void Mutated_programs_never_crash_the_machine()
    {
        string folder = Directory.CreateTempSubdirectory("zonix-mutants-").FullName;
        try
        {
            if (SmallPrograms.Build(folder) is not { } programs)
            {
                Assert.Skip("gcc is not installed");
                return;
            }

            using var machine = new ZoneMachine();
            var oopses = new List<string>();
            machine.Kernel.OopsLog = text =>
            {
                lock (oopses)
                    oopses.Add(text);
            };
            Assert.Equal((Errno)0, Zone.Create(machine, new ZoneOptions { RootDirectory = folder }, out Zone? zone));
            using (zone)
            {
                foreach (string program in programs)
                    Assert.Equal(SmallPrograms.ExitCode << 8, Run(zone!, Path.GetFileName(program)));
                TryMutants(zone!, folder, programs);
                foreach (string program in programs)
                    Assert.Equal(SmallPrograms.ExitCode << 8, Run(zone!, Path.GetFileName(program)));
            }

            Assert.Empty(oopses);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private void TryMutants(Zone zone, string folder, IReadOnlyList<string> programs)
    {
        byte[][] originals = [.. programs.Select(File.ReadAllBytes)];
        Dictionary<string, int> ends = [];
        for (int i = 0; i < Mutants; i++)
        {
            seed = i + 1;
            string name = $"mutant{i}";
            string path = Path.Combine(folder, name);
            File.WriteAllBytes(path, Mutate(originals[i % originals.Length]));
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
            int status = Run(zone, name);
            File.Delete(path);
            string end = status < 0 ? ((Errno)(-status)).ToString() : (status & 0x7F) != 0 ? $"signal {status & 0x7F}" : "exit";
            ends[end] = ends.GetValueOrDefault(end) + 1;
        }

        foreach ((string end, int count) in ends.OrderByDescending(pair => pair.Value))
            output.WriteLine($"{count,7} {end}");
    }

    /// <returns>The wait status, or the negated errno with which the program was refused.</returns>
    private static int Run(Zone zone, string name)
    {
        SysResult started = zone.Start(Encoding.UTF8.GetBytes("/" + name), [], [], "/", needsDirectory: false, out var process);
        if (started.IsError)
            return -(int)started.Error;
        if (!process!.Completion.Wait(Patience))
        {
            process.BeginExitBySignal(Signal.SIGKILL);
            Assert.True(process.Completion.Wait(Patience), $"{name} does not die");
        }

        return process.Completion.Result;
    }

    private byte[] Mutate(byte[] original)
    {
        byte[] mutant = [.. original];
        int changes = 1 + Next(4);
        for (int i = 0; i < changes; i++)
        {
            switch (Next(8))
            {
                case 0:
                    mutant[Next(mutant.Length)] ^= (byte)(1 << Next(8));
                    break;
                case 1:
                    Array.Resize(ref mutant, Math.Max(1, Next(mutant.Length)));
                    break;
                case 2 or 3:
                    mutant[Next(Math.Min(HeaderBytes, mutant.Length))] = (byte)Next(256);
                    break;
                default:
                    WriteEdge(mutant);
                    break;
            }
        }

        return mutant;
    }

    private void WriteEdge(byte[] mutant)
    {
        int width = 1 << Next(4);
        int at = Next(HeaderBytes / width) * width;
        ulong value = Edges[Next(Edges.Length)];
        for (int i = 0; i < width && at + i < mutant.Length; i++)
            mutant[at + i] = (byte)(value >> (8 * i));
    }

    /// <summary>A small generator of our own: a mutant is known by its number.</summary>
    private int Next(int limit)
    {
        seed = unchecked((seed * 1103515245) + 12345);
        return (int)(((uint)seed >> 8) % (uint)limit);
    }
}
