namespace Zonix.FileSystems.Tmpfs;

/// <summary>What all inodes of tmpfs have.</summary>
internal interface ITmpInode : IExtendedAttributes, IAccessed
{
    /// <summary>Attributes and links.</summary>
    InodeState State { get; }

    /// <summary>Extended attributes.</summary>
    MemoryAttributes Attributes { get; }

    /// <summary>A name was taken away.</summary>
    void Unlinked();

    bool IInode.KeepsFlags => true;

    void IAccessed.Accessed(bool relative, bool directories) => State.Accessed(Now, relative, directories);

    SysResult IExtendedAttributes.GetAttribute(ReadOnlySpan<byte> name, Span<byte> value) => TmpAcls.IsAcl(name, out bool inherited)
        ? TmpAcls.Get(State, inherited, value)
        : Attributes.Get(name, value);

    Errno IExtendedAttributes.SetAttribute(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, int flags)
    {
        if (TmpAcls.IsAcl(name, out bool inherited))
            return TmpAcls.Set(State, inherited, value, Now);
        Errno e = Attributes.Set(name, value, flags);
        if (e == 0)
            State.Apply(new AttributeChange { Now = Now });
        return e;
    }

    Errno IExtendedAttributes.RemoveAttribute(ReadOnlySpan<byte> name)
    {
        if (TmpAcls.IsAcl(name, out bool inherited))
            return TmpAcls.Set(State, inherited, default, Now);
        Errno e = Attributes.Remove(name);
        if (e == 0)
            State.Apply(new AttributeChange { Now = Now });
        return e;
    }

    SysResult IExtendedAttributes.ListAttributes(Span<byte> names)
    {
        SysResult acls = TmpAcls.List(State, names);
        if (acls.IsError)
            return acls;
        SysResult others = Attributes.List(names.IsEmpty ? names : names[(int)acls.Value..], measures: names.IsEmpty);
        return others.IsError ? others : acls.Value + others.Value;
    }

    private Timestamp Now => ((TmpFileSystem)FileSystem).Now;
}
