using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace Zonix.Machine;

internal sealed unsafe partial class ProcessStubs
{
    /// <summary>(to, from, count): bytes that were not copied; exact to the byte.</summary>
    internal delegate* unmanaged[SuppressGCTransition]<nint, nint, nuint, nuint> Copy { get; private set; }

    /// <summary>(to, from, count): as <see cref="Copy"/>, for small counts; a fault may leave up to 7 readable bytes uncopied.</summary>
    internal delegate* unmanaged[SuppressGCTransition]<nint, nint, nuint, nuint> CopySmall { get; private set; }

    /// <summary>(to, count): bytes that were not cleared.</summary>
    internal delegate* unmanaged[SuppressGCTransition]<nint, nuint, nuint> Clear { get; private set; }

    /// <summary>(to, from, room): room left when the NUL was copied, 0 when none was found, -1 on a fault.</summary>
    internal delegate* unmanaged[SuppressGCTransition]<nint, nint, nint, nint> CopyString { get; private set; }

    /// <summary>(address, result): 0, or 1 on a fault.</summary>
    internal delegate* unmanaged[SuppressGCTransition]<nint, uint*, int> Load32 { get; private set; }

    /// <summary>(address, value, old): 0, or 1 on a fault.</summary>
    internal delegate* unmanaged[SuppressGCTransition]<nint, uint, uint*, int> Exchange32 { get; private set; }

    /// <summary>(address, expected, value, old): 0, or 1 on a fault.</summary>
    internal delegate* unmanaged[SuppressGCTransition]<nint, uint, uint, uint*, int> CompareExchange32 { get; private set; }

    private void EmitCopies()
    {
        int slot = 0;
        Copy = (delegate* unmanaged[SuppressGCTransition]<nint, nint, nuint, nuint>)EmitCopy(ref slot, EmitCopyBody, c => c.mov(rax, rcx));
        CopySmall = (delegate* unmanaged[SuppressGCTransition]<nint, nint, nuint, nuint>)EmitCopy(ref slot, EmitCopySmallBody, c => c.mov(rax, rdx));
        Clear = (delegate* unmanaged[SuppressGCTransition]<nint, nuint, nuint>)EmitCopy(ref slot, EmitClearBody, c => c.mov(rax, rcx));
        CopyString = (delegate* unmanaged[SuppressGCTransition]<nint, nint, nint, nint>)EmitCopy(ref slot, EmitCopyStringBody, c => c.mov(rax, -1));
        Load32 = (delegate* unmanaged[SuppressGCTransition]<nint, uint*, int>)EmitCopy(ref slot, c =>
        {
            c.mov(eax, __dword_ptr[rdi]);
            c.mov(__dword_ptr[rsi], eax);
            c.xor(eax, eax);
            c.ret();
        }, c => c.mov(eax, 1));
        Exchange32 = (delegate* unmanaged[SuppressGCTransition]<nint, uint, uint*, int>)EmitCopy(ref slot, c =>
        {
            c.xchg(__dword_ptr[rdi], esi);
            c.mov(__dword_ptr[rdx], esi);
            c.xor(eax, eax);
            c.ret();
        }, c => c.mov(eax, 1));
        CompareExchange32 = (delegate* unmanaged[SuppressGCTransition]<nint, uint, uint, uint*, int>)EmitCopy(ref slot, c =>
        {
            c.mov(eax, esi);
            c.@lock.cmpxchg(__dword_ptr[rdi], edx);
            c.mov(__dword_ptr[rcx], eax);
            c.xor(eax, eax);
            c.ret();
        }, c => c.mov(eax, 1));
    }

    private nint EmitCopy(ref int slot, Action<Assembler> body, Action<Assembler> onFault)
    {
        nint address = _area.Base + CopyStart + (slot++ * CopySlot);
        var c = new Assembler(64);
        body(c);
        Place(c, address, CopyFaultExit);
        var exit = new Assembler(64);
        onFault(exit);
        exit.ret();
        Place(exit, address + CopyFaultExit, CopySlot - CopyFaultExit);
        return address;
    }

    private static void EmitCopyBody(Assembler c)
    {
        c.mov(rcx, rdx);
        c.rep.movsb();
        c.xor(eax, eax);
        c.ret();
    }

    private static void EmitCopySmallBody(Assembler c)
    {
        Label words = c.CreateLabel(), bytes = c.CreateLabel(), done = c.CreateLabel();
        c.Label(ref words);
        c.cmp(rdx, 8);
        c.jb(bytes);
        c.mov(rax, __[rsi]);
        c.mov(__[rdi], rax);
        c.add(rsi, 8);
        c.add(rdi, 8);
        c.sub(rdx, 8);
        c.jmp(words);
        c.Label(ref bytes);
        c.test(rdx, rdx);
        c.je(done);
        c.mov(al, __[rsi]);
        c.mov(__[rdi], al);
        c.inc(rsi);
        c.inc(rdi);
        c.dec(rdx);
        c.jmp(bytes);
        c.Label(ref done);
        c.xor(eax, eax);
        c.ret();
    }

    private static void EmitClearBody(Assembler c)
    {
        c.mov(rcx, rsi);
        c.xor(eax, eax);
        c.rep.stosb();
        c.xor(eax, eax);
        c.ret();
    }

    private static void EmitCopyStringBody(Assembler c)
    {
        Label next = c.CreateLabel(), done = c.CreateLabel();
        c.Label(ref next);
        c.test(rdx, rdx);
        c.je(done);
        c.mov(al, __[rsi]);
        c.mov(__[rdi], al);
        c.test(al, al);
        c.je(done);
        c.inc(rsi);
        c.inc(rdi);
        c.dec(rdx);
        c.jmp(next);
        c.Label(ref done);
        c.mov(rax, rdx);
        c.ret();
    }
}
