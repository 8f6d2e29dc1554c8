using System.Globalization;
using Zonix.FileSystems.Pool;
using Zonix.Host.Files;
using Zonix.Kernel.Time;
using Zonix.Kernel.Vfs;
using Zonix.Storage;
using Zonix.Storage.Crash;

// POOL JOURNAL DATASET SEED: works in a new dataset until it is killed.
string directory = args[0], dataset = args[2];
using var journal = new FileStream(args[1], FileMode.Create, FileAccess.Write, FileShare.Read, 1);
using Pool pool = Pool.Open(directory, new PoolOptions { GroupInterval = TimeSpan.FromMilliseconds(60), Log = Console.Error.WriteLine });
using var vfs = new VirtualFileSystem(new Clock(), new EpollReadinessSource());
using DatasetFileSystem fileSystem = DatasetFileSystem.Open(vfs, pool.Create(dataset));
fileSystem.Sync();
journal.Write("ready\n"u8);
journal.Flush();
new Workload(pool, fileSystem, journal, int.Parse(args[3], CultureInfo.InvariantCulture)).Run();
