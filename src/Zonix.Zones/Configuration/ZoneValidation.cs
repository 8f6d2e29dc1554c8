using System.Globalization;
using System.Text;
using System.Text.Json;
using Zonix.Images;
using Zonix.Zones.Life;

namespace Zonix.Zones.Configuration;

/// <summary>Reads and checks configurations. Errors name the field, and what was expected of it.</summary>
public static class ZoneValidation
{
    private const int MaxName = 128;

    /// <summary>Reads a payload of JSON.</summary>
    /// <exception cref="ZoneException">It is no configuration, or has a field that does not exist.</exception>
    public static ZoneConfiguration Parse(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, ZoneJson.Default.ZoneConfiguration) ??
                throw new ZoneException(ZoneError.Invalid, "the payload is null; an object with the fields of a zone was expected");
        }
        catch (JsonException e)
        {
            throw new ZoneException(ZoneError.Invalid, Describe(e));
        }
    }

    /// <summary>Checks what a configuration says; answers warnings about what it says in vain.</summary>
    /// <exception cref="ZoneException">A field is not as it must be.</exception>
    public static IReadOnlyList<string> Check(ZoneConfiguration zone)
    {
        ArgumentNullException.ThrowIfNull(zone);
        if (zone.Alias is { } alias)
            Require(IsName(alias), "alias", alias, "[a-zA-Z0-9][a-zA-Z0-9_.-]*, at most 128 characters");
        Require(zone.Brand == "lx", "brand", zone.Brand, "lx, the only brand there is");
        if (zone.KernelVersion is { } version)
            Require(IsRelease(version), "kernel_version", version, "a Linux release as 6.1.0, at most 64 bytes");
        if (zone.Architecture is { } architecture)
            Require(ImagePlatform.TryParse(architecture) is not null, "architecture", architecture, "amd64 or 386");
        if (zone.Hostname is { } host)
            Require(IsHostName(host), "hostname", host, "letters, digits, - and ., at most 64 bytes");
        Require(zone.Image is null || zone.RootDirectory is null, "root_directory", zone.RootDirectory, "nothing, as there is an image");
        Require(zone.Image is not null || zone.RootDirectory is not null, "image", null, "the reference of an image, or host");
        if (zone.RootDirectory is { } root)
            Require(Path.IsPathRooted(root), "root_directory", root, "an absolute path of the host");
        Require(zone.Quota >= 0, "quota", Text(zone.Quota), "GiB, 0 for no limit");
        Require(zone.MaxPhysicalMemory is >= 0 and < 1L << 40, "max_physical_memory", Text(zone.MaxPhysicalMemory), "MiB, 0 for no limit");
        Require(zone.MemoryBytes == 0 || zone.MemoryBytes >= 1 << 20, "memory_bytes", Text(zone.MemoryBytes), "at least 1 MiB, or 0 for no limit");
        Require(zone.CpuCap is >= 0 and <= 102400, "cpu_cap", Text(zone.CpuCap), "percent of one CPU, 0 for no limit");
        Require(zone.MilliCpus is >= 0 and <= 1024000, "milli_cpus", Text(zone.MilliCpus), "thousandths of a CPU, 0 for no limit");
        Require(zone.CpuShares is >= 2 and <= 262144, "cpu_shares", Text(zone.CpuShares), "2 to 262144");
        Require(zone.MaxLwps >= 0, "max_lwps", Text(zone.MaxLwps), "a number of threads, 0 for no limit");
        Require(zone.Tmpfs is null or >= 0, "tmpfs", Text(zone.Tmpfs ?? 0), "MiB");
        Require(zone.Log.MaxSize >= 0 && zone.Log.MaxFile >= 1, "log", $"{zone.Log.MaxSize}, {zone.Log.MaxFile}", "max_size in bytes, and max_file of 1 or more");
        foreach (string server in zone.Resolvers ?? [])
            Require(System.Net.IPAddress.TryParse(server, out _), "resolvers", server, "addresses");
        NicValidation.Check(zone);
        Networks.ZonePublishing.Wanted(zone);
        zone.NetworkPolicy?.Read();
        foreach (ZoneFileSystem mount in zone.Filesystems ?? [])
            Check(mount);
        CheckLimits(zone);
        Check(zone.Init);
        Check(zone.RestartPolicy, zone.AutoRemove);
        return [.. InVain(zone).Select(field => $"{field}: without effect: the zone is on no network")];
    }

    /// <summary>Whether it can be a name of a zone.</summary>
    public static bool IsName(string name) =>
        name.Length is > 0 and <= MaxName && char.IsAsciiLetterOrDigit(name[0]) && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '-');

    private static IEnumerable<string> InVain(ZoneConfiguration zone)
    {
        if (Networks.ZoneNetworking.NicsOf(zone).Count > 0)
            yield break;
        if (zone.Ports is { Count: > 0 } || zone.PublishAllPorts)
            yield return "ports";
        if (zone.NetworkPolicy is not null)
            yield return "network_policy";
    }

    private static void Check(ZoneFileSystem mount)
    {
        Require(mount.Type is "lofs" or "tmpfs" or ZoneFileSystem.Volume, "filesystems.type", mount.Type, "lofs, tmpfs or volume");
        Require(mount.Type != ZoneFileSystem.Volume || mount.Source is null || IsName(mount.Source), "filesystems.source", mount.Source, "the name of a volume");
        Require(mount.Target.StartsWith('/') && mount.Target.Trim('/').Length > 0, "filesystems.target", mount.Target, "an absolute path of the zone other than /");
        Require(mount.Type != "lofs" || (mount.Source is { } source && Path.IsPathRooted(source)), "filesystems.source", mount.Source, "an absolute path of the host");
        ZoneMounts.Parse(mount);
    }

    private static void CheckLimits(ZoneConfiguration zone)
    {
        foreach (string host in zone.ExtraHosts ?? [])
            Require(Naming.NameRecords.TrySplitHost(host, out _, out _), "extra_hosts", host, "NAME:ADDRESS");
        foreach (ZoneUlimit limit in zone.Ulimits ?? [])
        {
            Require(limit.Name.Length > 0 && limit.Resource is not null, "ulimits.name", limit.Name, "nofile, nproc, core, stack, memlock, fsize, data, as, cpu, rtprio ...");
            Require(limit.Hard < 0 || (limit.Soft >= 0 && limit.Soft <= limit.Hard), "ulimits.soft", Text(limit.Soft), "no more than the hard limit");
        }

        foreach (string capability in (zone.CapAdd ?? []).Concat(zone.CapDrop ?? []))
            Require(CapabilityNames.Find(capability) != 0, "cap_add, cap_drop", capability, "a capability as NET_RAW, or ALL");
        Require(zone.ShmSize >= 0, "shm_size", Text(zone.ShmSize), "bytes, or 0 for no limit");
    }

    private static void Check(ZoneHealthcheck check)
    {
        Require(check.Test is null or [] or ["NONE"] or ["CMD" or "CMD-SHELL", _, ..], "init.healthcheck.test", string.Join(' ', check.Test ?? []), "NONE, or CMD or CMD-SHELL with a command");
        foreach (long time in (ReadOnlySpan<long>)[check.Interval ?? 0, check.Timeout ?? 0, check.StartPeriod ?? 0, check.StartInterval ?? 0])
            Require(time is 0 or >= 1_000_000, "init.healthcheck", Text(time), "times of at least a millisecond, in nanoseconds");
        Require(check.Retries is null or >= 0, "init.healthcheck.retries", Text(check.Retries ?? 0), "0 or more");
    }

    private static void Check(ZoneInit init)
    {
        if (init.Healthcheck is { } health)
            Check(health);
        if (init.WorkingDir is { } directory)
            Require(directory.StartsWith('/'), "init.working_dir", directory, "an absolute path");
        Require(init.StopTimeout is null or >= -1, "init.stop_timeout", Text(init.StopTimeout ?? 0), "seconds, or -1 for no end");
        if (init.StopSignal is { } signal)
            Require(SignalNames.TryParse(signal, out _), "init.stop_signal", signal, "a signal's name or number");
        foreach (string variable in init.Env ?? [])
            Require(variable.Length > 0 && variable[0] != '=' && !variable.Contains('\0', StringComparison.Ordinal), "init.env", variable, "NAME=value");
        foreach (string word in (init.Entrypoint ?? []).Concat(init.Cmd ?? []))
            Require(!word.Contains('\0', StringComparison.Ordinal), "init.cmd", word, "words without zero bytes");
    }

    private static void Check(RestartPolicy policy, bool autoRemove)
    {
        Require(policy.Name is "no" or "" or "on-failure" or "always" or "unless-stopped", "restart_policy.name", policy.Name, "no, on-failure, always or unless-stopped");
        Require(policy.MaximumRetryCount == 0 || policy.Name == "on-failure", "restart_policy.maximum_retry_count", Text(policy.MaximumRetryCount), "0, but with on-failure");
        Require(policy.MaximumRetryCount >= 0, "restart_policy.maximum_retry_count", Text(policy.MaximumRetryCount), "0 or more");
        Require(!autoRemove || policy.Name is "no" or "", "restart_policy.name", policy.Name, "no, as the zone is deleted when it ends");
    }

    private static bool IsRelease(string text) =>
        text.Length > 0 && char.IsAsciiDigit(text[0]) && Encoding.UTF8.GetByteCount(text) <= 64 && text.All(c => c is > ' ' and < (char)127);

    private static bool IsHostName(string text) =>
        text.Length is > 0 and <= 64 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_');

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static void Require(bool holds, string field, string? value, string expected)
    {
        if (!holds)
            throw new ZoneException(ZoneError.Invalid, value is null ? $"{field}: missing; expected {expected}" : $"{field}: \"{value}\": expected {expected}");
    }

    // "The JSON property 'x' could not be mapped to any .NET member contained in type 'T'" is no text for our users.
    private static string Describe(JsonException e)
    {
        string where = e.Path is { Length: > 2 } path ? path[2..] : "the payload";
        if (e.Message.Contains("could not be mapped", StringComparison.Ordinal))
        {
            string[] parts = e.Message.Split('\'');
            return $"{(parts.Length > 1 ? parts[1] : where)}: there is no such field";
        }

        return $"{where}: not of the type that was expected (line {e.LineNumber + 1}): {e.Message.Split(" Path:")[0]}";
    }
}
