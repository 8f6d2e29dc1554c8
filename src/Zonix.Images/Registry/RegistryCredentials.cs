using System.Text;
using System.Text.Json;
using Zonix.Images.Layout;

namespace Zonix.Images.Registry;

/// <summary>
/// Credentials for registries: those that login has kept, and those in docker's own file. Helper programs, to which docker can
/// leave them, are not asked. Any thread.
/// </summary>
public sealed class RegistryCredentials
{
    private const string DockerHub = "docker.io", DockerHubKey = "https://index.docker.io/v1/";
    private readonly Lock gate = new();
    private readonly string? ownFile;
    private readonly string dockerFile;

    /// <summary>Reads from the files that the options name, each time it is asked.</summary>
    public RegistryCredentials(RegistryOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ownFile = options.CredentialFile;
        dockerFile = options.DockerConfigFile ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".docker", "config.json");
    }

    /// <summary>The credentials for a registry; null: there are none.</summary>
    public RegistryCredential? Find(string host) => Read(ownFile) is { } own && Find(own, host) is { } kept ? kept : Read(dockerFile) is { } docker ? Find(docker, host) : null;

    /// <summary>Why there are none, if a helper may have them; null otherwise.</summary>
    public string? HelperHint(string host)
    {
        if (Read(dockerFile) is not { } file)
            return null;
        string? helper = Keys(host).Select(key => file.Helpers?.GetValueOrDefault(key)).FirstOrDefault(static found => found is not null) ?? file.Store;
        return string.IsNullOrEmpty(helper) ? null : $"docker's credentials for {host} are kept by the program docker-credential-{helper}, which is not asked";
    }

    /// <summary>Keeps credentials, readable by the user alone.</summary>
    public void Save(string host, RegistryCredential credential)
    {
        ArgumentNullException.ThrowIfNull(credential);
        Change(entries =>
        {
            entries[Keys(host)[0]] = new CredentialEntry
            {
                Auth = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{credential.UserName}:{credential.Password}")), IdentityToken = credential.IdentityToken,
            };
            return true;
        });
    }

    /// <summary>Forgets what <see cref="Save"/> has kept; false: there was nothing.</summary>
    public bool Remove(string host) => Change(entries =>
    {
        bool any = false;
        foreach (string key in Keys(host))
            any |= entries.Remove(key);
        return any;
    });

    private static string[] Keys(string host) =>
        host == DockerHub ? [DockerHubKey, DockerHub, "index.docker.io"] : [host, $"https://{host}", $"https://{host}/v1/", $"http://{host}"];

    private static RegistryCredential? Find(CredentialFile file, string host)
    {
        foreach (string key in Keys(host))
        {
            if (file.Entries?.GetValueOrDefault(key) is { } entry && Decode(entry, host) is { } credential)
                return credential;
        }
        return null;
    }

    private static RegistryCredential? Decode(CredentialEntry entry, string host)
    {
        (string? user, string? password) = (entry.UserName, entry.Password);
        if (!string.IsNullOrEmpty(entry.Auth))
        {
            var decoded = new byte[entry.Auth.Length];
            int colon = Convert.TryFromBase64String(entry.Auth, decoded, out int length) ? Array.IndexOf(decoded, (byte)':', 0, length) : -1;
            if (colon < 0)
                throw new ImageException($"the credentials for {host} are broken: run zonix login {host}");
            user = Encoding.UTF8.GetString(decoded, 0, colon);
            password = Encoding.UTF8.GetString(decoded, colon + 1, length - colon - 1).TrimEnd('\0');
        }
        string? token = string.IsNullOrEmpty(entry.IdentityToken) ? null : entry.IdentityToken;
        return token is null && (string.IsNullOrEmpty(user) || password is null) ? null : new RegistryCredential(user ?? "", password ?? "", token);
    }

    private static CredentialFile? Read(string? path) =>
        path is not null && File.Exists(path) ? ImageJson.Read(File.ReadAllBytes(path), RegistryJson.Default.CredentialFile, path) : null;

    private bool Change(Func<SortedDictionary<string, CredentialEntry>, bool> change)
    {
        if (ownFile is null)
            throw new ImageException("there is no file for credentials");
        lock (gate)
        {
            CredentialFile file = Read(ownFile) ?? new CredentialFile();
            var entries = new SortedDictionary<string, CredentialEntry>(file.Entries ?? [], StringComparer.Ordinal);
            if (!change(entries))
                return false;
            Directory.CreateDirectory(Path.GetDirectoryName(ownFile)!);
            string next = ownFile + ".new";
            File.Delete(next);
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            using (var stream = new FileStream(next, options))
                JsonSerializer.Serialize(stream, file with { Entries = entries }, RegistryJson.Default.CredentialFile);
            File.Move(next, ownFile, overwrite: true);
            return true;
        }
    }
}
