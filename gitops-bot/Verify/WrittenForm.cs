using System.Text.RegularExpressions;
using SelfHealGitOps.Manifests;

namespace SelfHealGitOps.Bot.Verify;

/// <summary>
/// How a new value is written: as plainly as the API server reads it, so that a reviewer and every reader of YAML see the
/// same. The lines of a value are set aside when texts are compared, and nothing may come along on them.
/// </summary>
internal static partial class WrittenForm
{
    /// <summary>What is wrong with it; null where nothing is.</summary>
    /// <param name="before">What stood there; absent for what is new.</param>
    public static string? Objection(Field before, Field after)
    {
        var document = after.Document;
        if (document.IsJson)
        {
            return null;
        }

        return Walk(before, after) is { } why ? $"{after.Path} {why}" : null;
    }

    private static string? Walk(Field before, Field after)
    {
        var why = OfNode(before, after);
        foreach (var entry in after.Entries)
        {
            why ??= Walk(default, entry.Value);
        }

        foreach (var element in after.Elements)
        {
            why ??= Walk(default, element);
        }

        return why;
    }

    private static string? OfNode(Field before, Field after)
    {
        var document = after.Document;
        ref var node = ref document[after.Node];
        if ((node.Flags & (NodeFlags.Aliased | NodeFlags.Merged)) != 0)
        {
            return null;
        }

        const NodeFlags Properties = NodeFlags.HasProperties | NodeFlags.Tagged | NodeFlags.Anchored;
        var key = document.KeyOf(after.Node);
        if (((node.Flags & Properties) != 0 && (!before.IsWritten || (before.Document[before.Node].Flags & Properties) == 0))
            || (key >= 0 && !before.IsWritten && (document[key].Flags & Properties) != 0))
        {
            return "is given an anchor or a tag";
        }

        var bytes = document.Source.Bytes;
        var isScalar = !after.IsMap && !after.IsList && node.Kind != NodeKind.Null;
        var text = isScalar ? System.Text.Encoding.UTF8.GetString(bytes[node.Start..Math.Max(node.Start, node.End)]) : "";
        if (node.Kind == NodeKind.Number && !Number().IsMatch(text))
        {
            return $"is written {Excerpt.Of(text)}, which not everybody reads as the same number";
        }

        if (node.Kind == NodeKind.Boolean && text is not ("true" or "false"))
        {
            return $"is written {Excerpt.Of(text)}; must be true or false";
        }

        return Around(before, after, key, isScalar);
    }

    /// <summary>Before the key, between it and the value, and behind that.</summary>
    private static string? Around(Field before, Field after, int key, bool isScalar)
    {
        var document = after.Document;
        ref var node = ref document[after.Node];
        var bytes = document.Source.Bytes;
        if (key < 0 || node.Kind == NodeKind.Null)
        {
            return null;
        }

        ref var name = ref document[key];
        var was = before.IsWritten && before.Document.KeyOf(before.Node) is >= 0 and var old ? old : -1;
        if (was >= 0)
        {
            ref var oldName = ref before.Document[was];
            var oldBytes = before.Document.Source.Bytes;
            if (!bytes[name.Start..name.End].SequenceEqual(oldBytes[oldName.Start..oldName.End]) || IsExplicit(bytes, name.Start) != IsExplicit(oldBytes, oldName.Start))
            {
                return "has its key written otherwise";
            }
        }
        else if (IsExplicit(bytes, name.Start))
        {
            return "has its key behind a question mark";
        }

        if (!isScalar || node.Start < name.End || node.End <= node.Start)
        {
            return null;
        }

        var between = bytes[name.End..node.Start];
        var isAsBefore = was >= 0 && before.Document[before.Node] is { } oldNode && oldNode.Start >= before.Document[was].End
            && between.SequenceEqual(before.Document.Source.Bytes[before.Document[was].End..oldNode.Start]);
        if (!isAsBefore && !between.SequenceEqual(": "u8) && !(bytes[name.Start] == '"' && between.SequenceEqual(":"u8)))
        {
            return "is not one space behind its key";
        }

        if (node.Style is NodeStyle.Literal or NodeStyle.Folded)
        {
            return null;
        }

        var rest = Rest(after);
        var oldRest = before.IsWritten && !before.IsMap && !before.IsList ? Rest(before) : default;
        var blanks = rest.Length - rest.TrimStart(" \t"u8).Length;
        var oldBlanks = oldRest.Length - oldRest.TrimStart(" \t"u8).Length;

        // Also a character that only YAML 1.1 takes for the end of the line.
        if (rest.Length > blanks && "#,]}"u8.IndexOf(rest[blanks]) < 0 && !rest.SequenceEqual(oldRest))
        {
            return "has something else behind it";
        }

        // A comment that had to move stands where there is room for it.
        return blanks != oldBlanks && (rest.Length == blanks || oldRest.Length > oldBlanks) ? "has other blanks behind it" : null;
    }

    /// <summary>What stands on the line behind a scalar.</summary>
    private static ReadOnlySpan<byte> Rest(Field scalar)
    {
        var bytes = scalar.Document.Source.Bytes[scalar.Document[scalar.Node].End..];
        var feed = bytes.IndexOf((byte)'\n');
        return (feed < 0 ? bytes : bytes[..feed]).TrimEnd((byte)'\r');
    }

    private static bool IsExplicit(ReadOnlySpan<byte> bytes, int start)
    {
        var line = bytes[..start].LastIndexOf((byte)'\n') + 1;
        return bytes[line..start].TrimEnd(" "u8).EndsWith("?"u8);
    }

    [GeneratedRegex("^-?(?:0|[1-9][0-9]*)(?:\\.[0-9]+)?$")]
    private static partial Regex Number();
}
