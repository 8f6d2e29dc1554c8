namespace Zonix.Lx.Tasks;

/// <summary>The names that uname(2) shows. uts_namespaces(7). Any thread.</summary>
internal sealed class UtsNamespace
{
    /// <summary>The longest name, in bytes.</summary>
    internal const int MaxLength = 64;

    private volatile byte[] hostName;
    private volatile byte[] domainName;

    internal UtsNamespace()
        : this(System.Text.Encoding.ASCII.GetBytes(LxBrand.DefaultHostName), "(none)"u8.ToArray())
    {
    }

    private UtsNamespace(byte[] hostName, byte[] domainName)
    {
        this.hostName = hostName;
        this.domainName = domainName;
    }

    /// <summary>The host's name. sethostname(2).</summary>
    internal byte[] HostName
    {
        get => hostName;
        set => hostName = value;
    }

    /// <summary>The NIS domain. setdomainname(2).</summary>
    internal byte[] DomainName
    {
        get => domainName;
        set => domainName = value;
    }

    /// <summary>A namespace of its own with the same names. unshare(2), CLONE_NEWUTS.</summary>
    internal UtsNamespace Clone() => new(hostName, domainName);
}
