using Zonix.Cli;
using Zonix.Host.Files;

return args switch
{
    [HostTerminalGuard.Word, var settings] => HostTerminalGuard.Watch(settings),
    ["run", .. var rest] => RunCommand.Execute(rest),
    ["bootstrap", .. var rest] => BootstrapCommand.Execute(rest),
    ["syscalls", "--markdown"] => SyscallsCommand.Execute(),
    _ => RunCommand.Usage(),
};
