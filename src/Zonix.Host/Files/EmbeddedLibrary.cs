using System.Reflection;
using System.Runtime.InteropServices;

namespace Zonix.Host.Files;

/// <summary>
/// Native libraries that a program carries within itself, so that it is a single file. They are loaded from memory, for the folder of
/// the program and that of the user may forbid execution.
/// </summary>
public static class EmbeddedLibrary
{
    /// <summary>Lets the declarations of an assembly find a library in a stream; where that cannot be loaded, it is looked for as usual.</summary>
    /// <param name="user">Whose declarations.</param>
    /// <param name="name">What they call the library.</param>
    /// <param name="open">Opens its content; null: there is none for this host.</param>
    /// <exception cref="InvalidOperationException">The assembly has had libraries before.</exception>
    public static void Provide(Assembly user, string name, Func<Stream?> open)
    {
        // Each function asks; a second copy of the library would know nothing of the first.
        var library = new Lazy<nint>(() => Load(name, open));
        NativeLibrary.SetDllImportResolver(user, (wanted, _, _) => wanted == name ? library.Value : 0);
    }

    private static nint Load(string name, Func<Stream?> open)
    {
        using Stream? content = open();
        if (content is null || HostFile.CreateInMemory(name, out HostFile? file) != 0)
            return 0;
        using (file)
        {
            Span<byte> part = new byte[65536];
            for (int n; (n = content.Read(part)) > 0;)
            {
                if (file!.Write(part[..n]) != n)
                    return 0;
            }
            return NativeLibrary.TryLoad($"/proc/self/fd/{file!.Descriptor}", out nint library) ? library : 0;
        }
    }
}
