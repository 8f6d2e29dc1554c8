using Zonix.Kernel.Tasks;

namespace Zonix.Lx.Cgroup;

/// <summary>Who has opened a file of a group: what is written through it is permitted or not by that, whoever writes.</summary>
internal sealed record CgroupOpener(Credentials Credentials);
