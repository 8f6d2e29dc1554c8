namespace Zonix.Zones.Streams;

/// <summary>Which standard stream bytes belong to; the numbers are those of the Docker Engine API's frames.</summary>
public enum OutputKind
{
    /// <summary>Standard input.</summary>
    Input,

    /// <summary>Standard output, and all that a terminal shows.</summary>
    Output,

    /// <summary>Standard error.</summary>
    Error,
}
