using Zonix.Abi;
using Zonix.Storage;
using Zonix.Zones.Configuration;
using Zonix.Zones.Life;

namespace Zonix.Zones.Datasets;

/// <content>Snapshots of roots, and roots made from them.</content>
public sealed partial class PoolRoots
{
    // What a clone of a zone, and not of a snapshot of it, comes from; it goes with the clone.
    private const string CloneOrigin = "clone-";

    /// <inheritdoc/>
    public ZoneConfiguration Clone(ZoneConfiguration source, string? snapshot, ZoneConfiguration zone)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(zone);
        if (HostRoots.Has(source))
            return host.Clone(source, snapshot, zone);
        string from = DatasetOf(source), dataset = Zones + zone.Uuid;
        return Guard(() =>
        {
            string origin = snapshot is null ? machine.Pool.Snapshot(from, CloneOrigin + zone.Uuid).Name : Existing(source, snapshot).Name;
            try
            {
                machine.Pool.Clone(origin, dataset, new DatasetProperties { Quota = zone.Quota << 30 });
            }
            catch (PoolException)
            {
                ForgetOrigin(origin);
                throw;
            }

            return zone with { Dataset = dataset };
        });
    }

    /// <inheritdoc/>
    public ZoneSnapshot Snapshot(ZoneConfiguration zone, string name)
    {
        ArgumentNullException.ThrowIfNull(zone);
        if (HostRoots.Has(zone))
            return host.Snapshot(zone, name);
        return Guard(() =>
        {
            machine.Pool.Snapshot(DatasetOf(zone), name);
            return Snapshots(zone).First(one => one.Name == name);
        });
    }

    /// <inheritdoc/>
    public IReadOnlyList<ZoneSnapshot> Snapshots(ZoneConfiguration zone)
    {
        ArgumentNullException.ThrowIfNull(zone);
        if (HostRoots.Has(zone))
            return host.Snapshots(zone);
        return Guard(() => machine.Pool.ListSnapshots(DatasetOf(zone))
            .Select(one => new ZoneSnapshot(one.Name[(one.Name.IndexOf('@', StringComparison.Ordinal) + 1)..], one.Created, one.Referenced, one.Used))
            .Where(one => !one.Name.StartsWith(CloneOrigin, StringComparison.Ordinal) && !one.Name.StartsWith("request-", StringComparison.Ordinal))
            .ToArray());
    }

    /// <inheritdoc/>
    public void RequireSnapshot(ZoneConfiguration zone, string name)
    {
        ArgumentNullException.ThrowIfNull(zone);
        if (HostRoots.Has(zone))
            host.RequireSnapshot(zone, name);
        Existing(zone, name);
    }

    /// <inheritdoc/>
    public void DestroySnapshot(ZoneConfiguration zone, string name)
    {
        ArgumentNullException.ThrowIfNull(zone);
        if (HostRoots.Has(zone))
            host.DestroySnapshot(zone, name);
        Guard(() => machine.Pool.Destroy(Existing(zone, name).Name));
    }

    /// <inheritdoc/>
    public void Rollback(ZoneConfiguration zone, string snapshot)
    {
        ArgumentNullException.ThrowIfNull(zone);
        if (HostRoots.Has(zone))
            host.Rollback(zone, snapshot);
        Guard(() => machine.Pool.Rollback(Existing(zone, snapshot).Name, destroysNewer: true));
    }

    private Snapshot Existing(ZoneConfiguration zone, string snapshot) => machine.Pool.FindSnapshot($"{DatasetOf(zone)}@{snapshot}") ??
        throw new ZoneException(ZoneError.NotFound, $"{zone.Alias}: no such snapshot: {snapshot}; 'zonix zone snapshots {zone.Alias}' lists them");

    private void ForgetOrigin(string? origin)
    {
        if (origin is null || !origin.Contains("@" + CloneOrigin, StringComparison.Ordinal) || machine.Pool.FindSnapshot(origin) is null)
            return;
        try
        {
            machine.Pool.Destroy(origin);
        }
        catch (PoolException e) when (e.Error is Errno.EBUSY or Errno.EEXIST)
        {
            // Something else has been made from it since.
        }
    }

    private static void Guard(Action action) => Guard(() =>
    {
        action();
        return true;
    });

    private static T Guard<T>(Func<T> action)
    {
        try
        {
            return action();
        }
        catch (PoolException e)
        {
            ZoneError kind = e.Error switch
            {
                Errno.ENOENT => ZoneError.NotFound,
                Errno.EINVAL => ZoneError.Invalid,
                Errno.EEXIST or Errno.EBUSY => ZoneError.Conflict,
                _ => ZoneError.Failed,
            };
            throw new ZoneException(kind, e.Message);
        }
    }
}
