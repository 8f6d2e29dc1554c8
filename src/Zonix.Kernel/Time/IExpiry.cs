namespace Zonix.Kernel.Time;

/// <summary>What a timer does when it expires.</summary>
public interface IExpiry
{
    /// <summary>Called on the timer thread, without locks; must be short. The timer is no longer armed and may be armed again.</summary>
    void Expired(long nowNs);
}
