using Zonix.Host.Memory;

namespace Zonix.Machine;

/// <summary>Direct jumps that leave their unit.</summary>
internal sealed unsafe partial class BlockTranslator
{
    /// <summary>
    /// Writes code that goes on at a guest address through the table, as an indirect jump does. Nothing of the guest's state
    /// changes in it.
    /// </summary>
    internal void EmitFarStub(nint address, ulong target, bool isCall, WindowKind kind)
    {
        _emit.Begin(address);

        // The return address on the host's stack has served the return predictor.
        if (isCall)
            _emit.Lea64(HostRegister.State, Operand.At(HostRegister.State, 8));
        _emit.LoadConstant(HostRegister.Temporary, target);
        if (kind == WindowKind.Large)
        {
            _emit.Store64(Operand.Slot(CpuState.ScratchOffset), HostRegister.Temporary);
            _emit.Move32(HostRegister.Temporary, HostRegister.Temporary);
        }

        _emit.Load64(HostRegister.Window, Operand.Slot(CpuState.TableBaseOffset));
        _emit.Load32(HostRegister.Window, new Operand(HostRegister.Window, HostRegister.Temporary, 4, 0));
        _emit.Lea64(HostRegister.Window, Operand.At(HostRegister.Window, (int)CodeArea.Shared.Base));
        _emit.JumpRegister(HostRegister.Window);
    }
}
