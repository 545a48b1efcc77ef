using System.Globalization;
using SelfHealGitOps.Manifests;

namespace SelfHealGitOps.Policy;

/// <summary>What has to be written otherwise when an object moves to another version of its kind.</summary>
internal sealed class FieldMoves
{
    private readonly List<Edit> edits = [];

    public IReadOnlyList<Edit> Edits => edits;

    /// <summary>Why a person has to do it, the first reason that was found; null where the edits are all.</summary>
    public Refusal? Obstacle { get; private set; }

    public void Set(FieldPath path, Value value) => edits.Add(new Edit.Set(path, value));

    public void Remove(Field field)
    {
        if (field.IsWritten)
        {
            edits.Add(new Edit.Remove(field.Path));
        }
    }

    public void Stop(Refusal reason) => Obstacle ??= reason;

    /// <summary>A tree of what the field holds; null, with the reason in <see cref="Obstacle"/>, where it holds what an edit cannot write.</summary>
    public Value? Copy(Field field)
    {
        switch (field.Kind)
        {
            case NodeKind.String when TemplateText.IsExpression(field.Utf8):
                Stop(new Refusal(RefusalCode.Templated, $"{field.Path} is filled in later"));
                return null;
            case NodeKind.String:
                return field.Text!;
            case NodeKind.Boolean:
                return field.IsTrue;
            case NodeKind.Number when field.Integer is { } number:
                return number;

            // Only quantities have a fraction, and to them a text is the same.
            case NodeKind.Number:
                return field.Text!;
            case NodeKind.Map:
                var entries = new List<KeyValuePair<string, Value>>();
                foreach (var entry in field.Entries)
                {
                    if (entry.Value.Exists && Copy(entry.Value) is { } value)
                    {
                        entries.Add(new(entry.Key, value));
                    }
                }

                return new Value.Map([.. entries]);
            case NodeKind.List:
                var elements = new List<Value>();
                foreach (var element in field.Elements)
                {
                    if (element.Exists && Copy(element) is { } value)
                    {
                        elements.Add(value);
                    }
                }

                return new Value.List([.. elements]);
            default:
                Stop(Refusal.NeedsEvidence($"the value of {field.Path}"));
                return null;
        }
    }

    /// <summary>A map of those entries that have a value.</summary>
    public static Value.Map MapOf(params ReadOnlySpan<(string Key, Value? Value)> entries)
    {
        var kept = new List<KeyValuePair<string, Value>>();
        foreach (var (key, value) in entries)
        {
            if (value is not null)
            {
                kept.Add(new(key, value));
            }
        }

        return new([.. kept]);
    }

    /// <summary>True for a text that is a whole number, which is not what it looks like where a name may stand as well.</summary>
    public static bool IsDigits(Field field) =>
        field.IsString && long.TryParse(field.Utf8, NumberStyles.None, CultureInfo.InvariantCulture, out _);
}
