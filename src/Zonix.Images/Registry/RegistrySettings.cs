using System.Collections;
using Zonix.Images.Layout;

namespace Zonix.Images.Registry;

/// <summary>Reads how registries are reached from the user's file and the environment.</summary>
public static class RegistrySettings
{
    private const string MirrorsVariable = "ZONIX_REGISTRY_MIRRORS", InsecureVariable = "ZONIX_INSECURE_REGISTRIES", DockerVariable = "DOCKER_CONFIG";

    /// <summary>
    /// From "registries.json" in the state directory: {"mirrors": {"docker.io": ["https://mirror"]}, "insecure": ["host:5000"]};
    /// then from ZONIX_REGISTRY_MIRRORS ("docker.io=https://mirror;quay.io=http://other") and ZONIX_INSECURE_REGISTRIES
    /// ("host:5000,other"), which add to it. Credentials of login are kept beside it, in "auth.json".
    /// </summary>
    public static RegistryOptions Read(string stateDirectory, IDictionary environment)
    {
        ArgumentNullException.ThrowIfNull(environment);
        string path = Path.Combine(stateDirectory, "registries.json");
        RegistryFile file = File.Exists(path) ? ImageJson.Read(File.ReadAllBytes(path), RegistryJson.Default.RegistryFile, path) : new RegistryFile();
        var mirrors = new Dictionary<string, string[]>(file.Mirrors ?? [], StringComparer.Ordinal);
        foreach (string pair in Split(environment[MirrorsVariable], ';'))
        {
            int equals = pair.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
                throw new ImageException($"{MirrorsVariable}: '{pair}' is not REGISTRY=URL");
            string host = pair[..equals].Trim();
            mirrors[host] = [.. mirrors.GetValueOrDefault(host) ?? [], pair[(equals + 1)..].Trim()];
        }
        return new RegistryOptions
        {
            CredentialFile = Path.Combine(stateDirectory, "auth.json"), Mirrors = mirrors,
            DockerConfigFile = environment[DockerVariable] is string folder && folder.Length > 0 ? Path.Combine(folder, "config.json") : null,
            InsecureHosts = [.. file.Insecure ?? [], .. Split(environment[InsecureVariable], ',')],
        };
    }

    private static string[] Split(object? value, char separator) =>
        (value as string)?.Split(separator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];
}
