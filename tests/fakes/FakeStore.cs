using System.Globalization;
using System.Text.Json.Nodes;
using SelfHealGitOps.Cluster;

namespace SelfHealGitOps.Fakes;

/// <summary>The objects of a fake cluster, and what happened to them. Whoever calls holds the cluster's lock.</summary>
internal sealed class FakeStore
{
    private readonly SortedDictionary<(string Type, string Namespace, string Name), JsonObject> objects = new(
        Comparer<(string Type, string Namespace, string Name)>.Create((one, other) =>
            string.CompareOrdinal(one.Type, other.Type) is not 0 and var byType ? byType
            : string.CompareOrdinal(one.Namespace, other.Namespace) is not 0 and var byNamespace ? byNamespace
            : string.CompareOrdinal(one.Name, other.Name)));

    private TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public long Revision { get; private set; } = 1;

    /// <summary>What came before this is forgotten.</summary>
    public long Oldest { get; private set; }

    /// <summary>Completes at the next change.</summary>
    public Task Changed => changed.Task;

    public List<FakeChange> Changes { get; private set; } = [];

    public static string Stamp(TimeProvider time) => time.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);

    public JsonObject? Find(ResourceType type, string? @namespace, string name) => objects.GetValueOrDefault((Key(type), @namespace ?? "", name));

    public IEnumerable<JsonObject> All(ResourceType type, string? @namespace) =>
        objects.Where(each => each.Key.Type == Key(type) && (@namespace is null || each.Key.Namespace == @namespace)).Select(each => each.Value);

    public IEnumerable<(string Type, string Namespace, string Name, JsonObject Object)> Everything() =>
        objects.Select(each => (each.Key.Type, each.Key.Namespace, each.Key.Name, each.Value)).ToArray();

    /// <summary>Keeps an object as it is now, and gives it its resource version.</summary>
    public void Put(ResourceType type, string? @namespace, string name, JsonObject item)
    {
        var before = Find(type, @namespace, name);
        Revision++;
        item["metadata"]!["resourceVersion"] = Revision.ToString(CultureInfo.InvariantCulture);
        objects[(Key(type), @namespace ?? "", name)] = item;
        Tell(new(Revision, Key(type), @namespace ?? "", before, item));
    }

    public void Remove(ResourceType type, string? @namespace, string name)
    {
        if (objects.Remove((Key(type), @namespace ?? "", name), out var before))
        {
            Revision++;
            var last = (JsonObject)before.DeepClone();
            last["metadata"]!["resourceVersion"] = Revision.ToString(CultureInfo.InvariantCulture);
            Tell(new(Revision, Key(type), @namespace ?? "", last, null));
        }
    }

    public void Forget()
    {
        Oldest = Revision;
        Changes = [];
        Wake();
    }

    public void Wake()
    {
        var told = changed;
        changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        told.SetResult();
    }

    public static string Key(ResourceType type) => type.QualifiedPlural;

    private void Tell(FakeChange change)
    {
        Changes.Add(change);
        Wake();
    }
}

/// <param name="Before">Null when it was made.</param>
/// <param name="After">Null when it was removed.</param>
internal sealed record FakeChange(long Revision, string Type, string Namespace, JsonObject? Before, JsonObject? After);
