namespace Zonix.Kernel.Vfs;

/// <summary>A file without an offset for which lseek(2) succeeds all the same, and does nothing: event descriptors.</summary>
public interface IUnmovable : IFile;
