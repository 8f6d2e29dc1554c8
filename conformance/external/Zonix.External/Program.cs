using Zonix.External.Build;
using Zonix.External.Ltp;
using Zonix.External.Python;
using Zonix.External.Scripts;
using Zonix.External.Stress;

// conformance/external/run ltp|stress|python|build|scripts ...
string root = AppContext.BaseDirectory;
while (!File.Exists(Path.Combine(root, "Zonix.slnx")))
{
    root = Path.GetDirectoryName(root) ?? throw new InvalidOperationException("Zonix.slnx is in no folder above the program");
}

switch (args)
{
    case ["ltp", .. var rest]:
        return LtpCommand.Execute(root, rest);
    case ["stress", .. var rest]:
        return StressCommand.Execute(root, rest);
    case ["python", .. var rest]:
        return PythonCommand.Execute(root, rest);
    case ["build", .. var rest]:
        return BuildCommand.Execute(root, rest);
    case ["scripts", .. var rest]:
        return ScriptsCommand.Execute(root, rest);
    default:
        Console.Error.WriteLine("usage: conformance/external/run ltp|stress|python|build|scripts ...");
        return 2;
}
