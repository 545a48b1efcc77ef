using System.Buffers.Text;

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
            "binary" => Base64.IsValid(text) ? NodeKind.String : throw Mismatch(tag, document, at),
            "bool" => plain == NodeKind.Boolean ? plain : throw Mismatch(tag, document, at),
            "null" => plain == NodeKind.Null ? plain : throw Mismatch(tag, document, at),
            "int" => plain == NodeKind.Number && YamlScalar.Integer(text) is not null ? plain : throw Mismatch(tag, document, at),
            "float" => plain == NodeKind.Number ? plain : throw Mismatch(tag, document, at),
            _ => NodeKind.String,
        };
    }

    private static ReadFailure Mismatch(string tag, FlatDocument document, int at) =>
        new(ProblemCode.BadValue, document[at].Start, $"'{document.TextString(at)}' is not a value of the tag {tag}");
}
