using SelfHealGitOps.Bot.Forge;
using SelfHealGitOps.Bot.Schedule;
using SelfHealGitOps.Bot.Store;

namespace SelfHealGitOps.Bot.Deliver;

/// <summary>What a pass does with issues: on actions, and on what nobody but a person can mend.</summary>
internal sealed class IssueRound(PassWork work, ActionDelivery actions)
{
    private readonly Withdrawal withdrawal = new(work);

    /// <summary>As notes call it: a repository can have several that passes are made over, each with its own issues.</summary>
    private string Branch => FindingId.OfFile(work.Pass.Scan.Branch.Text);

    public async Task FollowAsync(Issue issue, CancellationToken cancellationToken)
    {
        if (await work.Settings.Forge.GetIssueAsync(issue.Number, cancellationToken) is not { State: IssueState.Open })
        {
            work.Log.Closed(PassAct.Held, issue.Number, issue.Title, issue.Where, "it was closed just now");
            return;
        }

        if (TwinOf(issue) is { } twin)
        {
            await withdrawal.WithdrawAsync(issue, $"it says the same as {twin.Where}", cancellationToken);
            return;
        }

        if (await actions.FollowAsync(issue, cancellationToken) is { } done)
        {
            work.Log.Note(done);
            return;
        }

        var file = work.Pass.Files.FirstOrDefault(file => DeliveryKey.OfRefusals(file.Plan.Target) == issue.Fingerprint);
        if (Controls.WantsSnooze(issue.Body))
        {
            await withdrawal.SnoozeAsync(issue, cancellationToken);
        }
        else if (file?.IssueFor(work.Settings.IssuesFrom) is { } refused)
        {
            await EnsureAsync(refused, cancellationToken);
        }
        else if (DeliveryNote.Find(issue.Body) is { Findings.Count: > 0 } note && (note.Branch ?? Branch) == Branch)
        {
            if (work.AreGone(note))
            {
                await withdrawal.WithdrawAsync(issue, "its findings are gone", cancellationToken);
            }
            else if (file is not null)
            {
                await withdrawal.WithdrawAsync(issue, "what it listed can be mended now, and is proposed", cancellationToken);
            }
        }
    }

    /// <summary>The older one, of two that bots without a common store have opened at the same time; null for none.</summary>
    public Issue? TwinOf(Issue issue) => issue.Fingerprint is { } fingerprint && work.Pass.Forge.OpenIssue(fingerprint) is { } first && first.Number != issue.Number ? first : null;

    public async Task EnsureAsync(RefusedFindings refused, CancellationToken cancellationToken)
    {
        var ids = refused.Findings.Select(each => each.Id).ToList();
        var note = new DeliveryNote { Branch = Branch, File = FindingId.OfFile(refused.Target.File), Policy = work.Pass.Scan.PolicyDigest, Findings = ids };
        var draft = new IssueDraft(
            DeliveryKey.OfRefusals(refused.Target), refused.Title, $"{refused.Body}\n\n{note}", [LabelNames.Decide, $"{LabelNames.OwnPrefix}{Tiers.Word(Tier.Blocked)}"]);
        var ensured = await work.Settings.Forge.EnsureIssueAsync(draft, cancellationToken);
        var there = new Delivered.There(ensured.Number, ensured.Where, ensured.IsNew, ensured.HasChanged, Head: null);
        await work.Ledger.DeliveredAsync(
            DeliveryKind.Issue, draft.Fingerprint.Value, there, Tier.Blocked, ids, [.. refused.Findings.Select(each => each.Finding.Rule.Id)], refused.Title, cancellationToken);
        work.Log.Delivered(refused.Title, there, Tier.Blocked);
    }
}
