namespace Zonix.Images.Registry;

/// <summary>Who somebody is at a registry: a name and a password, or a token that tokens are got with.</summary>
public sealed record RegistryCredential(string UserName, string Password, string? IdentityToken = null)
{
    /// <summary>Without the secrets.</summary>
    public override string ToString() => UserName;
}
