using Zonix.Abi;
using Zonix.Host.Files;
using Zonix.Kernel.Memory;
using Zonix.Kernel.Tasks;
using Zonix.Machine;

namespace Zonix.Kernel.Tests.Memory;

/// <summary>
/// A family of address spaces that fork, write, map, unmap and end at random, against a model that copies arrays. Covers pages
/// copied at fork, frozen sections, private pages of files, spare memory and windows put away.
/// </summary>
public sealed class ForkModelTests : IDisposable
{
    private const ulong Page = 4096;
    private const ulong Base = 0x2000_0000;
    private const int AnonymousPages = 700;
    private const int FilePages = 40;
    private const int AllPages = AnonymousPages + FilePages;
    private const int MostMembers = 5;

    private readonly CodeCache cache = new(1 << 20);
    private readonly HostFile file;

    public ForkModelTests()
    {
        Assert.Equal(0, HostFile.CreateInMemory("test", out HostFile? made));
        file = made!;
        var content = new byte[(int)Page];
        for (var i = 0; i < FilePages; i++)
        {
            content[0] = FileByte(i);
            Assert.Equal((long)Page, file.PWrite(content, i * (long)Page));
        }
    }

    public void Dispose()
    {
        file.Dispose();
        cache.Dispose();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public void EachSeesItsOwnChangesOnly(int seed)
    {
        var random = new Random(seed);
        var members = new List<Member> { First() };
        for (var step = 0; step < 400; step++)
        {
            Step(random, members);
        }

        foreach (var member in members)
        {
            Verify(member, 0, AllPages);
            member.Space.Retire();
        }
    }

    private static byte FileByte(int page) => (byte)(100 + page);

    private static ulong AddressOf(int page) => Base + ((ulong)page * Page);

    private Member First()
    {
        var space = new AddressSpace(cache, AddressLayout.Fixed(), WindowKind.Small, new Rlimits());
        var member = new Member(space, new int[AllPages]);
        Map(member, 0, AllPages);
        return member;
    }

    /// <summary>Maps anew what of a range is anonymous, and what shows the file.</summary>
    private void Map(Member member, int first, int end)
    {
        const Prot both = Prot.PROT_READ | Prot.PROT_WRITE;
        const MapFlags flags = MapFlags.MAP_PRIVATE | MapFlags.MAP_FIXED;
        var middle = Math.Clamp(AnonymousPages, first, end);
        if (middle > first)
        {
            var result = member.Space.Map(new MapRequest(AddressOf(first), (ulong)(middle - first) * Page, both, flags));
            Assert.False(result.IsError);
        }

        if (end > middle)
        {
            var memory = new FileMemory(file.AddReference(), default, default);
            var offset = (ulong)(middle - AnonymousPages) * Page;
            Assert.False(member.Space.Map(new MapRequest(AddressOf(middle), (ulong)(end - middle) * Page, both, flags, memory, offset)).IsError);
        }

        Reset(member, first, end);
    }

    private static void Reset(Member member, int first, int end)
    {
        for (var i = first; i < end; i++)
        {
            member.Pages[i] = i < AnonymousPages ? 0 : FileByte(i - AnonymousPages);
        }
    }

    private void Step(Random random, List<Member> members)
    {
        var member = members[random.Next(members.Count)];
        var first = random.Next(AllPages);
        var length = random.Next(10) == 0 ? random.Next(1, AllPages) : random.Next(1, 30);
        var end = Math.Min(AllPages, first + length);
        switch (random.Next(12))
        {
            case 0:
                Assert.False(member.Space.Unmap(AddressOf(first), (ulong)(end - first) * Page).IsError);
                Array.Fill(member.Pages, -1, first, end - first);
                break;
            case 1:
                Map(member, first, end);
                break;
            case 2:
                if (Array.IndexOf(member.Pages, -1, first, end - first) < 0)
                {
                    Assert.False(member.Space.Advise(AddressOf(first), (ulong)(end - first) * Page, Advice.MADV_DONTNEED).IsError);
                    Reset(member, first, end);
                }

                break;
            case 3:
                if (Array.IndexOf(member.Pages, -1, first, end - first) < 0)
                {
                    Assert.False(member.Space.Protect(AddressOf(first), (ulong)(end - first) * Page, Prot.PROT_NONE).IsError);
                    Fork(null, members, member);
                    Assert.False(member.Space.Protect(AddressOf(first), (ulong)(end - first) * Page, Prot.PROT_READ | Prot.PROT_WRITE).IsError);
                    if (members.Count > 0 && !ReferenceEquals(members[^1], member))
                    {
                        Assert.False(members[^1].Space.Protect(AddressOf(first), (ulong)(end - first) * Page, Prot.PROT_READ | Prot.PROT_WRITE).IsError);
                    }
                }

                break;
            case 4:
                _ = member.Space.PutAway();
                break;
            case 5 or 6:
                Fork(random, members, member);
                break;
            case 7:
                Verify(member, first, end);
                break;
            default:
                Write(random, member, first, end);
                break;
        }
    }

    private static void Fork(Random? random, List<Member> members, Member parent)
    {
        if (members.Count == MostMembers)
        {
            var gone = members.Find(member => !ReferenceEquals(member, parent))!;
            members.Remove(gone);
            gone.Space.Retire();
        }

        Assert.Equal((Errno)0, parent.Space.Fork(new Rlimits(), out AddressSpace? child));
        members.Add(new Member(child!, (int[])parent.Pages.Clone()));
        // Every other child ends soon, as a shell's children do, and what it has written must not show in the next one.
        if (members.Count % 2 == 0)
        {
            for (var i = 0; random is not null && i < 5; i++)
            {
                var first = random.Next(AllPages);
                Write(random, members[^1], first, Math.Min(AllPages, first + 3));
            }

            members.RemoveAt(members.Count - 1);
            child!.Retire();
            Assert.Equal((Errno)0, parent.Space.Fork(new Rlimits(), out child));
            members.Add(new Member(child!, (int[])parent.Pages.Clone()));
        }
    }

    private static void Write(Random random, Member member, int first, int end)
    {
        for (var i = first; i < end; i++)
        {
            var value = (byte)random.Next(1, 256);
            Assert.Equal(member.Pages[i] >= 0, member.Space.TryWrite(new UserAddress(AddressOf(i)), value));
            if (member.Pages[i] >= 0)
            {
                member.Pages[i] = value;
            }
        }
    }

    private static void Verify(Member member, int first, int end)
    {
        for (var i = first; i < end; i++)
        {
            var readable = member.Space.TryRead(new UserAddress(AddressOf(i)), out byte value);
            Assert.Equal((i, member.Pages[i]), (i, readable ? value : -1));
        }
    }

    private sealed record Member(AddressSpace Space, int[] Pages);
}
