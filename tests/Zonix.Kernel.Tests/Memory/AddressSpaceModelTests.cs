using CsCheck;
using Zonix.Abi;
using Zonix.Kernel.Memory;
using Zonix.Kernel.Tasks;
using Zonix.Machine;

namespace Zonix.Kernel.Tests.Memory;

/// <summary>Random sequences of calls on a real address space, against a map of single pages and against its contents.</summary>
public sealed class AddressSpaceModelTests : IDisposable
{
    private const ulong Base = 0x2000_0000;
    private const int Pages = 48;

    private readonly CodeCache _cache = new(1 << 20);

    private enum Kind
    {
        Map,
        MapNoReplace,
        Unmap,
        Protect,
        Move,
        Discard,
        Write,
        Lock,
    }

    private readonly record struct Step(Kind Kind, int Page, int Count, int Other, int Choice);

    private static readonly Gen<Step> s_step =
        from kind in Gen.Enum<Kind>()
        from page in Gen.Int[0, Pages - 1]
        from count in Gen.Int[1, 8]
        from other in Gen.Int[0, Pages - 1]
        from choice in Gen.Int[0, 3]
        select new Step(kind, page, count, other, choice);

    public void Dispose() => _cache.Dispose();

    [Fact]
    public void AgreesWithTheModel() => s_step.List[1, 60].Sample(Run, iter: 500, threads: 1);

    private void Run(List<Step> steps)
    {
        using var memory = new AddressSpace(_cache, AddressLayout.Fixed(), WindowKind.Small, new Rlimits());
        var model = new PageModel();
        var contents = new Dictionary<ulong, byte>();
        byte stamp = 0;
        foreach (Step step in steps)
            Apply(memory, model, contents, step, ++stamp);
        Compare(memory, model);
        foreach ((ulong page, PageModel.Page state) in model.Pages)
        {
            bool readable = memory.TryRead(new UserAddress(page), out byte value);
            Assert.Equal(state.Protection != Prot.PROT_NONE, readable);
            if (readable)
                Assert.Equal(contents.GetValueOrDefault(page), value);
        }
    }

    private static Prot Protection(int choice) => choice switch
    {
        0 => Prot.PROT_READ | Prot.PROT_WRITE,
        1 => Prot.PROT_READ,
        2 => Prot.PROT_NONE,
        _ => Prot.PROT_READ | Prot.PROT_WRITE | Prot.PROT_EXEC,
    };

    private static void Apply(AddressSpace memory, PageModel model, Dictionary<ulong, byte> contents, Step step, byte stamp)
    {
        ulong start = Base + ((ulong)step.Page * 4096);
        ulong length = (ulong)step.Count * 4096;
        ulong end = start + length;
        Prot protection = Protection(step.Choice);
        switch (step.Kind)
        {
            case Kind.Map:
            case Kind.MapNoReplace:
                Map(memory, model, contents, step, start, length);
                break;
            case Kind.Unmap:
                Assert.Equal(SysResult.Success, memory.Unmap(start, length));
                model.Unmap(start, end);
                Forget(contents, start, end);
                break;
            case Kind.Protect:
                Assert.Equal(model.Protect(start, end, protection), !memory.Protect(start, length, protection).IsError);
                break;
            case Kind.Move:
                Move(memory, model, contents, start, length, Base + ((ulong)step.Other * 4096));
                break;
            case Kind.Discard:
                memory.Advise(start, length, Advice.MADV_DONTNEED);
                Forget(contents, start, end);
                break;
            case Kind.Write:
                foreach ((ulong page, PageModel.Page state) in model.Pages)
                {
                    if (page < start || page >= end)
                        continue;
                    bool writable = (state.Protection & Prot.PROT_WRITE) != 0;
                    Assert.Equal(writable, memory.TryWrite(new UserAddress(page), stamp));
                    if (writable)
                        contents[page] = stamp;
                }

                break;
            default:
                memory.Advise(start, length, step.Choice == 0 ? Advice.MADV_DONTFORK : Advice.MADV_DOFORK);
                break;
        }
    }

    private static void Map(AddressSpace memory, PageModel model, Dictionary<ulong, byte> contents, Step step, ulong start, ulong length)
    {
        bool noReplace = step.Kind == Kind.MapNoReplace;
        Prot protection = Protection(step.Choice);
        MapFlags flags = MapFlags.MAP_PRIVATE | (noReplace ? MapFlags.MAP_FIXED_NOREPLACE : MapFlags.MAP_FIXED);
        SysResult result = memory.Map(new MapRequest(start, length, protection, flags | MapFlags.MAP_NORESERVE));
        if (noReplace && model.Overlaps(start, start + length))
        {
            Assert.Equal(Errno.EEXIST, result.Error);
            return;
        }

        Assert.Equal((long)start, result.Value);
        model.Map(start, start + length, protection, VmaFlags.None);
        Forget(contents, start, start + length);
    }

    private static void Move(
        AddressSpace memory, PageModel model, Dictionary<ulong, byte> contents, ulong from, ulong length, ulong to)
    {
        bool overlap = from + length > to && to + length > from;

        // The advised areas differ for Linux too; the model does not know them, so only success is compared.
        SysResult result = memory.Remap(from, length, length, RemapFlags.MREMAP_MAYMOVE | RemapFlags.MREMAP_FIXED, to);
        if (!model.Overlaps(from, from + 4096))
        {
            Assert.Equal(Errno.EFAULT, result.Error);
            return;
        }

        if (overlap)
        {
            Assert.Equal(Errno.EINVAL, result.Error);
            return;
        }

        // The target is unmapped before the source is judged, as in Linux.
        model.Unmap(to, to + length);
        Forget(contents, to, to + length);
        if (result.IsError)
        {
            Assert.Equal(Errno.EFAULT, result.Error);
            return;
        }

        Assert.True(model.IsUniform(from, length));
        model.Move(from, to, length);
        for (ulong at = 0; at < length; at += 4096)
        {
            if (contents.Remove(from + at, out byte value))
                contents[to + at] = value;
        }
    }

    private static void Forget(Dictionary<ulong, byte> contents, ulong start, ulong end)
    {
        for (ulong at = start; at < end; at += 4096)
            contents.Remove(at);
    }

    private static void Compare(AddressSpace memory, PageModel model)
    {
        var pages = new List<(ulong, Prot)>();
        ulong last = 0;
        ulong bytes = 0;
        foreach (AreaDescription area in memory.Describe())
        {
            Assert.True(area.Start >= last && area.End > area.Start);
            last = area.End;
            bytes += area.End - area.Start;
            for (ulong at = area.Start; at < area.End; at += 4096)
                pages.Add((at, area.Protection));
        }

        Assert.Equal(model.Pages.Select(p => (p.Key, p.Value.Protection)), pages);
        Assert.Equal(bytes, memory.MappedBytes);
    }
}
