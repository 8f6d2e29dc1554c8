using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Zonix.Abi;
using Zonix.Kernel;
using Zonix.Kernel.Tasks;

namespace Zonix.Zones.Tests;

/// <summary>
/// Runs mutants of a program in a machine: each ends in an error of execve or in its own death, and the machine lives on.
/// ZONIX_FUZZ sets how many (a few hundred otherwise), ZONIX_FUZZ_SEED where to start.
/// </summary>
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public sealed class LoaderFuzzTests : IDisposable
{
    private const int Pages = 4;
    private static readonly TimeSpan s_patience = TimeSpan.FromMilliseconds(200);

    private readonly string _folder = Directory.CreateTempSubdirectory("zonix-fuzz").FullName;
    private readonly ZoneMachine _machine = new();
    private readonly List<string> _oopses = [];
    private readonly Zone _zone;
    private int _files;

    public LoaderFuzzTests()
    {
        _machine.Kernel.OopsLog = text =>
        {
            lock (_oopses)
                _oopses.Add(text);
        };
        Assert.Equal((Errno)0, Zone.Create(_machine, new ZoneOptions { RootDirectory = _folder }, out Zone? zone));
        _zone = zone!;
    }

    public void Dispose()
    {
        _zone.Dispose();
        _machine.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void TheProgramItselfRuns(bool positionIndependent) =>
        Assert.Equal(TinyProgram.ExitCode << 8, Run(TinyProgram.Build(positionIndependent), out _));

    [Fact]
    public void MutantsHarmOnlyThemselves()
    {
        int count = Setting("ZONIX_FUZZ", 400);
        int seed = Setting("ZONIX_FUZZ_SEED", 1);
        byte[][] seeds = [TinyProgram.Build(false), TinyProgram.Build(true)];
        var outcomes = new SortedDictionary<string, int>();
        for (int i = 0; i < count; i++)
        {
            var random = new Random(seed + i);
            byte[] mutant = (byte[])seeds[i & 1].Clone();
            for (int changes = 1 + random.Next(4); changes > 0; changes--)
                Mutate(mutant, random);
            if (random.Next(20) == 0)
                mutant = mutant[..random.Next(mutant.Length)];
            int? status = Run(mutant, out Errno error);
            lock (_oopses)
                Assert.True(_oopses.Count == 0, $"mutant {seed + i}: {string.Join('\n', _oopses)}");
            string outcome = status is null ? error.ToString() : $"status {status:x}";
            outcomes[outcome] = outcomes.GetValueOrDefault(outcome) + 1;
            if (status is null)
                Assert.True(error is Errno.ENOEXEC or Errno.ENOMEM or Errno.EIO or Errno.EINVAL or Errno.ENOENT or Errno.EACCES or Errno.ELIBBAD
                    or Errno.EISDIR or Errno.ENOTDIR or Errno.ENAMETOOLONG, $"mutant {seed + i}: {error}");
        }

        Assert.Equal(TinyProgram.ExitCode << 8, Run(seeds[0], out _));
        TestContext.Current.TestOutputHelper?.WriteLine(string.Join(", ", outcomes.Select(o => $"{o.Key}: {o.Value}")));
    }

    private static int Setting(string name, int value) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.Integer, CultureInfo.InvariantCulture, out int set) ? set : value;

    private static void Mutate(byte[] file, Random random)
    {
        int at = random.Next(10) == 0 ? random.Next(file.Length - 8) : random.Next(TinyProgram.HeaderBytes / 2) * 2;
        ulong value = random.Next(8) switch
        {
            0 => 0,
            1 => ulong.MaxValue,
            2 => 1UL << random.Next(64),
            3 => (1UL << random.Next(64)) - 1,
            4 => (ulong)random.Next(Pages * 4096),
            5 => (ulong)random.Next(Pages) * 4096,
            6 => BinaryPrimitives.ReadUInt64LittleEndian(file.AsSpan(at)) + (ulong)random.Next(-4096, 4096),
            _ => (ulong)random.NextInt64(),
        };
        switch (random.Next(4))
        {
            case 0:
                file[at] = (byte)value;
                break;
            case 1:
                BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(at), (ushort)value);
                break;
            case 2:
                BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(at), (uint)value);
                break;
            default:
                BinaryPrimitives.WriteUInt64LittleEndian(file.AsSpan(at), value);
                break;
        }
    }

    /// <summary>The wait status; null with an error when execve refused.</summary>
    private int? Run(byte[] program, out Errno error)
    {
        string name = (++_files).ToString(CultureInfo.InvariantCulture);
        string path = Path.Combine(_folder, name);
        File.WriteAllBytes(path, program);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        SysResult result = _zone.Start(Encoding.ASCII.GetBytes("/" + name), [], [], "/", false, out Process? process);
        error = result.Error;
        try
        {
            if (result.IsError)
                return null;
            if (!process!.Completion.Wait(s_patience))
            {
                process.BeginExit((int)Signal.SIGKILL);
                Assert.True(process.Completion.Wait(TimeSpan.FromSeconds(20)), $"{path} cannot be killed");
            }

            return process.Completion.Result;
        }
        finally
        {
            File.Delete(path);
        }
    }
}
