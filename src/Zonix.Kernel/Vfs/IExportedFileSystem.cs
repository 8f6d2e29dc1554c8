namespace Zonix.Kernel.Vfs;

/// <summary>A file system whose files have handles. name_to_handle_at(2).</summary>
public interface IExportedFileSystem : IFileSystem;
