namespace Zonix.Host.Files;

/// <summary>The variables that this process was started with.</summary>
public static class HostEnvironment
{
    private const string ProcessFile = "/proc/self/environ";

    /// <summary>
    /// Each variable as NAME=value in the bytes and the order in which the caller passed it, which the runtime's own
    /// table does not keep.
    /// </summary>
    public static IReadOnlyList<byte[]> Variables()
    {
        if (!File.Exists(ProcessFile))
        {
            List<byte[]> unordered = [];
            foreach (System.Collections.DictionaryEntry variable in Environment.GetEnvironmentVariables())
                unordered.Add(System.Text.Encoding.UTF8.GetBytes($"{variable.Key}={variable.Value}"));
            return unordered;
        }

        List<byte[]> variables = [];
        ReadOnlySpan<byte> rest = File.ReadAllBytes(ProcessFile);
        while (!rest.IsEmpty)
        {
            int end = rest.IndexOf((byte)0);
            ReadOnlySpan<byte> variable = end < 0 ? rest : rest[..end];
            if (!variable.IsEmpty)
                variables.Add(variable.ToArray());
            rest = end < 0 ? default : rest[(end + 1)..];
        }

        return variables;
    }
}
