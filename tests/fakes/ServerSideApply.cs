using System.Text.Json.Nodes;
using SelfHealGitOps.Cluster;

namespace SelfHealGitOps.Fakes;

/// <summary>
/// Who owns which field, for conflicts and for what a manager lets go. Well enough for objects of built-in types: granular
/// lists by the keys of <see cref="ListKeys"/>, all others as one value.
/// </summary>
internal sealed class ServerSideApply(TimeProvider time)
{
    /// <summary>The object with the intent of a manager in it.</summary>
    public JsonObject Apply(ResourceType type, string name, JsonObject? live, JsonObject intent, string manager, bool isForced, string? subresource)
    {
        var current = live is null ? [] : (JsonObject)live.DeepClone();
        var entries = Read(current);
        var wanted = FieldSet.Of(intent);
        var conflicts = new List<StatusCause>();
        foreach (var entry in entries.Where(entry => !entry.IsSame(manager, "Apply", subresource)))
        {
            var disputed = entry.Fields.Within(wanted).Paths
                .Where(path => FieldSet.ElementOf(path) is null && !JsonNode.DeepEquals(FieldSet.At(current, path), FieldSet.At(intent, path)))
                .Order(StringComparer.Ordinal)
                .ToArray();
            if (isForced)
            {
                entry.Fields = entry.Fields.Without(new(disputed));
            }
            else
            {
                conflicts.AddRange(disputed.Select(path => new StatusCause(FieldSet.Show(path), "FieldManagerConflict", $"conflict with \"{entry.Manager}\"")));
            }
        }

        if (conflicts.Count > 0)
        {
            var list = string.Join(", ", conflicts.Select(conflict => $"{conflict.Message}: {conflict.Field}"));
            throw new FakeRefusal(new(409, "Conflict", $"Apply failed with {conflicts.Count} conflict{(conflicts.Count == 1 ? "" : "s")}: {list}", conflicts));
        }

        var own = entries.Find(entry => entry.IsSame(manager, "Apply", subresource));
        Overlay(current, intent, "", "");
        if (own is not null)
        {
            LetGo(current, own.Fields.Without(wanted), entries.Where(entry => entry != own).Select(entry => entry.Fields));
        }
        else
        {
            own = new(manager, "Apply", subresource, "");
            entries.Add(own);
        }

        own.Fields = wanted;
        own.Time = Now();
        own.ApiVersion = type.ApiVersion;
        Write(current, entries);
        return current;
    }

    /// <summary>Notes who changed what in a write of another kind.</summary>
    public void Note(ResourceType type, JsonObject? before, JsonObject after, string manager, string? subresource)
    {
        var entries = before is null ? [] : Read(before);
        var exists = FieldSet.Of(after);
        var changed = new FieldSet(exists.Paths.Where(path => before is null || !JsonNode.DeepEquals(FieldSet.At(before, path), FieldSet.At(after, path))));
        var own = entries.Find(entry => entry.IsSame(manager, "Update", subresource));
        foreach (var entry in entries)
        {
            entry.Fields = entry.Fields.Within(exists);
            if (entry != own)
            {
                // Only a value can be taken over; that an element is there, several may want.
                entry.Fields = entry.Fields.Without(new(changed.Paths.Where(path => FieldSet.ElementOf(path) is null)));
            }
        }

        // Elements are the same where only what is in them has changed.
        changed = new(changed.Paths.Where(path => FieldSet.ElementOf(path) is null || before is null || FieldSet.At(before, path) is null));
        if (changed.Paths.Count > 0)
        {
            if (own is null)
            {
                own = new(manager, "Update", subresource, "");
                entries.Add(own);
            }

            own.Fields = own.Fields.With(changed.Paths);
            own.Time = Now();
            own.ApiVersion = type.ApiVersion;
        }

        Write(after, entries);
    }

    private static void Overlay(JsonObject target, JsonObject intent, string name, string parent)
    {
        foreach (var (key, value) in intent)
        {
            switch (value)
            {
                case JsonObject map:
                    if (target[key] is not JsonObject inner)
                    {
                        inner = [];
                        target[key] = inner;
                    }

                    Overlay(inner, map, key, name);
                    break;
                case JsonArray list when ListKeys.IsSet(key) || (ListKeys.Of(key, name).Length > 0 && list.All(element => element is JsonObject)):
                    if (target[key] is not JsonArray elements)
                    {
                        elements = [];
                        target[key] = elements;
                    }

                    OverlayList(elements, list, key, name);
                    break;
                default:
                    target[key] = value?.DeepClone();
                    break;
            }
        }
    }

    private static void OverlayList(JsonArray target, JsonArray intent, string name, string parent)
    {
        var keys = ListKeys.Of(name, parent);
        foreach (var element in intent)
        {
            var existing = element is JsonObject map
                ? target.OfType<JsonObject>().FirstOrDefault(each => ListKeys.Address(each, keys) == ListKeys.Address(map, keys))
                : target.FirstOrDefault(each => JsonNode.DeepEquals(each, element));
            if (existing is null)
            {
                target.Add(element?.DeepClone());
            }
            else if (existing is JsonObject found && element is JsonObject wanted)
            {
                Overlay(found, wanted, name, parent);
            }
        }
    }

    private static void LetGo(JsonObject target, FieldSet dropped, IEnumerable<FieldSet> others)
    {
        var owned = others.ToArray();

        // Elements first: with them goes everything in them.
        foreach (var path in dropped.Paths.OrderBy(path => FieldSet.ElementOf(path) is null))
        {
            if (!owned.Any(set => set.Covers(FieldSet.ElementOf(path) ?? path)))
            {
                FieldSet.Remove(target, path);
            }
        }
    }

    private static List<Entry> Read(JsonObject item)
    {
        var entries = new List<Entry>();
        foreach (var entry in (item["metadata"]?["managedFields"] as JsonArray ?? []).OfType<JsonObject>())
        {
            entries.Add(new(entry.Text("manager") ?? "", entry.Text("operation") ?? "", entry.Text("subresource"), entry.Text("apiVersion") ?? "")
            {
                Fields = FieldSet.Read(entry["fieldsV1"]),
                Time = entry.Text("time") ?? "",
            });
        }

        return entries;
    }

    private static void Write(JsonObject item, List<Entry> entries)
    {
        var list = new JsonArray();
        foreach (var entry in entries.Where(entry => entry.Fields.Paths.Count > 0))
        {
            var written = new JsonObject
            {
                ["manager"] = entry.Manager,
                ["operation"] = entry.Operation,
                ["apiVersion"] = entry.ApiVersion,
                ["time"] = entry.Time,
                ["fieldsType"] = "FieldsV1",
                ["fieldsV1"] = entry.Fields.Write(),
            };
            if (entry.Subresource is not null)
            {
                written["subresource"] = entry.Subresource;
            }

            list.Add(written);
        }

        if (item["metadata"] is not JsonObject metadata)
        {
            metadata = [];
            item["metadata"] = metadata;
        }

        metadata["managedFields"] = list;
    }

    private string Now() => FakeStore.Stamp(time);

    private sealed class Entry(string manager, string operation, string? subresource, string apiVersion)
    {
        public string Manager { get; } = manager;

        public string Operation { get; } = operation;

        public string? Subresource { get; } = subresource;

        public string ApiVersion { get; set; } = apiVersion;

        public FieldSet Fields { get; set; } = new();

        public string Time { get; set; } = "";

        public bool IsSame(string otherManager, string otherOperation, string? otherSubresource) =>
            Manager == otherManager && Operation == otherOperation && Subresource == otherSubresource;
    }
}
