using System.Buffers.Binary;
using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace Zonix.Lx.Loader;

/// <summary>
/// A first program for zones whose own program waits for no orphans: it starts that program, passes signals on to it, waits for all
/// that ends, and ends as the program has. Machine code without a stack frame or a library; its size is that of a page at most.
/// </summary>
/// <remarks>Its arguments: its name, the path of the program, the program's name and arguments. The environment is passed on.</remarks>
public sealed class InitProgram
{
    private const ulong Base = 0x40_0000;
    private const int HeaderSize = 64 + 56;
    private const int SysRtSigprocmask = 14, SysIoctl = 16, SysFork = 57, SysExecve = 59, SysWait4 = 61, SysKill = 62, SysGetpid = 39;
    private const int SysSetpgid = 109, SysRtSigtimedwait = 128, SysExitGroup = 231;
    private const int Sigchld = 17, SigBlock = 0, SigSetmask = 2, Wnohang = 1, Tiocspgrp = 0x5410, MaskSize = 8, Enoent = -2;

    private readonly Assembler code = new(64);

    private InitProgram()
    {
    }

    /// <summary>The program as an ELF file. elf(5).</summary>
    public static byte[] Build()
    {
        var program = new InitProgram();
        program.Write();
        using var machine = new MemoryStream();
        program.code.Assemble(new StreamCodeWriter(machine), Base + HeaderSize);
        byte[] image = new byte[HeaderSize + machine.Length];
        WriteHeaders(image);
        machine.GetBuffer().AsSpan(0, (int)machine.Length).CopyTo(image.AsSpan(HeaderSize));
        return image;
    }

    // r12: the first argument's place; r13: the program's process; r14: room on the stack for a mask, a status and a number.
    private void Write()
    {
        Label child = code.CreateLabel(), loop = code.CreateLabel(), reap = code.CreateLabel(), killed = code.CreateLabel(), exit = code.CreateLabel();
        code.lea(r12, __[rsp + 8]);
        code.sub(rsp, 32);
        code.mov(r14, rsp);
        code.mov(__qword_ptr[r14], -1);
        Mask(SigBlock);
        Call(SysFork);
        code.test(rax, rax);
        code.jz(child);
        code.mov(edi, 1);
        code.js(exit);
        code.mov(r13, rax);

        code.Label(ref loop);
        code.mov(rdi, r14);
        code.xor(esi, esi);
        code.xor(edx, edx);
        code.mov(r10d, MaskSize);
        Call(SysRtSigtimedwait);
        code.cmp(eax, Sigchld);
        code.je(reap);
        code.test(eax, eax);
        code.jle(loop);
        code.mov(rdi, r13);
        code.mov(esi, eax);
        Call(SysKill);
        code.jmp(loop);

        code.Label(ref reap);
        code.mov(rdi, -1);
        code.lea(rsi, __[r14 + 8]);
        code.mov(edx, Wnohang);
        code.xor(r10d, r10d);
        Call(SysWait4);
        code.test(rax, rax);
        code.jle(loop);
        code.cmp(rax, r13);
        code.jne(reap);

        // As shells give it: 128 and the signal.
        code.mov(edi, __dword_ptr[r14 + 8]);
        code.mov(eax, edi);
        code.and(eax, 0x7F);
        code.jnz(killed);
        code.shr(edi, 8);
        code.and(edi, 0xFF);
        code.jmp(exit);
        code.Label(ref killed);
        code.lea(edi, __[rax + 128]);
        code.Label(ref exit);
        Call(SysExitGroup);
        WriteChild(child, exit);
    }

    // A group of its own, in front of the terminal if there is one, with no signal blocked.
    private void WriteChild(Label child, Label exit)
    {
        Label failed = code.CreateLabel();
        code.Label(ref child);
        code.xor(edi, edi);
        code.xor(esi, esi);
        Call(SysSetpgid);
        Call(SysGetpid);
        code.mov(__dword_ptr[r14 + 8], eax);
        code.xor(edi, edi);
        code.mov(esi, Tiocspgrp);
        code.lea(rdx, __[r14 + 8]);
        Call(SysIoctl);
        code.mov(__qword_ptr[r14], 0);
        Mask(SigSetmask);
        code.mov(rdi, __qword_ptr[r12 + 8]);
        code.lea(rsi, __[r12 + 16]);
        code.mov(rdx, rsi);

        // The environment is behind the arguments' end.
        Label next = code.CreateLabel();
        code.Label(ref next);
        code.mov(rcx, __qword_ptr[rdx]);
        code.add(rdx, 8);
        code.test(rcx, rcx);
        code.jnz(next);
        Call(SysExecve);
        code.cmp(eax, Enoent);
        code.mov(edi, 127);
        code.je(failed);
        code.mov(edi, 126);
        code.Label(ref failed);
        code.jmp(exit);
    }

    private void Mask(int how)
    {
        code.mov(edi, how);
        code.mov(rsi, r14);
        code.xor(edx, edx);
        code.mov(r10d, MaskSize);
        Call(SysRtSigprocmask);
    }

    private void Call(int number)
    {
        code.mov(eax, number);
        code.syscall();
    }

    private static void WriteHeaders(Span<byte> image)
    {
        const int ProgramHeader = 64;
        "\u007fELF\u0002\u0001\u0001"u8.CopyTo(image);
        BinaryPrimitives.WriteUInt16LittleEndian(image[16..], 2);
        BinaryPrimitives.WriteUInt16LittleEndian(image[18..], 62);
        BinaryPrimitives.WriteUInt32LittleEndian(image[20..], 1);
        BinaryPrimitives.WriteUInt64LittleEndian(image[24..], Base + HeaderSize);
        BinaryPrimitives.WriteUInt64LittleEndian(image[32..], ProgramHeader);
        BinaryPrimitives.WriteUInt16LittleEndian(image[52..], 64);
        BinaryPrimitives.WriteUInt16LittleEndian(image[54..], 56);
        BinaryPrimitives.WriteUInt16LittleEndian(image[56..], 1);
        Span<byte> load = image[ProgramHeader..];
        BinaryPrimitives.WriteUInt32LittleEndian(load, 1);
        BinaryPrimitives.WriteUInt32LittleEndian(load[4..], 5);
        BinaryPrimitives.WriteUInt64LittleEndian(load[16..], Base);
        BinaryPrimitives.WriteUInt64LittleEndian(load[24..], Base);
        BinaryPrimitives.WriteUInt64LittleEndian(load[32..], (ulong)image.Length);
        BinaryPrimitives.WriteUInt64LittleEndian(load[40..], (ulong)image.Length);
        BinaryPrimitives.WriteUInt64LittleEndian(load[48..], 0x1000);
    }
}
