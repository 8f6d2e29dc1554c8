using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Zonix.Abi;
using Zonix.Api.Docker;
using Zonix.Api.Endpoints;
using Zonix.Images;
using Zonix.Storage;
using Zonix.Zones;
using Zonix.Zones.Life;

namespace Zonix.Api;

/// <summary>The control API of a machine, on a Unix socket that its user alone may open.</summary>
public sealed class ControlServer : IAsyncDisposable
{
    /// <summary>The version of the Docker Engine API whose shapes are spoken.</summary>
    public const string ApiVersion = "1.43";

    /// <summary>The header of every answer that names the version of the program.</summary>
    public const string VersionHeader = "Zonix-Version";

    private readonly WebApplication app;
    private readonly LocalMachine machine;
    private readonly TaskCompletionSource stopAsked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long lastUse = Environment.TickCount64;
    private int requests;

    private ControlServer(LocalMachine machine)
    {
        this.machine = machine;
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = machine.Paths.Run });
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.ListenUnixSocket(machine.Paths.Socket, listen =>
            {
                listen.Protocols = HttpProtocols.Http1;
                listen.Use(next => connection => next(RawConnection.Wrap(connection)));
            });
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Limits.MinResponseDataRate = null;
            kestrel.Limits.KeepAliveTimeout = TimeSpan.FromMinutes(10);
            kestrel.AllowSynchronousIO = true;
        });
        app = builder.Build();
        app.Use(AnswerAsync);
        app.UseRouting();
        SystemEndpoints.Map(app, machine, this);
        ContainerEndpoints.Map(app, machine);
        ProcessEndpoints.Map(app, machine);
        StreamEndpoints.Map(app, machine);
        ZoneEndpoints.Map(app, machine);
        SnapshotEndpoints.Map(app, machine);
        ImageEndpoints.Map(app, machine);
        RegistryEndpoints.Map(app, machine);
        TreeEndpoints.Map(app, machine);
        ArchiveEndpoints.Map(app, machine);
        DatasetEndpoints.Map(app, machine);
        app.MapFallback(http => Answers.Json(http, new ErrorResponse("page not found"), ApiJson.Default.ErrorResponse, StatusCodes.Status404NotFound));
    }

    /// <summary>Complete when somebody has asked that the machine stops.</summary>
    public Task StopAsked => stopAsked.Task;

    /// <summary>Starts to listen.</summary>
    /// <exception cref="IOException">The socket cannot be made.</exception>
    public static async Task<ControlServer> StartAsync(LocalMachine machine)
    {
        ArgumentNullException.ThrowIfNull(machine);

        // Whoever had it is gone: the machine's lock is ours.
        File.Delete(machine.Paths.Socket);
        var server = new ControlServer(machine);
        await server.app.StartAsync().ConfigureAwait(false);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(machine.Paths.Socket, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return server;
    }

    /// <summary>Asks that the machine stops.</summary>
    public void AskToStop() => stopAsked.TrySetResult();

    /// <summary>Complete when nothing has run, and nobody has asked for anything, for so long.</summary>
    public async Task IdleAsync(TimeSpan time, CancellationToken cancellation)
    {
        while (true)
        {
            if (Volatile.Read(ref requests) > 0 || machine.Zones.List().Any(zone => zone.IsRunning || zone.IsRestarting))
                Volatile.Write(ref lastUse, Environment.TickCount64);
            long rest = (long)time.TotalMilliseconds - (Environment.TickCount64 - Volatile.Read(ref lastUse));
            if (rest <= 0)
                return;
            await Task.Delay((int)Math.Clamp(rest, 50, 60_000), cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Stops listening.</summary>
    public async ValueTask DisposeAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await app.StopAsync(patience.Token).ConfigureAwait(false);
        await app.DisposeAsync().ConfigureAwait(false);
        File.Delete(machine.Paths.Socket);
    }

    private async Task AnswerAsync(HttpContext http, RequestDelegate next)
    {
        Interlocked.Increment(ref requests);
        http.Response.Headers[VersionHeader] = LocalMachine.Version;
        http.Response.Headers["Api-Version"] = ApiVersion;
        http.Response.Headers["Ostype"] = "linux";
        StripVersion(http);
        try
        {
            await next(http).ConfigureAwait(false);
        }
        catch (Exception e) when (e is ZoneException or ImageException or PoolException or IOException or UnauthorizedAccessException && !http.Response.HasStarted)
        {
            await FailAsync(http, e).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // Nobody is there to be told.
        }
        finally
        {
            Interlocked.Decrement(ref requests);
            Volatile.Write(ref lastUse, Environment.TickCount64);
        }
    }

    private static Task FailAsync(HttpContext http, Exception e)
    {
        (int status, string code) = KindOf(e) switch
        {
            ZoneError.Invalid => (StatusCodes.Status400BadRequest, "invalid"),
            ZoneError.NotFound => (StatusCodes.Status404NotFound, "not_found"),
            ZoneError.Conflict => (StatusCodes.Status409Conflict, "conflict"),
            ZoneError.CommandNotFound => (StatusCodes.Status400BadRequest, "command_not_found"),
            ZoneError.CannotExecute => (StatusCodes.Status400BadRequest, "cannot_execute"),
            _ => (StatusCodes.Status500InternalServerError, "failed"),
        };
        return Answers.Json(http, new ErrorResponse(e.Message, code), ApiJson.Default.ErrorResponse, status);
    }

    private static ZoneError KindOf(Exception e) => e switch
    {
        ZoneException zone => zone.Error,
        PoolException { Error: Errno.ENOENT } => ZoneError.NotFound,
        PoolException { Error: Errno.EEXIST or Errno.EBUSY } => ZoneError.Conflict,
        PoolException { Error: Errno.EINVAL } => ZoneError.Invalid,
        ImageException { InnerException: null } image when image.Message.StartsWith("no such image", StringComparison.Ordinal) => ZoneError.NotFound,
        ImageException => ZoneError.Invalid,
        _ => ZoneError.Failed,
    };

    // /v1.43/containers/json is /containers/json.
    private static void StripVersion(HttpContext http)
    {
        string path = http.Request.Path.Value ?? "";
        int end = path.IndexOf('/', 1);
        if (path.StartsWith("/v", StringComparison.Ordinal) && end > 2 && path[2..end].All(c => char.IsAsciiDigit(c) || c == '.'))
            http.Request.Path = path[end..];
    }
}
