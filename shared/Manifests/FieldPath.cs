using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

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

        // KeyValuePair itself compares by reflection, and its hash is that of the key alone: the same for all containers.
        public bool Equals(Element? other)
        {
            if (other is null || Match.Count != other.Match.Count)
            {
                return false;
            }

            for (var i = 0; i < Match.Count; i++)
            {
                if (Match[i].Key != other.Match[i].Key || Match[i].Value != other.Match[i].Value)
                {
                    return false;
                }
            }

            return true;
        }

        public override int GetHashCode()
        {
            var hash = default(HashCode);
            foreach (var (key, value) in Match)
            {
                hash.Add(key);
                hash.Add(value);
            }

            return hash.ToHashCode();
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
    private string? text;

    public static FieldPath Root { get; } = new([]);

    public FieldPath? Parent => Steps.Count == 0 ? null : new(Steps[..^1]);

    public FieldPath Key(string name) => Append(new PathStep.Key(name));

    public FieldPath Key(Name name) => Append(NameTable.Step(name));

    public FieldPath Item(string value) => Append(new PathStep.Item(value));

    public FieldPath Append(PathStep step) => new(Steps.With(step));

    public bool StartsWith(FieldPath other)
    {
        if (other.Steps.Count > Steps.Count)
        {
            return false;
        }

        // From the end: paths of one object begin alike.
        for (var i = other.Steps.Count - 1; i >= 0; i--)
        {
            if (!ReferenceEquals(Steps[i], other.Steps[i]) && !Steps[i].Equals(other.Steps[i]))
            {
                return false;
            }
        }

        return true;
    }

    public bool Equals(FieldPath? other) => other is not null && Steps.Count == other.Steps.Count && StartsWith(other);

    public override int GetHashCode() => Steps.GetHashCode();

    /// <summary>Put together once: findings are told apart by it.</summary>
    public override string ToString() => text ??= Format();

    private string Format()
    {
        var text = new DefaultInterpolatedStringHandler(0, 0, CultureInfo.InvariantCulture, stackalloc char[256]);
        var isFirst = true;
        foreach (var step in Steps)
        {
            switch (step)
            {
                case PathStep.Key(var name) when name.AsSpan().IndexOfAny("./[]\"") >= 0:
                    text.AppendLiteral("[\"");
                    text.AppendLiteral(name.Replace("\"", "\\\"", StringComparison.Ordinal));
                    text.AppendLiteral("\"]");
                    break;
                case PathStep.Key(var name):
                    text.AppendLiteral(isFirst ? "" : ".");
                    text.AppendLiteral(name);
                    break;
                case PathStep.Element(var match):
                    for (var i = 0; i < match.Count; i++)
                    {
                        text.AppendLiteral(i == 0 ? "[" : ",");
                        text.AppendLiteral(match[i].Key);
                        text.AppendLiteral("=");
                        text.AppendLiteral(match[i].Value);
                    }

                    text.AppendLiteral(match.Count == 0 ? "[]" : "]");
                    break;
                case PathStep.Item(var value):
                    text.AppendLiteral("[=");
                    text.AppendLiteral(value);
                    text.AppendLiteral("]");
                    break;
                case PathStep.Index(var position):
                    text.AppendLiteral("[");
                    text.AppendFormatted(position);
                    text.AppendLiteral("]");
                    break;
            }

            isFirst = false;
        }

        return text.ToStringAndClear();
    }

    /// <summary>The path of a field, present or absent, from the root of its object.</summary>
    internal static FieldPath To(Field field)
    {
        var document = field.Document;
        var steps = document.EmptySteps();
        var at = document.ObjectRootOf(field.Node);
        while (at != field.Node)
        {
            var (child, position) = Toward(document, at, field.Node);
            steps.Add(document[at].Kind == NodeKind.Map
                ? KeyStep(document, child - 1)
                : document.StepTo(steps, at, child, position));
            at = child;
        }

        field.AddMissingTo(steps);
        return new(EquatableArray.Create<PathStep>(CollectionsMarshal.AsSpan(steps)));
    }

    /// <summary>The RFC 6901 pointer of a field, present or absent, from the root of its object.</summary>
    internal static string PointerTo(Field field)
    {
        var document = field.Document;
        var pointer = new DefaultInterpolatedStringHandler(0, 0, CultureInfo.InvariantCulture, stackalloc char[256]);
        var at = document.ObjectRootOf(field.Node);
        while (at != field.Node)
        {
            var (child, position) = Toward(document, at, field.Node);
            if (document[at].Kind == NodeKind.Map)
            {
                AppendToken(ref pointer, KeyText(document, child - 1));
            }
            else
            {
                pointer.AppendLiteral("/");
                pointer.AppendFormatted(position);
            }

            at = child;
        }

        if (field.IsMissing)
        {
            var missing = new List<PathStep>(4);
            field.AddMissingTo(missing);
            foreach (var step in missing)
            {
                AppendToken(ref pointer, ((PathStep.Key)step).Name);
            }
        }

        return pointer.ToStringAndClear();
    }

    /// <summary>The child of a collection that holds a node, and its position; nodes do not know their parents.</summary>
    private static (int Child, int Position) Toward(FlatDocument document, int collection, int node)
    {
        if (document[collection].Count >= ElementIndex.Long)
        {
            return document.Elements.Toward(collection, node);
        }

        var toValue = document[collection].Kind == NodeKind.Map ? 1 : 0;
        var child = collection + 1 + toValue;
        var position = 0;
        while (document[child].Next <= node)
        {
            child = document[child].Next + toValue;
            position++;
        }

        return (child, position);
    }

    private static string KeyText(FlatDocument document, int key) =>
        document[key].Name is var name and not Name.None ? NameTable.Text(name) : document.TextString(key);

    private static PathStep.Key KeyStep(FlatDocument document, int key) =>
        document[key].Name is var name and not Name.None ? NameTable.Step(name) : new PathStep.Key(document.TextString(key));

    private static void AppendToken(ref DefaultInterpolatedStringHandler pointer, string token)
    {
        pointer.AppendLiteral("/");
        pointer.AppendLiteral(token.AsSpan().IndexOfAny('~', '/') < 0 ? token : JsonPointer.Escape(token));
    }
}
