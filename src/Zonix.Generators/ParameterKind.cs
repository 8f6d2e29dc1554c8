namespace Zonix.Generators;

/// <summary>How a parameter is decoded from a register and shown in a trace.</summary>
internal enum ParameterKind
{
    Unsupported,
    Signed32,
    Unsigned32,
    Signed64,
    Unsigned64,
    NativeSigned,
    NativeUnsigned,
    Fd,
    Number,
    Address,
    Pointer,
    CString,
    Enumeration,
}
