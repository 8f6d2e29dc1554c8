using Zonix.Cli;
using Zonix.Cli.Commands;
using Zonix.Host.Files;

// run is read by hand and all others by a library, which must not be touched on the way of run.
return args switch
{
    [HostTerminalGuard.Word, var settings] => HostTerminalGuard.Watch(settings),
    ["run", .. var rest] => RunCommand.Execute(rest),
    ["create", .. var rest] => MachineRun.Create(rest),
    [CompletionCommand.Word, var shell, var line] => CompletionCommand.Complete(shell, line),
    ["bootstrap", .. var rest] => BootstrapCommand.Execute(rest),
    ["syscalls", "--markdown"] => SyscallsCommand.Execute(),
    _ => CommandTree.Execute(args),
};
