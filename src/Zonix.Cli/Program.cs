using Zonix.Cli;

return args is ["run", .. var rest] ? RunCommand.Execute(rest) : RunCommand.Usage();
