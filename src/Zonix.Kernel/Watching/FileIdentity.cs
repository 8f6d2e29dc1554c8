namespace Zonix.Kernel.Watching;

/// <summary>A file as an event names it. name_to_handle_at(2).</summary>
/// <param name="Device">Of its file system.</param>
/// <param name="Number">Of its handle.</param>
internal readonly record struct FileIdentity(ulong Device, ulong Number);
