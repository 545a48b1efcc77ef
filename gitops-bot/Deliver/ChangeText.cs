using System.Globalization;
using System.Text;
using SelfHealGitOps.Bot.Propose;
using SelfHealGitOps.Bot.Report;
using SelfHealGitOps.Bot.Schedule;
using SelfHealGitOps.Bot.Verify;

namespace SelfHealGitOps.Bot.Deliver;

/// <summary>What is said of a change: commit message, title and body of its pull request. The same change is told in the same words.</summary>
/// <param name="Change">What is delivered; of edits.</param>
/// <param name="Reach">Mermaid text of what is affected; empty for none.</param>
/// <param name="Cluster">By its name in the configuration; null where the repository feeds none that is known.</param>
/// <param name="Held">Other changes of the same file that wait or go apart, for people to know of.</param>
internal sealed record ChangeText(
    ScheduledChange Change, string Reach, string? Cluster, IReadOnlyList<string> Held)
{
    private const int MostFindingsShown = 30;

    /// <summary>From all that helps to what a forge takes in any case.</summary>
    private static readonly Extent[] Extents = [new(MostFindingsShown, 10, 9_000), new(10, 3, 4_000), new(3, 1, 1_500), new(1, 0, 500)];

    private Proposal.Edits Edits => Change.Edits;

    private VerifiedProposal Verified => Change.Verified;

    public string Title
    {
        get
        {
            var objects = Edits.Fixes.Select(fix => fix.Finding.Object.ToString()).Distinct(StringComparer.Ordinal).ToList();
            var where = objects.Count == 1 ? Name(objects[0]) : $"{objects.Count} objects of {Markdown.PlainName(Edits.Target.File)}";
            return Edits.Fixes.Count == 1
                ? Markdown.Plain($"{Edits.Fixes[0].Fix.Title} in {where}", 120)
                : Markdown.Plain($"Mend {Edits.Fixes.Count} findings in {where}", 120);
        }
    }

    public string CommitMessage
    {
        get
        {
            var text = new StringBuilder();
            text.Append(Markdown.Plain(Title, 72)).Append("\n\n");
            foreach (var fix in Edits.Fixes.Take(MostFindingsShown))
            {
                text.Append(CultureInfo.InvariantCulture, $"- {fix.Finding.Rule.Id}: {Markdown.Plain(fix.Fix.Title, 120)}\n");
            }

            return text.ToString().TrimEnd();
        }
    }

    /// <summary>Of the pull request, with the note behind it, without its fingerprint.</summary>
    public string Body(DeliveryNote note)
    {
        var bodies = Extents.Select(extent => $"{BodyOf(extent)}\n\n{note}");
        return bodies.FirstOrDefault(body => body.Length <= Markdown.MostBody) ?? bodies.Last();
    }

    private string BodyOf(Extent extent)
    {
        var text = new StringBuilder();
        text.Append(Summary()).Append("\n\n").Append(Table()).Append("\n\n");
        text.Append("#### Findings\n\n").Append(Findings(extent)).Append('\n');
        text.Append("#### Verification\n\n").Append(Gates()).Append('\n');
        text.Append(Markdown.Details($"Why {Change.Radius.Score}", Account(extent))).Append('\n');
        text.Append(Markdown.Details("The change", Markdown.Block(ShownText.Diff(Edits.Target.File, Edits.Before, Edits.After), "diff", extent.Block))).Append('\n');
        if (Verified.Results.FirstOrDefault(gate => gate.Gate == Verify.Gates.DryRun) is { Details.Length: > 0 } dryRun)
        {
            text.Append(Markdown.Details("After admission (server dry run)", Markdown.Block(dryRun.Details, "diff", extent.Block))).Append('\n');
        }

        text.Append(Markdown.Details("Rollback", Rollback(extent))).Append('\n');
        if (Held.Count > 0)
        {
            text.Append(Markdown.Details("Also found in this file", string.Concat(Held.Select(line => $"- {line}\n")))).Append('\n');
        }

        text.Append('\n').Append(Controls.OfPullRequest).Append("\n\n");
        text.Append("Closing this pull request keeps its findings closed until their object or rule changes. ");
        text.Append("A commit of somebody else on its branch makes the branch theirs: the bot leaves it alone.");
        return text.ToString();
    }

    private string Summary()
    {
        var count = Edits.Fixes.Count;
        var worst = Edits.Fixes.Max(fix => fix.Finding.Rule.Severity);
        var first = Edits.Fixes.OrderByDescending(fix => fix.Finding.Rule.Severity).First();
        return count == 1
            ? $"{Markdown.Code(first.Finding.Rule.Id)} ({Words.Of(worst)}): {Markdown.Code(first.Finding.Message)}. {first.Finding.Rule.Why}"
            : $"{count} findings of {Markdown.Code(Edits.Target.File)}, the worst of them {Markdown.Code(first.Finding.Rule.Id)} ({Words.Of(worst)}): {Markdown.Code(first.Finding.Message)}.";
    }

    private string Table()
    {
        var objects = Edits.Fixes.Select(fix => fix.Finding.Object.ToString()).Distinct(StringComparer.Ordinal).ToList();
        var lines = Edits.Fixes.Select(fix => fix.Finding.Origin.Line).Distinct().Order().ToList();
        var named = Change.Key.Owners.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var table = new StringBuilder("| | |\n|---|---|\n");
        Row("Object", $"{string.Join(", ", objects.Take(5).Select(each => Markdown.Code(each)))}{(objects.Count > 5 ? $" and {objects.Count - 5} more" : "")}{(Cluster is null ? "" : $" · cluster {Markdown.Code(Cluster)}")}");
        Row("Source", string.Join(", ", lines.Take(10).Select(line => Markdown.Code($"{Edits.Target.File}:{line}"))) + (lines.Count > 10 ? ", …" : ""));
        Row("Base", $"{Markdown.Code(Edits.Target.Base)} at {Markdown.Code(Edits.Commit[..12])}");
        Row("Safety", Edits.Fixes.All(fix => fix.Fix.Safety == Policy.Safety.Safe)
            ? "safe: cannot change what a working workload does"
            : "review: right by the rule, but it can change what the workload does");
        Row("Blast radius", $"**{Change.Radius.Score} / 100 · {Tiers.Word(Change.Radius.Tier)}**");
        Row("Needs", Change.Radius.Tier switch
        {
            Tier.Auto => "nobody, where automatic merging is allowed; else whoever merges",
            Tier.Human when Approvals.IsAnyones(named) => $"one approval by somebody who may write{(named.Length == 0 ? "" : $"; asked: {Markdown.Code(Change.Key.Owners)}")}",
            Tier.Human => $"one approval by a code owner: {Markdown.Code(Change.Key.Owners)}",
            Tier.Dual => $"two approvals of distinct code owners{(named.Length == 0 ? "" : $" of {Markdown.Code(Change.Key.Owners)}")}{Approvals.Lacking(named)}",
            _ => "nobody may let this pass",
        });
        if (Verified.NotRun.Count > 0)
        {
            Row("Not proved", $"{string.Join(", ", Verified.NotRun)}: see below; this is why a person has to look");
        }

        return table.ToString().TrimEnd();

        void Row(string name, string value) => table.Append(CultureInfo.InvariantCulture, $"| {name} | {value} |\n");
    }

    private string Findings(Extent extent)
    {
        var text = new StringBuilder();
        var explained = new HashSet<string>(StringComparer.Ordinal);
        foreach (var fix in Edits.Fixes.Take(extent.Findings))
        {
            var finding = fix.Finding;
            text.Append(CultureInfo.InvariantCulture, $"- **{finding.Rule.Id}** ({Words.Of(finding.Rule.Severity)}, {Words.Of(fix.Fix.Safety)}) at {Markdown.Code($"{finding.Origin.File}:{finding.Origin.Line}")}: {Markdown.Code(finding.Message)}\n");
            text.Append(CultureInfo.InvariantCulture, $"  {Markdown.Code(fix.Fix.Title)}{(fix.By switch { Proposer.Registry => ", on evidence of a registry:", Proposer.History => ", on evidence of the history:", Proposer.Model => ", proposed by a language model:", _ => "" })}\n");
            if (Edits.Fixes.Count > 1 && explained.Add(finding.Rule.Id))
            {
                text.Append(CultureInfo.InvariantCulture, $"  - why: {finding.Rule.Why}\n");
            }

            foreach (var evidence in fix.Evidence.Take(extent.Evidence))
            {
                text.Append(CultureInfo.InvariantCulture, $"  - {Markdown.Code(evidence.Source)}: {Markdown.Code(evidence.Text)}\n");
            }
        }

        if (Edits.Fixes.Count > extent.Findings)
        {
            text.Append(CultureInfo.InvariantCulture, $"- and {Edits.Fixes.Count - extent.Findings} more, all in the change below\n");
        }

        return text.ToString();
    }

    private string Gates()
    {
        var text = new StringBuilder("| gate | | seen | ms |\n|---|---|---|---|\n");
        foreach (var gate in Verified.Results)
        {
            var mark = gate.Status switch
            {
                GateStatus.Passed => "✅ passed",
                GateStatus.NotRun => "⚠️ **not run**",
                GateStatus.NotApplicable => "– not applicable",
                _ => "❌ failed",
            };
            text.Append(CultureInfo.InvariantCulture, $"| {gate.Gate} | {mark} | {Markdown.Code(gate.Message)} | {Math.Ceiling(gate.Duration.TotalMilliseconds):0} |\n");
        }

        return text.ToString();
    }

    private string Account(Extent extent)
    {
        var text = new StringBuilder();
        text.Append(Markdown.Block(Change.Radius.ToString(), "text", extent.Block));
        if (Reach.Length > 0)
        {
            text.Append("\n\n```mermaid\n").Append(Reach.TrimEnd('\n')).Append("\n```");
        }

        return text.ToString();
    }

    private string Rollback(Extent extent)
    {
        var gate = Verified.Results.First(result => result.Gate == Verify.Gates.Rollback);
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"Revert the commit that merges this: `git revert -m 1 <merge commit>` where it is a merge, `git revert <commit>` where it was squashed or rebased. Argo CD applies the revert as it applied the change.\n\n");
        text.Append(CultureInfo.InvariantCulture, $"Rehearsed before this was opened: {(gate.Status == GateStatus.Passed ? "✅" : gate.Status == GateStatus.NotRun ? "⚠️ not on a server:" : "–")} {Markdown.Code(gate.Message)}\n\n");
        text.Append(Markdown.Block(ShownText.Diff(Edits.Target.File, Edits.After, Edits.Before), "diff", extent.Block));
        return text.ToString();
    }

    /// <param name="Block">Characters, about.</param>
    private readonly record struct Extent(int Findings, int Evidence, int Block);

    private static string Name(string identity) => string.Join(' ', identity.Split(' ', 2).Select(part => Markdown.PlainName(part)));
}
