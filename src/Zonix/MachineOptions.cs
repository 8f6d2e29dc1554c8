namespace Zonix;

/// <summary>How a machine is opened.</summary>
public sealed record MachineOptions
{
    /// <summary>The folder for images and datasets, made when it is missing; null: a temporary one that is deleted with the machine.</summary>
    public string? StateFolder { get; init; }

    /// <summary>Takes lines for the machine's administrator, from any thread; null: they are dropped.</summary>
    public Action<string>? Log { get; init; }
}
