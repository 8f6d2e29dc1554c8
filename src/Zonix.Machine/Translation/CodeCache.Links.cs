using Zonix.Host.Memory;

namespace Zonix.Machine;

/// <content>Where jumps lead.</content>
public sealed unsafe partial class CodeCache
{
    private const int LinksOfFarStub = 4;

    /// <summary>Points a jump at code. An aligned 32-bit store, which other threads see whole.</summary>
    internal static void Patch(nint site, nint target) =>
        Volatile.Write(ref *(int*)(site + CodeArea.Shared.WriteOffset), (int)(target - (site + 4)));

    /// <summary>The displacement at a patch site.</summary>
    internal static int Displacement(nint site) => *(int*)(site + CodeArea.Shared.WriteOffset);

    /// <summary>Points a link at a block of the same unit and remembers who jumps where.</summary>
    internal void Connect(int index, nint entry, Block owner)
    {
        ref LinkInfo link = ref Link(index);

        // Two processors may come through the same stub; a link is in one chain, once.
        if (link.IsConnected)
            return;
        link.IsConnected = true;
        link.Next = owner.FirstIncoming;
        owner.FirstIncoming = index;
        Patch(link.Site, entry);
        Counters.Links++;
    }

    /// <summary>
    /// Sends a jump to another unit through the table, whichever it is when the jump is made. The stub takes the place of
    /// some stubs of links, so that a processor that is stopped there goes on at the target.
    /// </summary>
    internal void ConnectThroughTable(int index, WindowKind kind)
    {
        LinkInfo link = Link(index);
        if (link.IsConnected || IsFull)
            return;
        int first = AddLink(new LinkInfo { Site = link.Site, Target = link.Target, Next = -1, Owner = link.Owner, IsConnected = true });
        for (int i = 1; i < LinksOfFarStub; i++)
            AddLink(Link(first));
        nint stub = StubAddress(first);
        Translator.EmitFarStub(stub, link.Target, link.IsCall, kind);
        Link(index).IsConnected = true;
        Patch(link.Site, stub);
        Counters.Links++;
    }

    /// <summary>Makes the jumps that lead to a block exits again.</summary>
    internal void Disconnect(Block block)
    {
        for (int index = block.FirstIncoming; index >= 0;)
        {
            ref LinkInfo link = ref Link(index);
            Patch(link.Site, link.Stub);
            link.IsConnected = false;
            index = link.Next;
        }

        block.FirstIncoming = -1;
    }
}
