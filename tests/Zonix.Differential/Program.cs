return Zonix.Differential.CommandLine.Run(args);
