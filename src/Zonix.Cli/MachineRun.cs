using System.Globalization;
using System.Text;
using System.Text.Json;
using Zonix.Abi;
using Zonix.Api;
using Zonix.Api.Docker;
using Zonix.Cli.Client;
using Zonix.Cli.Commands;
using Zonix.Host.Files;
using Zonix.Zones;

namespace Zonix.Cli;

/// <summary>zonix run and create with the machine in the background.</summary>
internal static class MachineRun
{
    private const int OwnFailure = 125;

    /// <summary>zonix run.</summary>
    internal static int Execute(RunArguments arguments) => CommandErrors.Guard(
        () => arguments.Machine.IsForeground ? EmbeddedMachine.RunAsync(() => RunAsync(arguments)) : RunAsync(arguments), OwnFailure);

    /// <summary>zonix create.</summary>
    internal static int Create(string[] words) => CommandErrors.Guard(
        async () =>
        {
            RunArguments arguments = RunArguments.Parse(words);
            if (arguments.WantsHelp)
                Console.Out.Write(RunHelp.Text.Replace("zonix run", "zonix create", StringComparison.Ordinal));
            else if (arguments.Problem is { } problem)
                throw new CommandException($"create: {problem}; see 'zonix run --help'");
            else
                await CreateAndPrintAsync(arguments).ConfigureAwait(false);
            return 0;
        });

    /// <summary>Joins the standard streams with those of a zone's first program, which <paramref name="start"/> starts, if it does.</summary>
    internal static async Task<int> AttachAsync(
        MachineClient client, string id, bool isTerminal, bool hasInput, bool removes, string? detachKeys, bool passesSignals, Func<Task>? start, HashSet<string>? attached = null)
    {
        hasInput &= attached?.Contains("stdin") != false;

        if (isTerminal && hasInput && !HostTerminalPort.IsInputTerminal)
            throw new CommandException("the input device is not a TTY");
        string keys = detachKeys is null ? "" : "&detachKeys=" + Uri.EscapeDataString(detachKeys);
        string streams = $"stream=1&stdout={Wanted("stdout")}&stderr={Wanted("stderr")}{(hasInput ? "&stdin=1" : "")}{keys}";
        using WireStream wire = await client.HijackAsync($"/containers/{id}/attach?{streams}", null).ConfigureAwait(false);
        string condition = start is null ? "not-running" : removes ? "removed" : "next-exit";
        using HttpResponseMessage wait = await client.SendAsync(HttpMethod.Post, $"containers/{id}/wait?condition={condition}", null).ConfigureAwait(false);
        if (start is not null)
            await start().ConfigureAwait(false);
        using var session = new StreamSession(wire, isTerminal, hasInput);
        session.FollowSize((rows, columns) => client.PostAsync($"containers/{id}/resize?h={rows}&w={columns}"));
        if (passesSignals && !isTerminal)
            session.PassSignals(signal => client.PostAsync($"containers/{id}/kill?signal={signal}"));
        await session.RunAsync().ConfigureAwait(false);
        return await ResultAsync(client, id, wait, isTerminal && hasInput).ConfigureAwait(false);

        int Wanted(string stream) => attached?.Contains(stream) == false ? 0 : 1;
    }

    /// <summary>Makes a zone.</summary>
    internal static async Task<string> CreateAsync(MachineClient client, RunArguments arguments)
    {
        if (arguments.Machine.Pull == "always" && !arguments.IsOfHost)
            await PullAsync(client, arguments).ConfigureAwait(false);
        try
        {
            return await TryCreateAsync(client, arguments).ConfigureAwait(false);
        }
        catch (CommandException e) when (e.Message.StartsWith("No such image", StringComparison.Ordinal) && arguments is { IsOfHost: false, Machine.Pull: "missing" })
        {
            if (!arguments.Machine.IsQuiet)
                Console.Error.WriteLine($"Unable to find image '{arguments.Image}' locally");
            await PullAsync(client, arguments).ConfigureAwait(false);
            return await TryCreateAsync(client, arguments).ConfigureAwait(false);
        }
    }

    private static Task PullAsync(MachineClient client, RunArguments arguments) =>
        RegistryCommands.PullAsync(client, arguments.Image!, arguments.Machine.Platform, arguments.Machine.IsQuiet ? TextWriter.Null : Console.Error, !Console.IsErrorRedirected);

    private static async Task<string> TryCreateAsync(MachineClient client, RunArguments arguments)
    {
        string name = arguments.Machine.Name is { } wanted ? "name=" + Uri.EscapeDataString(wanted) : "";
        string platform = arguments.Machine.Platform is { } one ? "&platform=" + Uri.EscapeDataString(one) : "";
        using HttpContent body = MachineClient.Json(Request(arguments), ApiJson.Default.CreateRequest);
        CreateResponse made = await client.PostAsync($"containers/create?{name}{platform}", body, ApiJson.Default.CreateResponse).ConfigureAwait(false);
        foreach (string warning in made.Warnings)
            Console.Error.WriteLine($"zonix: warning: {warning}");
        if (arguments.Machine.IdFile is { } file)
            await File.WriteAllTextAsync(file, made.Id).ConfigureAwait(false);
        return made.Id;
    }

    private static async Task CreateAndPrintAsync(RunArguments arguments)
    {
        using MachineClient client = MachineClient.Connect();
        Console.WriteLine(await CreateAsync(client, arguments).ConfigureAwait(false));
    }

    private static async Task<int> RunAsync(RunArguments arguments)
    {
        bool isTerminal = arguments.Options.HasTerminal, hasInput = arguments.IsInteractive;
        if (isTerminal && hasInput && !arguments.Machine.IsDetached && !HostTerminalPort.IsInputTerminal)
            throw new CommandException("the input device is not a TTY");
        using MachineClient client = MachineClient.Connect();
        string id = await CreateAsync(client, arguments).ConfigureAwait(false);
        if (arguments.Machine.IsDetached)
        {
            await StartAsync(client, id).ConfigureAwait(false);
            Console.WriteLine(id);
            return 0;
        }

        return await AttachAsync(
            client, id, isTerminal, hasInput, arguments.Machine.Removes, arguments.Machine.DetachKeys, arguments.Machine.PassesSignals,
            () => StartAsync(client, id), arguments.Machine.Attached).ConfigureAwait(false);
    }

    private static async Task StartAsync(MachineClient client, string id)
    {
        try
        {
            await client.PostAsync($"containers/{id}/start").ConfigureAwait(false);
        }
        catch (CommandException e)
        {
            throw new CommandException(e.Message, e.Code switch { "command_not_found" => 127, "cannot_execute" => 126, _ => OwnFailure });
        }
    }

    // The stream has ended: with the program, or because the user has left, which the wait does not end for.
    private static async Task<int> ResultAsync(MachineClient client, string id, HttpResponseMessage wait, bool canLeave)
    {
        Task<string> answer = wait.Content.ReadAsStringAsync();
        if (canLeave && await Task.WhenAny(answer, Task.Delay(100)).ConfigureAwait(false) != answer && await IsRunningAsync(client, id).ConfigureAwait(false))
        {
            Console.Error.WriteLine("read escape sequence");
            return 0;
        }

        string text = await answer.ConfigureAwait(false);
        return System.Text.Json.JsonSerializer.Deserialize(text, ApiJson.Default.WaitResponse)?.StatusCode ??
            throw new CommandException("the machine has ended before the zone did", OwnFailure);
    }

    private static async Task<bool> IsRunningAsync(MachineClient client, string id)
    {
        try
        {
            return (await client.GetAsync($"containers/{id}/json", ApiJson.Default.ContainerDetails).ConfigureAwait(false)).State.Running;
        }
        catch (CommandException)
        {
            return false;
        }
    }

    private static CreateRequest Request(RunArguments arguments)
    {
        ZoneOptions options = arguments.Options;
        MachineArguments machine = arguments.Machine;
        return new CreateRequest
        {
            Image = arguments.Image,
            Hostname = options.HostName,
            User = arguments.User,
            Tty = options.HasTerminal,
            OpenStdin = arguments.IsInteractive,
            StdinOnce = arguments.IsInteractive && !machine.IsDetached,
            Env = [.. (arguments.IsOfHost ? arguments.Environment : arguments.GivenEnvironment).Select(Encoding.UTF8.GetString)],
            Cmd = arguments.Command.Length > 0 ? arguments.Command : null,
            Entrypoint = arguments.Entrypoint is { } entry ? [entry] : null,
            WorkingDir = arguments.WorkingDirectory ?? (arguments.Image == "host" ? Environment.CurrentDirectory : null),
            Labels = machine.Labels,
            StopSignal = machine.StopSignal,
            StopTimeout = machine.StopTimeout,
            ExposedPorts = machine.Network.Exposed.Count > 0 ? machine.Network.Exposed.ToDictionary(static one => one, static _ => JsonDocument.Parse("{}").RootElement) : null,
            Domainname = machine.Domain,
            Healthcheck = machine.Health,
            HostConfig = HostConfigOf(options, machine),
            NetworkingConfig = machine.Attachment.Networking,
            MacAddress = machine.Attachment.Mac,
            Zonix = new ZonixConfig
            {
                RootDirectory = arguments.HasRootDirectory ? Path.GetFullPath(options.RootDirectory) : null,
                KernelVersion = options.Identity?.Release,
                LargeWindows = options.AlwaysLarge,
                Autoboot = machine.Autoboot,
                NetworkPolicy = machine.Network.Policy,
            },
        };
    }

    private static HostConfig HostConfigOf(ZoneOptions options, MachineArguments machine) => new()
    {
        Binds = [.. options.Volumes.Select(one => $"{Path.GetFullPath(one.Source)}:{one.Target}{(one.IsReadOnly ? ":ro" : "")}"), .. machine.Volumes],
        Mounts = machine.Mounts.Count > 0 ? machine.Mounts : null,
        Tmpfs = options.MemoryDirectories.DistinctBy(one => one.Target).ToDictionary(one => one.Target, Words),
        Memory = options.MemoryLimit is { } memory ? (long)Math.Min(memory, long.MaxValue) : 0,
        NanoCpus = options.MilliCpus * 1_000_000L,
        CpuQuota = machine.CpuQuota,
        CpuPeriod = machine.CpuPeriod,
        CpuShares = options.CpuShares == 1024 ? 0 : options.CpuShares,
        PidsLimit = options.TaskLimit == 0 ? null : options.TaskLimit,
        ReadonlyRootfs = options.HasReadOnlyRoot,
        AutoRemove = machine.Removes,
        Privileged = machine.IsPrivileged,
        Init = machine.WantsInit ? true : null,
        Dns = machine.Resolvers,
        NetworkMode = machine.Attachment.Mode,
        PortBindings = machine.Network.Bindings,
        PublishAllPorts = machine.Network.PublishesAll,
        DnsSearch = machine.Search,
        DnsOptions = machine.ResolverOptions,
        ExtraHosts = machine.Hosts,
        Ulimits = machine.Ulimits,
        CapAdd = machine.AddedCapabilities,
        CapDrop = machine.DroppedCapabilities,
        ShmSize = machine.SharedMemory,
        RestartPolicy = new RestartPolicyConfig { Name = machine.Restart, MaximumRetryCount = machine.RestartCount },
        LogConfig = machine.LogOptions.Count > 0 ? new LogConfig { Type = "json-file", Config = machine.LogOptions } : null,
        StorageOpt = machine.StorageOptions.Count > 0 ? machine.StorageOptions : null,
    };

    private static string Words(ZoneMemoryDirectory memory)
    {
        var words = new List<string> { "mode=" + Convert.ToString(memory.Mode, 8) };
        if (memory.Size > 0)
            words.Add(string.Create(CultureInfo.InvariantCulture, $"size={memory.Size}"));
        if ((memory.Flags & MountFlags.MS_RDONLY) != 0)
            words.Add("ro");
        if ((memory.Flags & MountFlags.MS_NOEXEC) == 0)
            words.Add("exec");
        if ((memory.Flags & MountFlags.MS_NOSUID) == 0)
            words.Add("suid");
        if ((memory.Flags & MountFlags.MS_NODEV) == 0)
            words.Add("dev");
        return string.Join(',', words);
    }
}
