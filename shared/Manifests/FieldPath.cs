using System.Globalization;
using System.Text;

namespace SelfHealGitOps.Manifests;

/// <summary>One step of a <see cref="FieldPath"/>.</summary>
public abstract record PathStep
{
    private PathStep()
    {
    }

    /// <summary>An entry of a map.</summary>
    public sealed record Key(string Name) : PathStep;

    /// <summary>The one element whose fields have these values: <c>[name=web]</c>, <c>[containerPort=80,protocol=TCP]</c>.</summary>
    public sealed record Element(EquatableArray<KeyValuePair<string, string>> Match) : PathStep
    {
        public Element(string key, string value) : this([new(key, value)])
        {
        }
    }

    /// <summary>The one scalar of a set with this value: <c>drop[=ALL]</c>.</summary>
    public sealed record Item(string Value) : PathStep;

    /// <summary>An element by position, for lists that have no merge key, or an element that lacks it.</summary>
    public sealed record Index(int Position) : PathStep;
}

/// <summary>
/// Where an edit goes, from the root of an object. List elements are addressed by their merge key, because an index
/// does not survive the way from a live object to a file. <c>spec.containers[name=web].image</c>.
/// </summary>
public sealed record FieldPath(EquatableArray<PathStep> Steps)
{
    public static FieldPath Root { get; } = new([]);

    public FieldPath? Parent => Steps.Count == 0 ? null : new(Steps[..^1]);

    public FieldPath Key(string name) => new([.. Steps, new PathStep.Key(name)]);

    public FieldPath Key(Name name) => Key(NameTable.Text(name));

    public FieldPath Item(string value) => new([.. Steps, new PathStep.Item(value)]);

    public FieldPath Append(PathStep step) => new([.. Steps, step]);

    public bool StartsWith(FieldPath other) =>
        other.Steps.Count <= Steps.Count && Steps[..other.Steps.Count].Equals(other.Steps);

    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (var step in Steps)
        {
            switch (step)
            {
                case PathStep.Key(var name) when name.AsSpan().IndexOfAny("./[]\"") >= 0:
                    text.Append("[\"").Append(name.Replace("\"", "\\\"", StringComparison.Ordinal)).Append("\"]");
                    break;
                case PathStep.Key(var name):
                    text.Append(text.Length == 0 ? "" : ".").Append(name);
                    break;
                case PathStep.Element(var match):
                    text.Append('[').AppendJoin(',', match.Select(pair => $"{pair.Key}={pair.Value}")).Append(']');
                    break;
                case PathStep.Item(var value):
                    text.Append("[=").Append(value).Append(']');
                    break;
                case PathStep.Index(var position):
                    text.Append('[').Append(position.ToString(CultureInfo.InvariantCulture)).Append(']');
                    break;
            }
        }

        return text.ToString();
    }

    /// <summary>The path of a field, present or absent, from the root of its object.</summary>
    internal static FieldPath To(Field field)
    {
        var steps = new List<PathStep>();
        foreach (var (document, container, child, position) in Trail(field))
        {
            steps.Add(document[container].Kind == NodeKind.Map
                ? new PathStep.Key(document.TextString(child - 1))
                : MergeKeys.Address(document, steps, container, child, position));
        }

        steps.AddRange(field.MissingSteps().Select(name => new PathStep.Key(name)));
        return new([.. steps]);
    }

    /// <summary>The RFC 6901 pointer of a field, present or absent, from the root of its object.</summary>
    internal static string PointerTo(Field field)
    {
        var pointer = new StringBuilder();
        foreach (var (document, container, child, position) in Trail(field))
        {
            AppendToken(pointer, document[container].Kind == NodeKind.Map
                ? document.TextString(child - 1)
                : position.ToString(CultureInfo.InvariantCulture));
        }

        foreach (var name in field.MissingSteps())
        {
            AppendToken(pointer, name);
        }

        return pointer.ToString();
    }

    private static void AppendToken(StringBuilder pointer, string token) =>
        pointer.Append('/').Append(token.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal));

    /// <summary>Walks down from the object's root to the field; nodes do not know their parents.</summary>
    private static IEnumerable<(FlatDocument Document, int Container, int Child, int Position)> Trail(Field field)
    {
        var document = field.Document;
        var at = document.ObjectRootOf(field.Node);
        while (at != field.Node)
        {
            var isMap = document[at].Kind == NodeKind.Map;
            var child = at + (isMap ? 2 : 1);
            var position = 0;
            while (document[child].Next <= field.Node)
            {
                child = document[child].Next + (isMap ? 1 : 0);
                position++;
            }

            yield return (document, at, child, position);
            at = child;
        }
    }
}
