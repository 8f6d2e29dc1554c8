namespace Zonix.Kernel.Tty;

/// <summary>How a terminal begins: Linux's tty_std_termios.</summary>
internal static class TerminalDefaults
{
    internal const uint Speed = 38400;

    /// <summary>c_cc at the start: ^C ^\ DEL ^U ^D, VTIME 0, VMIN 1, none, ^Q ^S ^Z, none, ^R ^O ^W ^V, none.</summary>
    internal static ReadOnlySpan<byte> Characters => [3, 28, 127, 21, 4, 0, 1, 0, 17, 19, 26, 0, 18, 15, 23, 22, 0, 0, 0];

    /// <summary>The settings of a new terminal.</summary>
    internal static Termios2 Create()
    {
        var result = new Termios2
        {
            Base = new Termios
            {
                Input = InputModes.ICRNL | InputModes.IXON,
                Output = OutputModes.OPOST | OutputModes.ONLCR,
                Control = ControlModes.B38400 | ControlModes.CS8 | ControlModes.CREAD,
                Local = LocalModes.ISIG | LocalModes.ICANON | LocalModes.ECHO | LocalModes.ECHOE | LocalModes.ECHOK |
                    LocalModes.ECHOCTL | LocalModes.ECHOKE | LocalModes.IEXTEN,
            },
            InputSpeed = Speed,
            OutputSpeed = Speed,
        };
        for (int i = 0; i < Characters.Length; i++)
            result.Base.Characters[i] = Characters[i];
        return result;
    }
}
