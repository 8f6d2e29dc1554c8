using System.Collections.Concurrent;

namespace Zonix.Kernel.Signals;

/// <summary>The accounts of a zone's users. Any thread.</summary>
public sealed class SignalAccounts
{
    private readonly ConcurrentDictionary<uint, SignalAccount> byUser = new();

    /// <summary>The account of a real user ID.</summary>
    public SignalAccount Of(uint uid) => byUser.TryGetValue(uid, out var account) ? account : byUser.GetOrAdd(uid, static _ => new SignalAccount());
}
