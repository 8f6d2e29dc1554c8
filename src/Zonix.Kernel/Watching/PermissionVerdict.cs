namespace Zonix.Kernel.Watching;

/// <summary>What a group has said to a question.</summary>
internal enum PermissionVerdict
{
    /// <summary>Nothing yet.</summary>
    Unknown,

    /// <summary>FAN_ALLOW, or the group is gone.</summary>
    Allowed,

    /// <summary>FAN_DENY, or the event could not be delivered.</summary>
    Denied,
}
