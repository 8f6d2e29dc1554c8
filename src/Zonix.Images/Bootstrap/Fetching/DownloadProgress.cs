namespace Zonix.Images.Bootstrap.Fetching;

/// <summary>How far a download of several files is.</summary>
/// <param name="Files">Files that are there.</param>
/// <param name="AllFiles">Files in all.</param>
/// <param name="Bytes">Bytes that are there.</param>
/// <param name="AllBytes">Bytes in all.</param>
public readonly record struct DownloadProgress(int Files, int AllFiles, long Bytes, long AllBytes);
