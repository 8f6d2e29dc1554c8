namespace Zonix.Lx.Ptrace;

/// <summary>What a task does when its tracer lets it go on.</summary>
internal enum AfterStop
{
    /// <summary>Whatever comes next.</summary>
    Nothing,

    /// <summary>The call before which it stood.</summary>
    Call,

    /// <summary>The call, of which its filters have been asked already.</summary>
    FilteredCall,

    /// <summary>The signal that the tracer has left, or another.</summary>
    Signal,

    /// <summary>The wait for the child of its vfork(2).</summary>
    Vfork,
}
