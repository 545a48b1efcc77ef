using System.Globalization;

namespace SelfHealGitOps.Manifests;

/// <summary>Where a path leads in one document.</summary>
internal abstract record Resolution
{
    private Resolution()
    {
    }

    /// <summary>The nodes on the way, the object's root first, the addressed value last.</summary>
    public sealed record Found(IReadOnlyList<int> Trail) : Resolution
    {
        public int Node => Trail[^1];
    }

    /// <summary>
    /// The way ends before the path does. <see cref="Rest"/> are keys only. The last node of the trail is a map without
    /// the next key, or a null that a map has to replace.
    /// </summary>
    public sealed record Missing(IReadOnlyList<int> Trail, EquatableArray<PathStep> Rest) : Resolution
    {
        public int Parent => Trail[^1];
    }

    public sealed record Refused(Refusal Refusal) : Resolution;
}

/// <summary>Finds the place that a path names in the very document that is edited.</summary>
internal static class PathResolver
{
    public static Resolution Resolve(Field objectRoot, FieldPath path)
    {
        var document = objectRoot.Document;
        var trail = new List<int> { objectRoot.Node };
        for (var i = 0; i < path.Steps.Count; i++)
        {
            var at = trail[^1];
            var step = path.Steps[i];
            var field = new Field(document, at);
            switch (step)
            {
                case PathStep.Key(var name) when field.IsMap:
                    var value = document.Find(at, System.Text.Encoding.UTF8.GetBytes(name));
                    if (value < 0)
                    {
                        return MissingFrom(trail, path, i);
                    }

                    trail.Add(value);
                    break;
                case PathStep.Key when field.Kind == NodeKind.Null:
                    return MissingFrom(trail, path, i);
                case not PathStep.Key when field.IsList:
                    var matches = Matches(field, step, path, i);
                    if (matches.Count != 1)
                    {
                        return matches.Count == 0
                            ? Refuse(RefusalCode.Absent, $"{path}: no element {Describe(path, i)}")
                            : Refuse(RefusalCode.Ambiguous, $"{path}: {matches.Count.ToString(CultureInfo.InvariantCulture)} elements are {Describe(path, i)}");
                    }

                    trail.Add(matches[0]);
                    break;
                case not PathStep.Key when field.Kind == NodeKind.Null:
                    return Refuse(RefusalCode.Absent, $"{path}: there is no list of which {Describe(path, i)} could be an element");
                default:
                    return Refuse(RefusalCode.WrongShape, $"{path}: a {field.Kind.ToString().ToLowerInvariant()} stands where {Describe(path, i)} would be");
            }
        }

        return new Resolution.Found(trail);
    }

    private static Resolution MissingFrom(List<int> trail, FieldPath path, int from)
    {
        var rest = path.Steps[from..];
        return rest.All(step => step is PathStep.Key)
            ? new Resolution.Missing(trail, rest)
            : Refuse(RefusalCode.Absent, $"{path}: there is no list at {new FieldPath(path.Steps[..(from + 1)])}");
    }

    private static IReadOnlyList<int> Matches(Field list, PathStep step, FieldPath path, int at)
    {
        var matches = new List<int>();
        var listName = at > 0 && path.Steps[at - 1] is PathStep.Key(var name) ? name : "";
        var inContainer = MergeKeys.IsInContainer(path.Steps, at);
        if (list.Count >= ElementIndex.Long)
        {
            var index = list.Document.Elements;
            if (index.Matches.TryGetValue((list.Node, step), out var known))
            {
                return known;
            }

            var nodes = index.Children(list.Node);
            foreach (var candidate in Candidates(list, step))
            {
                if (Fits(new Field(list.Document, nodes[candidate]), step, candidate, listName, inContainer))
                {
                    matches.Add(nodes[candidate]);
                }
            }

            index.Matches.Add((list.Node, step), matches);
            return matches;
        }

        var position = 0;
        foreach (var element in list.Elements)
        {
            if (Fits(element, step, position++, listName, inContainer))
            {
                matches.Add(element.Node);
            }
        }

        return matches;
    }

    /// <summary>The positions of the elements of a long list that may fit: those that have the first of the wanted values.</summary>
    private static IReadOnlyList<int> Candidates(Field list, PathStep step) => step switch
    {
        PathStep.Item(var value) => list.Document.Elements.Positions(list.Node, null, value),
        PathStep.Element({ Count: > 0 } match) => list.Document.Elements.Positions(list.Node, match[0].Key, match[0].Value),
        PathStep.Index(var index) when index >= 0 && index < list.Count => [index],
        PathStep.Element => [.. Enumerable.Range(0, list.Count)],
        _ => [],
    };

    private static bool Fits(Field element, PathStep step, int position, string list, bool inContainer)
    {
        switch (step)
        {
            case PathStep.Item(var value):
                return element.Text == value;
            case PathStep.Index(var index):
                return index == position;
            case PathStep.Element(var match):
                foreach (var (key, value) in match)
                {
                    if (element[key].Text != value)
                    {
                        return false;
                    }
                }

                // The API server writes protocol: TCP where the author wrote none.
                return match.Any(pair => pair.Key == "protocol")
                    || !MergeKeys.Of(list, inContainer).Contains(Name.Protocol)
                    || !element[Name.Protocol].Exists
                    || element[Name.Protocol].Is("TCP"u8);
            default:
                return false;
        }
    }

    private static string Describe(FieldPath path, int step) => new FieldPath([path.Steps[step]]).ToString();

    private static Resolution.Refused Refuse(RefusalCode code, string message) => new(new Refusal(code, message));
}
