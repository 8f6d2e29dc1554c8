using System.Collections;
using System.Reflection;
using System.Text;

namespace Zonix.Architecture.Tests;

/// <summary>Several machines live in one process, so no state may be static.</summary>
public sealed class StaticStateTests
{
    /// <summary>Fields that are static and mutable all the same, each with its reason.</summary>
    private static readonly Dictionary<string, string> Exceptions = new()
    {
        ["Zonix.Kernel.Scheduling.Worker.current"] = "says which worker the host thread is; a worker belongs to one machine",
    };

    private const BindingFlags AllStatics =
        BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    [Fact]
    public void No_static_field_is_mutable()
    {
        List<string> wrong = [];
        foreach (FieldInfo field in StaticFields())
        {
            string name = $"{field.DeclaringType!.FullName}.{field.Name}";
            if (Fault(field) is { } fault && !Exceptions.ContainsKey(name))
            {
                wrong.Add($"{name}: {fault}");
            }
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public void Exceptions_are_still_needed()
    {
        HashSet<string> mutable = [.. StaticFields().Where(field => Fault(field) is not null)
            .Select(field => $"{field.DeclaringType!.FullName}.{field.Name}")];
        Assert.All(Exceptions.Keys, name => Assert.Contains(name, mutable));
    }

    private static IEnumerable<FieldInfo> StaticFields() =>
        ProductAssemblies()
            .SelectMany(assembly => assembly.GetTypes())
            // Caches that the compiler makes for lambdas and literals hold nothing of ours.
            .Where(type => !type.FullName!.Contains('<', StringComparison.Ordinal))
            .SelectMany(type => type.GetFields(AllStatics))
            .Where(field => !field.IsLiteral);

    private static IEnumerable<Assembly> ProductAssemblies() =>
        Directory.EnumerateFiles(AppContext.BaseDirectory, "*.dll")
            .Where(path => Path.GetFileNameWithoutExtension(path) is var name
                && (name == "zonix" || name.StartsWith("Zonix.", StringComparison.Ordinal))
                && !name.EndsWith(".Tests", StringComparison.Ordinal))
            .Select(Assembly.LoadFrom);

    private static string? Fault(FieldInfo field)
    {
        if (field.IsDefined(typeof(ThreadStaticAttribute)))
        {
            return "is thread-static";
        }

        if (!field.IsInitOnly)
        {
            return "is not readonly";
        }

        return IsMutable(field.FieldType) ? $"is a {field.FieldType.Name}, which can change" : null;
    }

    /// <summary>Arrays pass: they are the natural form of a constant table.</summary>
    private static bool IsMutable(Type type)
    {
        if (type.IsArray)
        {
            return false;
        }

        if (type == typeof(object) || type == typeof(Lock) || type == typeof(StringBuilder))
        {
            return true;
        }

        string name = type.Namespace + "." + type.Name;
        bool safe = name.Contains(".Frozen", StringComparison.Ordinal) || name.Contains(".Immutable", StringComparison.Ordinal)
            || name.Contains("ReadOnly", StringComparison.Ordinal);
        return !safe && (typeof(IList).IsAssignableFrom(type) || typeof(IDictionary).IsAssignableFrom(type)
            || name.StartsWith("System.Collections.Generic.", StringComparison.Ordinal) && type.IsClass && !type.Name.Contains("Comparer", StringComparison.Ordinal)
            || name.StartsWith("System.Collections.Concurrent.", StringComparison.Ordinal)
            || name.StartsWith("System.Runtime.CompilerServices.ConditionalWeakTable", StringComparison.Ordinal)
            || name.StartsWith("System.Threading.", StringComparison.Ordinal) && type.IsClass);
    }
}
