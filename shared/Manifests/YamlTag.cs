using System.Text;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace SelfHealGitOps.Manifests;

/// <summary>What a scalar with an explicit tag is. Tags that the API server's decoder does not know leave a string.</summary>
internal static class YamlTag
{
    private const string Core = "tag:yaml.org,2002:";

    /// <exception cref="ReadFailure">The text is none of its tag's values.</exception>
    public static NodeKind Resolve(string tag, FlatDocument document, int at)
    {
        var text = document.Text(at);
        var plain = YamlScalar.Resolve(text);
        return (tag.StartsWith(Core, StringComparison.Ordinal) ? tag[Core.Length..] : tag) switch
        {
            "str" => NodeKind.String,
            "binary" => Decode(tag, document, at),
            "bool" => plain == NodeKind.Boolean ? plain : throw Mismatch(tag, document, at),
            "null" => plain == NodeKind.Null ? plain : throw Mismatch(tag, document, at),
            "int" => plain == NodeKind.Number && YamlScalar.Integer(text) is not null ? plain : throw Mismatch(tag, document, at),
            "float" => plain == NodeKind.Number ? plain : throw Mismatch(tag, document, at),
            _ => NodeKind.String,
        };
    }

    /// <summary>A merge key: a bare <c>&lt;&lt;</c>, or one that says so by its tag.</summary>
    public static bool IsMerge(Scalar scalar) =>
        scalar.Value == "<<"
        && (scalar.Tag.IsEmpty ? scalar.Style == ScalarStyle.Plain : scalar.Tag.IsNonSpecific || scalar.Tag.Value == Core + "merge");

    /// <summary>The API server sees what the base64 stands for, and U+FFFD for what of it is not text.</summary>
    private static NodeKind Decode(string tag, FlatDocument document, int at)
    {
        byte[] content;
        try
        {
            content = Convert.FromBase64String(document.TextString(at));
        }
        catch (FormatException)
        {
            throw Mismatch(tag, document, at);
        }

        ref var node = ref document[at];
        (node.TextStart, node.TextLength) = document.Keep(Encoding.UTF8.GetString(content));
        node.Flags |= NodeFlags.InArena;
        return NodeKind.String;
    }

    private static ReadFailure Mismatch(string tag, FlatDocument document, int at) =>
        new(ProblemCode.BadValue, document[at].Start, $"'{document.TextString(at)}' is not a value of the tag {tag}");
}
