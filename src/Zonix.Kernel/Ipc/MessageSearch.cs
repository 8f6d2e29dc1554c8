namespace Zonix.Kernel.Ipc;

/// <summary>Which message msgrcv(2) wants.</summary>
public readonly struct MessageSearch
{
    private readonly Mode mode;
    private readonly long number;

    /// <summary>From the type argument and the flags.</summary>
    public MessageSearch(long type, MsgFlags flags)
    {
        mode = (flags & MsgFlags.MSG_COPY) != 0 ? Mode.Position
            : type == 0 ? Mode.Any
            : type < 0 ? Mode.UpTo
            : (flags & MsgFlags.MSG_EXCEPT) != 0 ? Mode.Except : Mode.Exact;
        number = mode != Mode.UpTo ? type : type == long.MinValue ? long.MaxValue : -type;
    }

    private enum Mode
    {
        Any,
        Exact,
        Except,
        UpTo,
        Position,
    }

    /// <summary>Whether a message that has just come is one. MSG_COPY never waits.</summary>
    public bool Takes(Message message) => mode switch
    {
        Mode.Any => true,
        Mode.Exact => message.Type == number,
        Mode.Except => message.Type != number,
        Mode.UpTo => message.Type <= number,
        _ => false,
    };

    /// <summary>The one to take of those that are there: the first, or the first of the lowest type.</summary>
    internal LinkedListNode<Message>? Find(LinkedList<Message> messages)
    {
        LinkedListNode<Message>? found = null;
        long position = 0;
        for (LinkedListNode<Message>? node = messages.First; node is not null; node = node.Next, position++)
        {
            if (mode == Mode.Position)
            {
                if (position == number)
                    return node;
            }
            else if (Takes(node.Value) && (found is null || node.Value.Type < found.Value.Type))
            {
                found = node;
                if (mode != Mode.UpTo)
                    return found;
            }
        }
        return found;
    }
}
