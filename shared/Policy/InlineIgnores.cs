using System.Text;
using SelfHealGitOps.Manifests;
using YamlDotNet.Core;
using YamlDotNet.Core.Tokens;

namespace SelfHealGitOps.Policy;

/// <summary>
/// The ignore comments of one document. A YAML scanner tells them from text in strings and block scalars; it runs only
/// where the bytes hold the marker, which is next to nowhere.
/// </summary>
internal sealed class InlineIgnores
{
    /// <summary>More than any text has; in some, such as with a byte order mark before a comment, the scanner goes round for ever.</summary>
    private const int MostTokensPerCharacter = 4;

    private readonly List<InlineIgnore> comments = [];
    private readonly HashSet<(InlineIgnore Comment, string Rule)> used = [];

    private InlineIgnores()
    {
    }

    /// <summary>The comments of a document; null where there are none.</summary>
    public static InlineIgnores? Of(FlatDocument document)
    {
        var bytes = document.Source.Bytes[document.Start..document.End];
        if (document.IsJson || bytes.IndexOf("selfheal:"u8) < 0)
        {
            return null;
        }

        var ignores = new InlineIgnores();
        ignores.Read(document, Encoding.UTF8.GetString(bytes));
        return ignores.comments.Count == 0 ? null : ignores;
    }

    /// <summary>
    /// The comment that ignores a finding; null for none. It stands beside the finding's line. Where the field is absent,
    /// that line is the nearest parent's, which another fix may change by making one: so any parent's line will do that
    /// lies in the same element of a list.
    /// </summary>
    public InlineIgnore? Find(Field root, Finding finding, DateTimeOffset now)
    {
        InlineIgnore? found = null;
        List<int>? lines = null;
        foreach (var comment in comments)
        {
            if (comment.Holds(finding.Rule.Id, now) && (lines ??= LinesOf(root, finding)).Contains(comment.Target))
            {
                used.Add((comment, finding.Rule.Id));
                found ??= comment;
            }
        }

        return found;
    }

    /// <summary>What is wrong with the comments, once all objects of the document have been judged.</summary>
    public IEnumerable<Finding> Findings(RuleSet rules, PolicySettings settings, SourceText source, DateTimeOffset now) =>
        comments.SelectMany(comment => ExemptionFindings.Of(comment, rules, settings, rule => used.Contains((comment, rule)), source.File, now));

    private void Read(FlatDocument document, string text)
    {
        // A comment alone on its line is about the next line that is not such a comment, so that several can stand above one.
        var alone = new HashSet<int>();
        var found = new List<(string Text, int Line, int Column)>();
        try
        {
            var scanner = new Scanner(new StringReader(text), skipComments: false);
            var left = MostTokensPerCharacter * (text.Length + 8L);
            while (scanner.MoveNext())
            {
                if (left-- == 0)
                {
                    return;
                }

                if (scanner.Current is Comment comment)
                {
                    var start = (int)Math.Min(comment.Start.Index, text.Length);
                    var (line, column) = document.Source.Locate(document.Start + Encoding.UTF8.GetByteCount(text.AsSpan(0, start)));
                    found.Add((comment.Value, line, column));
                    if (IsAlone(text, start))
                    {
                        alone.Add(line);
                    }
                }
            }
        }
        catch (Exception exception) when (exception is YamlException or InvalidOperationException)
        {
            // The document was read, so this is behind its end; what stands there belongs to no object.
        }

        foreach (var (comment, line, column) in found)
        {
            var target = line;
            while (alone.Contains(target))
            {
                target++;
            }

            if (InlineIgnore.Parse(comment, document.Index, line, column, target) is { } ignore)
            {
                comments.Add(ignore);
            }
        }
    }

    private static bool IsAlone(string text, int start)
    {
        var line = text.AsSpan(0, start);
        return line[(line.LastIndexOf('\n') + 1)..].IndexOfAnyExcept(" \t\uFEFF") < 0;
    }

    private static List<int> LinesOf(Field root, Finding finding)
    {
        var lines = new List<int> { finding.Origin.Line };
        if (PathResolver.Resolve(root, finding.Path) is Resolution.Missing missing)
        {
            var document = root.Document;
            for (var i = missing.Trail.Count - 1; i >= 0; i--)
            {
                var parent = missing.Trail[i];
                lines.Add(document.Source.Locate(new Field(document, parent).SourceOffset).Line);
                if (i > 0 && document[missing.Trail[i - 1]].Kind == NodeKind.List)
                {
                    break;
                }
            }
        }

        return lines;
    }
}
