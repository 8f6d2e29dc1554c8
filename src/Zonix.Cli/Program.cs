Console.Error.WriteLine("zonix: not built yet"); return 1;
