namespace Zonix.Zones.Life;

/// <summary>What is wrong with a request.</summary>
public enum ZoneError
{
    /// <summary>It makes no sense.</summary>
    Invalid,

    /// <summary>What it is about is not there.</summary>
    NotFound,

    /// <summary>It cannot be done in the state things are in.</summary>
    Conflict,

    /// <summary>The program is not there.</summary>
    CommandNotFound,

    /// <summary>The program cannot be executed.</summary>
    CannotExecute,

    /// <summary>The host could not supply what was needed.</summary>
    Failed,
}
