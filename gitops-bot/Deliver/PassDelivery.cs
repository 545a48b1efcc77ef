using SelfHealGitOps.Bot.Forge;
using SelfHealGitOps.Bot.Git;
using SelfHealGitOps.Bot.Store;

namespace SelfHealGitOps.Bot.Deliver;

/// <summary>
/// Delivers what a pass has found: what is open is brought up to date or taken back, then what may go is opened, then what
/// may be merged is merged, and the dashboard says all of it. One thing that fails keeps none of the others from going.
/// </summary>
internal sealed class PassDelivery(PassWork work, ActionDelivery actions)
{
    private const int MostTimesAway = 3;

    private readonly RequestRound requests = new(work);
    private readonly IssueRound issues = new(work, actions);
    private readonly MergeRound merges = new(work);

    /// <summary>How often in a row the forge was away: after a few times, the others are left to the next pass.</summary>
    private int timesAway;

    public async Task<IReadOnlyList<PassEvent>> RunAsync(CancellationToken cancellationToken)
    {
        var (pass, settings, log) = (work.Pass, work.Settings, work.Log);
        foreach (var request in pass.Forge.OpenRequests)
        {
            await Guard($"pull request {request.Number}", () => requests.FollowAsync(request, cancellationToken));
        }

        foreach (var issue in pass.Forge.OpenIssues.Where(issue => issue.Fingerprint != pass.Dashboard.Fingerprint || issues.TwinOf(issue) is not null))
        {
            await Guard($"issue {issue.Number}", () => issues.FollowAsync(issue, cancellationToken));
        }

        foreach (var act in settings.Actions.Where(act => pass.Forge.OpenIssue(ActionDelivery.KeyOf(act.Action, settings.Repository)) is null))
        {
            await Guard(act.Action.Name, async () => log.Note(await ActionPass.ProposeAsync(actions, act, work.Clock, settings.Cluster, pass.Forge, cancellationToken)));
        }

        foreach (var item in pass.Queue.Where(item => item.IsAdmitted))
        {
            await Guard(item.Item.Target, () => OpenAsync(item.Item.Id, cancellationToken));
        }

        foreach (var request in pass.Forge.OpenRequests.Where(request => !log.HasTouched(request.Number)))
        {
            await Guard($"pull request {request.Number}", () => merges.MergeAsync(request, cancellationToken));
        }

        if (!pass.Dashboard.IsClosed)
        {
            await Guard("dashboard", () => ShowAsync(cancellationToken));
        }

        foreach (var done in log.Events.Where(each => each.Act is PassAct.Merged or PassAct.Withdrawn or PassAct.Snoozed or PassAct.Failed))
        {
            await work.Ledger.AuditAsync($"delivery.{done.Act.ToString().ToLowerInvariant()}", done.Where ?? done.What, done.What, done.Why ?? "done", cancellationToken);
        }

        return log.Events;
    }

    /// <param name="id">Of the queue.</param>
    private async Task OpenAsync(string id, CancellationToken cancellationToken)
    {
        if (work.Pass.Files.SelectMany(file => file.Changes).FirstOrDefault(change => change.Key.Value == id) is { } change)
        {
            await requests.EnsureAsync(change, request: null, mustRegenerate: false, cancellationToken);
        }
        else if (work.Pass.Files.FirstOrDefault(file => DeliveryKey.OfRefusals(file.Plan.Target).Value == id)?.IssueFor(work.Settings.IssuesFrom) is { } refused)
        {
            await issues.EnsureAsync(refused, cancellationToken);
        }
    }

    private async Task ShowAsync(CancellationToken cancellationToken)
    {
        var dashboard = Dashboard.Of(work.Pass, work.Log);
        var ensured = await work.Settings.Forge.EnsureIssueAsync(new(work.Pass.Dashboard.Fingerprint, Dashboard.Title, dashboard.Body, [LabelNames.Dashboard]), cancellationToken);
        if (ensured.HasChanged)
        {
            work.Log.Note(ensured.IsNew ? PassAct.Opened : PassAct.Updated, Dashboard.Title, ensured.Where);
        }
    }

    private async Task Guard(string what, Func<Task> step)
    {
        try
        {
            await work.Ledger.HoldAsync(CancellationToken.None);
            await step();
            timesAway = 0;
        }
        catch (ForgeException exception) when (exception.RetryAfter is null && (!exception.IsTransient || ++timesAway < MostTimesAway))
        {
            work.Log.Note(PassAct.Failed, what, where: null, exception.Message);
        }
        catch (Exception exception) when (exception is GitException or UsageException)
        {
            work.Log.Note(PassAct.Failed, what, where: null, exception.Message);
        }
        catch (Exception exception) when (exception is not (OperationCanceledException or ForgeException or LeaseLostException or StoreException))
        {
            work.Log.Note(PassAct.Failed, what, where: null, InternalError.Describe(exception));
        }
    }
}
