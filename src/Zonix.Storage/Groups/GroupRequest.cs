using Zonix.Storage.Contents;

namespace Zonix.Storage.Groups;

/// <summary>Somebody waits until a dataset's changes are in the database.</summary>
/// <param name="Dataset">The dataset; null: all.</param>
/// <param name="IsDurable">And on the disk.</param>
/// <param name="Content">A content whose bytes are to be on the disk too.</param>
/// <param name="Everything">The bytes of all contents are to be on the disk.</param>
/// <param name="Done">Told when it is done, with what went wrong. Must not wait.</param>
internal sealed record GroupRequest(Dataset? Dataset, bool IsDurable, Content? Content, bool Everything, Action<PoolException?> Done);
