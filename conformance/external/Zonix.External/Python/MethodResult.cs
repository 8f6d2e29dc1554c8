namespace Zonix.External.Python;

/// <summary>How one test method ended.</summary>
/// <param name="Kind">ok, skip, fail, error; hang or crash when it ended the whole process.</param>
internal sealed record MethodResult(string Kind, string Text);
