using Zonix.Bench;

// ./bench [--quick] [--rounds N] [--only NAME]... [--variant NAME]... [--json FILE]
string root = AppContext.BaseDirectory;
while (!File.Exists(Path.Combine(root, "Zonix.slnx")))
{
    root = Path.GetDirectoryName(root) ?? throw new InvalidOperationException("Zonix.slnx is in no folder above the program");
}

Options? options = Options.Parse(args);
if (options is null)
{
    Console.Error.WriteLine("usage: ./bench [--quick] [--rounds N] [--only NAME]... [--variant native|small|large|qemu|i386]... [--json FILE]");
    return 2;
}

Session session = new(root, options);
IReadOnlyList<Measurement> all = session.Measure();
Console.WriteLine(Report.Table(all, session.Variants));
if (options.Json is { } path)
{
    File.WriteAllText(path, Report.Json(all, options.Rounds));
}

return all.Any(one => one.Failed.Any(name => name is "small" or "large" or "i386")) ? 1 : 0;
