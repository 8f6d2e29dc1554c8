using Zonix.Kernel.Memory;

namespace Zonix.Lx.Aio;

/// <summary>The contexts of a process.</summary>
internal sealed class AioContexts(AioLimits limits)
{
    private readonly Lock gate = new();
    private readonly Dictionary<ulong, AioContext> contexts = [];

    /// <summary>A new context. EAGAIN: too many requests; ENOMEM.</summary>
    public Errno Create(AddressSpace memory, uint requests, out AioContext? context)
    {
        context = null;
        if (!limits.TryTake(requests))
            return Errno.EAGAIN;
        Errno e = AioContext.Create(memory, requests, out context);
        if (e != 0)
        {
            limits.GiveBack(requests);
            return e;
        }
        lock (gate)
            contexts.Add(context!.Address, context);
        return 0;
    }

    /// <summary>The context of a number; null: there is none.</summary>
    public AioContext? Find(ulong number)
    {
        lock (gate)
            return contexts.GetValueOrDefault(number);
    }

    /// <summary>Ends a context; EINVAL: there is none.</summary>
    public Errno Destroy(ulong number, AddressSpace? memory)
    {
        AioContext? context;
        lock (gate)
        {
            if (!contexts.Remove(number, out context))
                return Errno.EINVAL;
        }
        context.End();
        limits.GiveBack(context.Requests);
        memory?.Unmap(context.Address, context.Length);
        return 0;
    }

    /// <summary>The memory goes, and all contexts with it.</summary>
    public void Clear()
    {
        ulong[] all;
        lock (gate)
            all = [.. contexts.Keys];
        foreach (ulong number in all)
            Destroy(number, null);
    }
}
