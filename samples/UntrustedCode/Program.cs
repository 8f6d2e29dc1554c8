using Zonix;

// Runs a snippet that is not trusted: 5 seconds, 256 MiB, 32 threads, one CPU, and no network but the zone's own loopback.
if (args is not [("python3" or "sh") and var language, var code])
{
    Console.Error.WriteLine("usage: UntrustedCode python3|sh CODE");
    return 2;
}

await using ZonixMachine machine = await ZonixMachine.OpenAsync();
await using Zone zone = await machine.CreateAsync("host", new ZoneSettings { Memory = 256 << 20, Processes = 32, Cpus = 1 });
RunResult result = await zone.RunAsync(
    language, ["-c", code], new RunOptions { User = "65534:65534", Timeout = TimeSpan.FromSeconds(5), OutputLimit = 1 << 20 });
Console.WriteLine($"exit code {result.ExitCode}{(result.TimedOut ? ", time is up" : "")}{(result.IsTruncated ? ", output cut" : "")}");
Console.Write(result.StandardOutput);
Console.Error.Write(result.StandardError);
return 0;
