using System.Runtime.CompilerServices;

namespace Zonix.Abi;

/// <summary>c_cc of struct termios: NCCS bytes.</summary>
[InlineArray(19)]
public struct ControlCharacters
{
    private byte first;
}
