using YamlDotNet.Core;
using YamlDotNet.Core.Tokens;

namespace SelfHealGitOps.Tests;

/// <summary>The comments of a text as a YAML scanner sees them: what stands in a string or a block scalar is none.</summary>
internal static class YamlComments
{
    public static List<string> Of(string text)
    {
        var comments = new List<string>();
        var scanner = new Scanner(new StringReader(text), skipComments: false);
        while (scanner.MoveNext())
        {
            if (scanner.Current is Comment comment)
            {
                comments.Add(comment.Value.Trim());
            }
        }

        comments.Sort(StringComparer.Ordinal);
        return comments;
    }
}
