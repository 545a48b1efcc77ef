using System.Globalization;
using System.Text;
using SelfHealGitOps.Bot.Propose;
using SelfHealGitOps.Bot.Report;
using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Bot.Deliver;

/// <summary>What is wrong in a file and cannot be mended by a pull request: an issue says what somebody has to find out or decide.</summary>
/// <param name="Findings">Each with the reason why there is no change for it. Never empty.</param>
internal sealed record RefusedFindings(WriteTarget Target, IReadOnlyList<RefusedFinding> Findings)
{
    private const int MostShown = 50;

    /// <summary>The note behind it names up to a thousand findings, and has to fit as well.</summary>
    private const int MostLength = 38_000;

    public Severity Severity => Findings.Max(refused => refused.Finding.Rule.Severity);

    public string Title => Markdown.Plain($"{Findings.Count} finding{(Findings.Count == 1 ? "" : "s")} in {Markdown.PlainName(Target.File)} to be decided by somebody", 120);

    public string Body
    {
        get
        {
            var text = new StringBuilder();
            text.Append(CultureInfo.InvariantCulture, $"The bot proposes no change for {(Findings.Count == 1 ? "this" : "these")} in {Markdown.Code(Target.File)}; why not, and what it takes, stands below {(Findings.Count == 1 ? "it" : "each")}. ");
            if (Findings.Any(refused => refused.Refusal.Code is RefusalCode.NeedsEvidence or RefusalCode.NeedsDecision))
            {
                text.Append("A value that it would have to guess, write yourself, or give as an owner's default in `.selfheal.yaml`. ");
            }

            if (Findings.Any(refused => refused.Refusal.Code == RefusalCode.RefusedByCluster))
            {
                text.Append("There is a change for what the cluster refuses: once the cluster takes it, a pull request takes the place of this. ");
            }

            text.Append("What has to stay as it is can be exempted in `.selfheal.yaml`, with a reason and an end.\n\n");
            var shown = 0;
            foreach (var (finding, refusal, _) in Findings.Take(MostShown))
            {
                if (text.Length > MostLength)
                {
                    break;
                }

                shown++;
                text.Append(CultureInfo.InvariantCulture, $"- **{finding.Rule.Id}** ({Words.Of(finding.Rule.Severity)}), {Markdown.Code(finding.Object.ToString())} at {Markdown.Code($"{finding.Origin.File}:{finding.Origin.Line}")}: {Markdown.Code(finding.Message)}\n");
                text.Append(CultureInfo.InvariantCulture, $"  - `{Words.Of(refusal.Code)}`: {Markdown.Code(refusal.Message)}\n");
            }

            if (Findings.Count > shown)
            {
                text.Append(CultureInfo.InvariantCulture, $"- and {Findings.Count - shown} more: `selfheal scan {Markdown.PlainName(Target.File)}` lists them\n");
            }

            text.Append('\n').Append(Controls.OfIssue).Append("\n\nThis issue follows the file, and is closed when nothing is left of it. Closing it keeps its findings closed until their object or rule changes.");
            return text.ToString();
        }
    }
}

/// <param name="Finding">As it was found, with or without a fix.</param>
/// <param name="Refusal">Why there is no change: the rule's own reason, or a gate's.</param>
internal sealed record RefusedFinding(Finding Finding, Refusal Refusal, FindingId Id);
