namespace Zonix.Images.Bootstrap;

/// <summary>Which packages a Debian is made of, as debootstrap(8) names the choices.</summary>
public enum BootstrapVariant
{
    /// <summary>Those of priority "required", and apt: what images of Debian have.</summary>
    Minbase,

    /// <summary>Those that are essential, and what they need; there is no apt.</summary>
    Essential,

    /// <summary>Those of priority "required" and "important".</summary>
    Standard,

    /// <summary>Those of <see cref="Minbase"/> and what packages are built with.</summary>
    Buildd,
}
