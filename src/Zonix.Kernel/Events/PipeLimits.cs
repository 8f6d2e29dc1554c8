using System.Collections.Concurrent;
using System.Globalization;
using Zonix.Kernel.Tasks;

namespace Zonix.Kernel.Events;

/// <summary>How large pipes may be made, and how many pages of pipes each user has. pipe(7), /proc/sys/fs.</summary>
public sealed class PipeLimits
{
    private const int CAP_SYS_ADMIN = 21, CAP_SYS_RESOURCE = 24;
    private readonly ConcurrentDictionary<uint, long> pages = new();
    private int maxSize = 1 << 20;

    /// <summary>The largest capacity for users without CAP_SYS_RESOURCE. pipe-max-size.</summary>
    public int MaxSize => Volatile.Read(ref maxSize);

    /// <summary>Pages beyond which a user's new pipes have two only; 0: no limit. pipe-user-pages-soft.</summary>
    public long UserPagesSoft { get; set; } = 16384;

    /// <summary>Pages beyond which a user's new pipes have none to begin with; 0: no limit. pipe-user-pages-hard.</summary>
    public long UserPagesHard { get; set; }

    /// <summary>Whether limits per user do not hold for somebody.</summary>
    public static bool IsExempt(Credentials who) => who.Has(CAP_SYS_RESOURCE) || who.Has(CAP_SYS_ADMIN);

    /// <summary>Sets pipe-max-size from text; rounded as a pipe's size is. EINVAL.</summary>
    public Errno SetMaxSize(string text)
    {
        if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long wanted) || wanted is <= 0 or > 1 << 30)
            return Errno.EINVAL;
        Volatile.Write(ref maxSize, Pipe.RoundSize((uint)wanted));
        return 0;
    }

    internal long Charge(uint user, long count) => pages.AddOrUpdate(user, count, (_, old) => old + count);

    internal bool IsBeyondSoft(long count) => UserPagesSoft > 0 && count > UserPagesSoft;

    internal bool IsBeyondHard(long count) => UserPagesHard > 0 && count > UserPagesHard;
}
