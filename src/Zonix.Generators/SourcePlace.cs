using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace Zonix.Generators;

/// <summary>Where a declaration stands; unlike a Location it can be cached.</summary>
internal sealed record SourcePlace(string Path, TextSpan Span, LinePositionSpan Lines)
{
    internal static SourcePlace Of(Location location) =>
        new(location.SourceTree?.FilePath ?? "", location.SourceSpan, location.GetLineSpan().Span);

    internal Location ToLocation() => Location.Create(Path, Span, Lines);
}
