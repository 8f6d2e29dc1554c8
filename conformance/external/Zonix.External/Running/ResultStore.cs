using System.Diagnostics;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Zonix.External.Running;

/// <summary>Results by name in a JSON file, written every few seconds, so that a run that was broken off can go on.</summary>
internal sealed class ResultStore<T>
    where T : class
{
    private static readonly TimeSpan SaveEvery = TimeSpan.FromSeconds(3);

    private static readonly JsonSerializerOptions Format = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter() },
    };

    private readonly string path;
    private readonly Lock gate = new();
    private readonly SortedDictionary<string, T> results;
    private long saved = Stopwatch.GetTimestamp();

    internal ResultStore(string path)
    {
        this.path = path;
        SortedDictionary<string, T>? read = File.Exists(path) ? JsonSerializer.Deserialize<SortedDictionary<string, T>>(File.ReadAllText(path), Format) : null;
        results = new(read ?? [], StringComparer.Ordinal);
    }

    internal T? this[string name]
    {
        get
        {
            lock (gate)
            {
                return results.GetValueOrDefault(name);
            }
        }
    }

    internal void Add(string name, T result)
    {
        lock (gate)
        {
            results[name] = result;
            if (Stopwatch.GetElapsedTime(saved) > SaveEvery)
            {
                Write();
            }
        }
    }

    internal void Save()
    {
        lock (gate)
        {
            Write();
        }
    }

    private void Write()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path + ".new", JsonSerializer.Serialize(results, Format));
        File.Move(path + ".new", path, overwrite: true);
        saved = Stopwatch.GetTimestamp();
    }
}
