using Zonix.Cli;

return args switch
{
    ["run", .. var rest] => RunCommand.Execute(rest),
    ["syscalls", "--markdown"] => SyscallsCommand.Execute(),
    _ => RunCommand.Usage(),
};
