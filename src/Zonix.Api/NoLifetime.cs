using Microsoft.Extensions.Hosting;

namespace Zonix.Api;

/// <summary>The web host follows no signals: the machine does, and ends zones first.</summary>
internal sealed class NoLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
