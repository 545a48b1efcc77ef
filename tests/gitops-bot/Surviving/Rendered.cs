using System.Text.RegularExpressions;
using Markdig;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;
using SelfHealGitOps.Bot.Forge;
using Xunit;

namespace SelfHealGitOps.Bot.Tests.Surviving;

/// <summary>Texts of the bot as a forge shows them: outside of code there is nobody else's word that a forge would act on.</summary>
internal static partial class Rendered
{
    public const int MostBody = 65_536;

    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder().UsePipeTables().UseTaskLists().UseAutoLinks().Build();

    public static void CheckBody(string body)
    {
        Assert.InRange(body.Length, 1, MostBody);
        var open = 0;
        foreach (var node in Markdown.Parse(body, Pipeline).Descendants())
        {
            switch (node)
            {
                case HtmlBlock block:
                    foreach (var line in block.Lines.ToString().Split('\n'))
                    {
                        Assert.True(line.Length == 0 || OwnBlock().IsMatch(line), $"HTML of somebody else: {line}");
                        open += line.StartsWith("<details>", StringComparison.Ordinal) ? 1 : line.StartsWith("</details>", StringComparison.Ordinal) ? -1 : 0;
                        Assert.InRange(open, 0, 1);
                    }

                    break;
                case HtmlInline inline:
                    Assert.Matches(OwnInline(), inline.Tag);
                    break;
                case LinkInline or AutolinkInline or LinkReferenceDefinition:
                    Assert.Fail($"a link: {body.Substring(node.Span.Start, Math.Min(200, node.Span.Length))}");
                    break;
                case LiteralInline literal:
                    CheckPlain(literal.Content.ToString());
                    break;
                default:
                    break;
            }
        }

        Assert.Equal(0, open);
    }

    /// <summary>A title, a label, or a message of a commit: what knows no code.</summary>
    public static void CheckPlain(string text) => Assert.DoesNotMatch(Acting(), text);

    public static void CheckTitle(string title)
    {
        CheckPlain(title);
        Assert.InRange(title.Length, 1, 255);
        Assert.DoesNotContain('<', title);
    }

    public static void CheckLabels(IEnumerable<string> labels) => Assert.All(labels, label =>
    {
        Assert.InRange(label.Length, 1, 50);
        Assert.StartsWith(LabelNames.OwnPrefix, label, StringComparison.Ordinal);
    });

    [GeneratedRegex(@"@|#[0-9]|\bGH-[0-9]|://|\p{Cf}|\p{Cc}(?<!\n)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Acting();

    [GeneratedRegex(@"^(<details><summary>[A-Za-z0-9 ()]+</summary>|</details>|<!-- selfheal:[^<>]*-->)\s*$", RegexOptions.CultureInvariant)]
    private static partial Regex OwnBlock();

    [GeneratedRegex("^<!-- selfheal:[a-z0-9= -]+ -->$", RegexOptions.CultureInvariant)]
    private static partial Regex OwnInline();
}
