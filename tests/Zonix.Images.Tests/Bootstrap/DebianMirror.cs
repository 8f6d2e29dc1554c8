using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Zonix.Images.Compression;
using Zonix.Images.Tar;
using static Zonix.Images.Tests.MemoryTree;

namespace Zonix.Images.Tests;

/// <summary>A mirror of a Debian of a few small packages, signed by a key of its own.</summary>
internal sealed class DebianMirror(HostFolder folder) : IDisposable
{
    public const string Suite = "bookworm";
    public const string InRelease = "debian/dists/bookworm/InRelease";
    private readonly StringBuilder index = new();

    public MirrorServer Server { get; } = new();

    public Uri Archive => new(Server.Root, "debian/");

    public SigningKey Key { get; set; } = SigningKey.Trusted;

    public DateTimeOffset Date { get; set; } = new(2024, 5, 1, 12, 0, 0, TimeSpan.Zero);

    public DateTimeOffset? ValidUntil { get; set; }

    public CompressionKind Compression { get; set; } = CompressionKind.Gzip;

    /// <summary>Whether indexes can be had by their hash, and only so.</summary>
    public bool HasHashedNames { get; set; }

    /// <summary>Whether text and signature are in one file.</summary>
    public bool SignsInOne { get; set; } = true;

    private string IndexName => "main/binary-amd64/Packages" + (Compression == CompressionKind.Gzip ? ".gz" : ".xz");

    public string IndexPath => PathOfIndex(Suite);

    /// <summary>The mirror's smallest system: what the bootstrap asks for by name.</summary>
    public static DebianMirror Small(HostFolder folder)
    {
        var mirror = new DebianMirror(folder);
        mirror.Add("base-files", "12.4", "Essential: yes\nPriority: required\nPre-Depends: awk\n", ("etc/debian_version", "12.4\n"));
        mirror.Add("dpkg", "1.21.22", "Essential: yes\nPriority: required\nPre-Depends: libc6 (>= 2.34)\n", ("usr/bin/dpkg", "#!dpkg\n"));
        mirror.Add("libc6", "2.36-9", "Priority: optional\n", ("lib/x86_64-linux-gnu/libc.so.6", "libc\n"));
        mirror.Add("mawk", "1.3.4", "Priority: required\nProvides: awk\nPre-Depends: libc6\n", ("usr/bin/mawk", "#!mawk\n"));
        mirror.Add("apt", "2.6.1", "Priority: important\nDepends: libc6, gpgv | gpg\n", ("usr/bin/apt", "#!apt\n"));
        mirror.Add("gpgv", "2.2.40", "Priority: optional\nDepends: libc6\n", ("usr/bin/gpgv", "#!gpgv\n"));
        mirror.Publish();
        return mirror;
    }

    public static string PathOf(string name, string version) => $"debian/pool/{name}_{version}_amd64.deb";

    /// <summary>Adds a package with these files; relationships and the like as lines of its control file.</summary>
    public void Add(string name, string version, string fields, params (string Name, string Content)[] files)
    {
        const string Rest = "Maintainer: Nobody <nobody@example.org>\nDescription: made by a test\n";
        AddFile(name, version, fields, Deb(Control(name, version, fields) + Rest, files));
    }

    /// <summary>Adds a package of which this is the file, whatever it holds.</summary>
    public void AddFile(string name, string version, string fields, byte[] deb)
    {
        Server.Files[PathOf(name, version)] = deb;
        index.Append(CultureInfo.InvariantCulture, $"{Control(name, version, fields)}Filename: pool/{name}_{version}_amd64.deb\nSize: {deb.Length}\nSHA256: {Hash(deb)}\n\n");
    }

    /// <summary>Makes the index and the signed release of what was added.</summary>
    public void Publish(string suite = Suite)
    {
        byte[] plain = Encoding.UTF8.GetBytes(index.ToString()), packed = StoreFixture.Compress(plain, Compression, folder);
        string place = HasHashedNames ? $"debian/dists/{suite}/main/binary-amd64/by-hash/SHA256/{Hash(packed)}" : PathOfIndex(suite);
        Server.Files[place] = packed;
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"Origin: Debian\nSuite: oldstable\nCodename: {suite}\nDate: {Rfc(Date)}\n");
        if (ValidUntil is { } end)
            text.Append(CultureInfo.InvariantCulture, $"Valid-Until: {Rfc(end)}\n");
        if (HasHashedNames)
            text.Append("Acquire-By-Hash: yes\n");
        text.Append("Architectures: all amd64\nComponents: main\nSHA256:\n");
        text.Append(CultureInfo.InvariantCulture, $" {Hash(plain)} {plain.Length} main/binary-amd64/Packages\n {Hash(packed)} {packed.Length} {IndexName}\n");
        string release = text.ToString(), folderOf = $"debian/dists/{suite}";
        if (SignsInOne)
        {
            Server.Files[$"{folderOf}/InRelease"] = Encoding.UTF8.GetBytes(Key.SignClear(release));
            return;
        }
        Server.Files.TryRemove($"{folderOf}/InRelease", out _);
        Server.Files[$"{folderOf}/Release"] = Encoding.UTF8.GetBytes(release);
        Server.Files[$"{folderOf}/Release.gpg"] = Encoding.UTF8.GetBytes(Key.SignDetached(release));
    }

    public string PathOfIndex(string suite) => $"debian/dists/{suite}/{IndexName}";

    /// <summary>Changes one byte of a file, as somebody on the way would.</summary>
    public void Alter(string path, int offset)
    {
        byte[] changed = [.. Server.Files[path]];
        changed[offset < 0 ? changed.Length + offset : offset] ^= 1;
        Server.Files[path] = changed;
    }

    public void Dispose() => Server.Dispose();

    private static string Control(string name, string version, string fields) => $"Package: {name}\nVersion: {version}\nArchitecture: amd64\n{fields}";

    // deb(5): an ar archive of three members.
    private static byte[] Deb(string control, (string Name, string Content)[] files)
    {
        var deb = new MemoryStream();
        deb.Write("!<arch>\n"u8);
        Member("debian-binary", "2.0\n"u8.ToArray());
        Member("control.tar.gz", StoreFixture.Compress(Tar([("./control", control)]), CompressionKind.Gzip, null!));
        Member("data.tar.zst", StoreFixture.Compress(Tar(files), CompressionKind.Zstd, null!));
        return deb.ToArray();

        void Member(string name, byte[] content)
        {
            deb.Write(Encoding.ASCII.GetBytes($"{name,-16}{0,-12}{0,-6}{0,-6}{100644,-8}{content.Length,-10}`\n"));
            deb.Write(content);
            if ((content.Length & 1) != 0)
                deb.WriteByte((byte)'\n');
        }
    }

    private static byte[] Tar((string Name, string Content)[] files)
    {
        var archive = new MemoryStream();
        var writer = new TarWriter(archive);
        foreach ((string name, string content) in files)
        {
            writer.WriteEntry(new TarEntry { Kind = TarEntryKind.File, Name = Bytes(name), Size = content.Length, Attributes = Plain(0x1ED) });
            writer.Write(Bytes(content));
        }
        writer.Complete();
        return archive.ToArray();
    }

    private static string Rfc(DateTimeOffset time) => time.ToString("r", CultureInfo.InvariantCulture).Replace("GMT", "UTC", StringComparison.Ordinal);

    private static string Hash(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));
}
