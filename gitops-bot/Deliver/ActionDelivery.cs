using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using SelfHealGitOps.Bot.Actions;
using SelfHealGitOps.Bot.Forge;
using SelfHealGitOps.Bot.Report;
using SelfHealGitOps.Bot.Schedule;
using SelfHealGitOps.Bot.Store;
using SelfHealGitOps.Bot.Verify;
using SelfHealGitOps.Cluster;
using SelfHealGitOps.Manifests;

namespace SelfHealGitOps.Bot.Deliver;

/// <summary>
/// Brings an action home: an issue that describes it, and what people's comments there make of it. It is run at most once:
/// that it is about to be run is on the forge before it is, and whoever finds that without an outcome does not run it again.
/// An approval is for what the bot's last description says; with another one, those from before fall.
/// </summary>
internal sealed class ActionDelivery(IForge forge, IStore store, Ledger ledger, ActionDeliverySettings settings, TimeProvider clock)
{
    public static TimeSpan Life { get; } = TimeSpan.FromHours(24);

    private const string DoneLabel = $"{LabelNames.OwnPrefix}done";
    private const string ExpiredLabel = $"{LabelNames.OwnPrefix}expired";
    private const string ApprovedLabel = $"{LabelNames.OwnPrefix}approved";

    /// <summary>Of people who say what they may not: whoever else does gets no answer, and cannot make the bot fill the page.</summary>
    private const int MostAnswered = 5;

    private const int MostCalled = 10;

    private DateTimeOffset Now => clock.GetUtcNow();

    /// <summary>Opens the issue of an action that was verified, or brings it up to date.</summary>
    /// <param name="closed">The bot's closed issues.</param>
    /// <param name="open">The bot's open issues.</param>
    public async Task<PassEvent> EnsureAsync(VerifiedProposal verified, IReadOnlyList<Issue> open, IReadOnlyList<Issue> closed, CancellationToken cancellationToken)
    {
        var issue = await DescribeAsync(verified, cancellationToken);
        var key = KeyOf(issue.Action.Action);
        if (open.FirstOrDefault(each => each.Fingerprint == key) is { } standing)
        {
            return await FollowAsync(standing, cancellationToken) ?? new(PassAct.Held, issue.Title, standing.Where, "its issue says nothing of an action any more");
        }

        // Closed sticks for as long as the object is what it was. What the bot has taken back itself does not.
        if (closed.LastOrDefault(each => each.Fingerprint == key && !each.Labels.Contains(Declines.WithdrawnLabel, StringComparer.OrdinalIgnoreCase)
            && DeliveryNote.Find(each.Body)?.Rendered == issue.Evidence) is { } declined)
        {
            return new(PassAct.Held, issue.Title, declined.Where, "it was closed, and the object is what it was then");
        }

        return await TellAsync(issue, ActionThread.Empty, cancellationToken);
    }

    /// <summary>What was refused is not proposed; what was proposed of it is taken back, where it was not merely not possible to look.</summary>
    public async Task<PassEvent> EnsureAsync(ClusterAction action, Refusal refusal, IReadOnlyList<Issue> open, CancellationToken cancellationToken)
    {
        var title = Markdown.Plain(action.Name, 120);
        if (refusal.Code == RefusalCode.NeedsEvidence || open.FirstOrDefault(each => each.Fingerprint == KeyOf(action)) is not { } standing)
        {
            return new(refusal.Code == RefusalCode.NeedsEvidence ? PassAct.Held : PassAct.Failed, title, Where: null, refusal.Message);
        }

        return await FollowAsync(standing, cancellationToken) ?? new(PassAct.Held, title, standing.Where, refusal.Message);
    }

    /// <summary>Does what the comments of an open issue ask for, and what time has made of it.</summary>
    /// <returns>Null where the issue is about no action.</returns>
    public async Task<PassEvent?> FollowAsync(Issue issue, CancellationToken cancellationToken)
    {
        if (ActionNote.Find(issue.Body) is not { } note)
        {
            return null;
        }

        var known = (await store.OpenDeliveriesAsync(settings.Repository, cancellationToken)).FirstOrDefault(each => each.Kind == DeliveryKind.Issue && each.Number == issue.Number);
        if (note.Choose() is not ActionChoice.Chosen(var action) || KeyOf(action) != issue.Fingerprint || (known is not null && known.Key != issue.Fingerprint?.Value))
        {
            return await MistrustAsync(issue, cancellationToken);
        }

        var thread = ActionThread.Read(await forge.ListCommentsAsync(issue.Number, cancellationToken), settings.OwnersOf(action), forge.KnowsPeople);
        if (thread.Unfinished is { } round)
        {
            await EndRunAsync(issue, action, round, ActionOutcome.NotKnown, "the bot was about to run it and was broken off. It may have been done, and the bot does not do it again by itself", cancellationToken);
            return new(PassAct.Held, issue.Title, issue.Where, "whether it was done is not known");
        }

        await AnswerAsync(issue, action, thread, cancellationToken);

        if (thread.IsGood)
        {
            return await CloseDoneAsync(issue, action, known, "done by the bot", cancellationToken);
        }

        if (thread.Done is { } done)
        {
            return await CloseDoneAsync(issue, action, known, $"done, says {done.Who}", cancellationToken);
        }

        if (thread.Rejected is { } rejected)
        {
            return await RejectAsync(issue, action, rejected, cancellationToken);
        }

        if (thread.Expires <= Now)
        {
            return await TakeBackAsync(issue, action, "expired", "it has expired: what was seen is too old to act on", [Declines.WithdrawnLabel, ExpiredLabel], cancellationToken);
        }

        return thread.IsSpent
            ? new(PassAct.Unchanged, issue.Title, issue.Where, "it was run; a person has to say what came of it")
            : await JudgeAsync(issue, action, thread, known, cancellationToken);
    }

    /// <summary>What the issue of an action is found by.</summary>
    public static Fingerprint KeyOf(ClusterAction action, string repository) => DeliveryKey.OfAction(repository, action.Id, $"{action.Cluster} {action.Name}");

    private Fingerprint KeyOf(ClusterAction action) => KeyOf(action, settings.Repository);

    /// <summary>Looks at the cluster again: what is described must be what is there.</summary>
    private async Task<PassEvent> JudgeAsync(Issue issue, ClusterAction action, ActionThread thread, Delivery? known, CancellationToken cancellationToken)
    {
        var why = WhyOf(issue.Body);
        switch (await new ActionVerifier(clock).VerifyAsync(new(action, why), settings.Cluster, cancellationToken))
        {
            case Verification.Refused(_, { Code: RefusalCode.NeedsEvidence } refusal, _):
                return new(PassAct.Held, issue.Title, issue.Where, refusal.Message);
            case Verification.Refused(_, var refusal, _):
                return await TakeBackAsync(issue, action, "withdrawn", $"it is not to be done any more: {Markdown.Code(refusal.Message)}", [Declines.WithdrawnLabel], cancellationToken);
            case Verification.Accepted(var verified):
                var now = await DescribeAsync(verified, cancellationToken);
                // What was described as heavier stays so: a budget that comes and goes must not make a new text each time.
                var told = Enum.GetValues<Tier>().Where(tier => tier >= now.Radius.Tier).Select(tier => (Tier?)tier).FirstOrDefault(tier => now.EvidenceAt(tier!.Value) == thread.Evidence);
                // Of all that is said there, not a word may be another's: people say yes to what they read.
                return told is { } tier && known?.Head == thread.Evidence && thread.Text == HashOf(issue.Body)
                    ? await ApproveAsync(issue, now, tier, thread, known!, cancellationToken)
                    : await TellAsync(now, thread, cancellationToken);
            default:
                throw new InvalidOperationException("an action is accepted or refused");
        }
    }

    /// <summary>Describes the action as it is now. Approvals from before fall with the comment that says so.</summary>
    private async Task<PassEvent> TellAsync(ActionIssue issue, ActionThread thread, CancellationToken cancellationToken)
    {
        var action = issue.Action.Action;
        var draft = new IssueDraft(KeyOf(action), issue.Title, issue.Body, issue.Labels);
        var ensured = await forge.EnsureIssueAsync(draft, cancellationToken);
        // Killed behind the issue, the next pass finds one without this comment, and describes it anew.
        var round = thread.Round + 1;
        await forge.EnsureCommentAsync(
            ensured.Number,
            ActionThread.EvidenceOf(round, issue.Evidence, issue.Expires, HashOf(draft.FullBody)),
            $"{Call(issue)}{(round == 1 ? "Approvals count from here on." : "What is described has changed: please read it again. Approvals from before no longer count.")}",
            cancellationToken);
        var there = new Delivered.There(ensured.Number, ensured.Where, ensured.IsNew, HasChanged: true, issue.Evidence);
        await ledger.DeliveredAsync(DeliveryKind.Issue, KeyOf(action).Value, there, issue.Radius.Tier, [], [action.Id], issue.Title, cancellationToken);
        return new(ensured.IsNew ? PassAct.Opened : PassAct.Updated, issue.Title, ensured.Where, Waits(issue.Radius.Tier, ActionThread.Empty.ApprovalsFor(issue.Radius.Tier, forge.KnowsPeople).Missing!));
    }

    /// <summary>The same when it is opened and ever after: the dashboard shows it, and is written anew only where something is.</summary>
    private static string Waits(Tier tier, string missing) => $"{Tiers.Word(tier)}: waits for {missing}";

    /// <summary>A forge tells its users only of what names them; a file of owners that anybody could write to would let them call the world.</summary>
    private static string Call(ActionIssue issue)
    {
        var named = issue.KnowsPeople ? ActionThread.Named(issue.Owners) : [];
        return issue.Radius.Tier == Tier.Blocked || named.Count is 0 or > MostCalled ? "" : $"{string.Join(' ', named.Order(StringComparer.OrdinalIgnoreCase).Select(owner => $"@{owner}"))} ";
    }

    /// <summary>Whoever says something that changes nothing is told so, once.</summary>
    private async Task AnswerAsync(Issue issue, ClusterAction action, ActionThread thread, CancellationToken cancellationToken)
    {
        var named = ActionThread.Named(settings.OwnersOf(action));
        var those = named.Count == 0 ? "and none is named by themselves" : $"here {string.Join(", ", named.Order(StringComparer.OrdinalIgnoreCase).Select(owner => Markdown.Code($"@{owner}")))}";
        foreach (var each in thread.NotHeard.Take(MostAnswered))
        {
            var who = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(each.Who.ToUpperInvariant())))[..12];
            var answer = new Fingerprint(DeliveryKey.Version, $"action-unheard/{(each.IsEdited ? "edited" : "stranger")}/{who}");
            if (thread.HasSaid(answer))
            {
                continue;
            }

            await forge.EnsureCommentAsync(
                issue.Number,
                answer,
                $"`/{each.Word.ToString().ToLowerInvariant()}` by {Markdown.Code(each.Who)} changes nothing: {(each.IsEdited ? "the comment was edited. Say it again in a new one" : $"it is for code owners, {those}")}.",
                cancellationToken);
        }
    }

    /// <param name="tier">That it was described in.</param>
    private async Task<PassEvent> ApproveAsync(Issue issue, ActionIssue described, Tier tier, ActionThread thread, Delivery known, CancellationToken cancellationToken)
    {
        var (by, missing) = thread.ApprovalsFor(tier, forge.KnowsPeople);
        if (missing is not null)
        {
            var isNews = by.Count > 0 && await forge.EnsureCommentAsync(
                issue.Number,
                new(DeliveryKey.Version, string.Create(CultureInfo.InvariantCulture, $"action-waits/{thread.Round}")),
                $"Approved by {Markdown.Code(string.Join(", ", by))}; waits for {missing}.",
                cancellationToken);
            return new(isNews ? PassAct.Updated : PassAct.Unchanged, issue.Title, issue.Where, Waits(tier, missing));
        }

        var people = string.Join(", ", by);
        if (!described.Runs || !described.IsTried)
        {
            var hasChanged = await forge.EnsureCommentAsync(
                issue.Number,
                new(DeliveryKey.Version, string.Create(CultureInfo.InvariantCulture, $"action-approved/{thread.Round}")),
                $"Approved by {Markdown.Code(people)}. {(described.Runs ? "The bot could not try it, so it does not do it" : "The bot is not set up to do it itself")}: run the dry run, then the command, and say `/done` here.\n\n{described.Typed}",
                cancellationToken);
            if (hasChanged)
            {
                await forge.EnsureLabelsAsync(issue.Number, [.. issue.Labels, ApprovedLabel], cancellationToken);
                await AuditAsync("action.approved", issue, described.Action.Action, $"by {people}", "a person runs it", cancellationToken);
            }

            return new(hasChanged ? PassAct.Updated : PassAct.Unchanged, issue.Title, issue.Where, "approved; a person runs it");
        }

        var freeze = settings.Freezes.FirstOrDefault(window => window.EndOf(Now) is not null);
        return freeze is not null
            ? new(PassAct.Held, issue.Title, issue.Where, $"approved; waits for the end of the freeze {freeze.Name}")
            : await RunAsync(issue, described, thread.Round, people, known, cancellationToken);
    }

    /// <summary>
    /// The intent first, where every later pass finds it; then the write, bound to the version that the checks and the dry run
    /// of this very pass have seen.
    /// </summary>
    private async Task<PassEvent> RunAsync(Issue issue, ActionIssue described, int round, string people, Delivery known, CancellationToken cancellationToken)
    {
        var (prepared, action, api) = (described.Action, described.Action.Action, settings.Cluster!.Api);
        // Throws where another bot has the lease by now.
        await AuditAsync("action.running", issue, action, $"approved by {people}", "begun", cancellationToken);
        await forge.EnsureCommentAsync(
            issue.Number, ActionThread.RunOf(round), $"Approved by {Markdown.Code(people)}; what has to hold does, and the server takes the dry run. Running it now.", cancellationToken);
        var reply = await prepared.Write.SendAsync(api, isDryRun: false, cancellationToken);
        if (reply is not ClusterReply.Done)
        {
            var outcome = reply is ClusterReply.Refused ? ActionOutcome.NotDone : ActionOutcome.NotKnown;
            var problem = Printable.Of(reply.Problem ?? "");
            await EndRunAsync(
                issue, action, round, outcome,
                outcome == ActionOutcome.NotDone ? $"the server refused it, and nothing was changed: {Markdown.Code(problem)}. It takes new approvals" : $"there was no answer: {Markdown.Code(problem)}. It may have been done, and the bot does not do it again by itself",
                cancellationToken);
            return new(PassAct.Failed, issue.Title, issue.Where, problem);
        }

        var seen = await Convergence.WaitAsync(api, prepared.Signal, settings.Wait, clock, cancellationToken);
        var took = string.Create(CultureInfo.InvariantCulture, $"{seen.Took.TotalSeconds:0} s");
        await EndRunAsync(
            issue, action, round, seen.IsGood ? ActionOutcome.Good : ActionOutcome.NotGood,
            seen.IsGood ? $"done; what was expected was there after {took}: {seen.Last.Seen}"
                : $"done, but {(seen.Last.IsThere ? "containers of the new pods restart" : $"what was expected was not there after {took}")}: {seen.Last.Seen}. Somebody has to look{(prepared.Undo is { } undo ? $"; to take it back: {Markdown.Code(undo)}" : prepared.WayOut is { } way ? $"; to end it where it is: {Markdown.Code(way)}" : "")}",
            cancellationToken);
        return seen.IsGood
            ? await CloseDoneAsync(issue, action, known, "done by the bot", cancellationToken)
            : new(PassAct.Failed, issue.Title, issue.Where, $"run, but not as expected: {seen.Last.Seen}");
    }

    private async Task EndRunAsync(Issue issue, ClusterAction action, int round, ActionOutcome outcome, string text, CancellationToken cancellationToken)
    {
        await AuditAsync("action.ended", issue, action, text, outcome.ToString().ToLowerInvariant(), cancellationToken);
        await forge.EnsureCommentAsync(
            issue.Number, ActionThread.OutcomeOf(round, outcome),
            $"Outcome: {text}.{(outcome is ActionOutcome.NotGood or ActionOutcome.NotKnown ? " This issue stays open until somebody says `/done` or `/reject`." : "")}", cancellationToken);
    }

    private async Task<PassEvent> CloseDoneAsync(Issue issue, ClusterAction action, Delivery? known, string why, CancellationToken cancellationToken)
    {
        await forge.EnsureLabelsAsync(issue.Number, [.. issue.Labels, DoneLabel], cancellationToken);
        await forge.CloseAsync(issue.Number, cancellationToken);
        if (known is not null)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"{settings.Repository} {known.Kind} {known.Number}");
            await ledger.SaveAsync(
                [
                    new StoreWrite.Delivered(known with { State = DeliveryState.Merged, Ended = Now }),
                    new StoreWrite.Ended(new(name, action.Id, known.Tier, OutcomeKind.Merged, Math.Max(0, (Now - known.Opened).TotalHours), Now)),
                ],
                cancellationToken);
        }

        await AuditAsync("action.closed", issue, action, why, "done", cancellationToken);
        return new(PassAct.Withdrawn, issue.Title, issue.Where, why);
    }

    private async Task<PassEvent> RejectAsync(Issue issue, ClusterAction action, (string Who, string Reason) rejected, CancellationToken cancellationToken)
    {
        await forge.EnsureCommentAsync(
            issue.Number, new(DeliveryKey.Version, "action-rejected"), $"Rejected by {Markdown.Code(rejected.Who)}. It is not proposed again until the object changes.", cancellationToken);
        await forge.CloseAsync(issue.Number, cancellationToken);
        await AuditAsync("action.rejected", issue, action, $"by {rejected.Who}: {Printable.Of(rejected.Reason)}", "closed", cancellationToken);
        return new(PassAct.Withdrawn, issue.Title, issue.Where, $"rejected by {rejected.Who}");
    }

    private async Task<PassEvent> TakeBackAsync(Issue issue, ClusterAction action, string word, string why, IReadOnlyList<string> labels, CancellationToken cancellationToken)
    {
        await forge.EnsureCommentAsync(issue.Number, new(DeliveryKey.Version, $"action-{word}"), $"Closed by the bot: {why}.", cancellationToken);
        await forge.EnsureLabelsAsync(issue.Number, [.. issue.Labels, .. labels], cancellationToken);
        await forge.CloseAsync(issue.Number, cancellationToken);
        await AuditAsync($"action.{word}", issue, action, why, "closed", cancellationToken);
        return new(PassAct.Withdrawn, issue.Title, issue.Where, why);
    }

    /// <summary>Somebody has changed what the bot goes by.</summary>
    private async Task<PassEvent> MistrustAsync(Issue issue, CancellationToken cancellationToken)
    {
        const string Why = "its hidden notes are not those that the bot wrote";
        if (await forge.EnsureCommentAsync(issue.Number, new(DeliveryKey.Version, "action-mistrusted"), $"The bot does nothing more here: {Why}. Close this; what is still wrong comes again.", cancellationToken))
        {
            await ledger.AuditAsync("action.mistrusted", issue.Where, issue.Title, Why, cancellationToken);
        }

        return new(PassAct.Held, issue.Title, issue.Where, Why);
    }

    private async Task<ActionIssue> DescribeAsync(VerifiedProposal verified, CancellationToken cancellationToken)
    {
        var action = verified.Action ?? throw new ArgumentException("no action", nameof(verified));
        var @namespace = action.Action.Target.Namespace!;
        // One of its own each time: what ran a moment ago has changed what another would remember.
        var reader = new LiveGraphReader(settings.Cluster!.Api);
        var change = new Change
        {
            Verb = action.Action.Id,
            Namespace = settings.Namespaces.Of(@namespace, await reader.LabelsAsync(@namespace, cancellationToken)),
            Live = await reader.OfRunningAsync(action.Seen, cancellationToken),
            Git = GitFanOut.Single,
            Commands = [action.Command],
            GatesNotRun = verified.NotRun,
        };
        return new(verified, change, settings.FileOf(action.Action), settings.OwnersOf(action.Action), forge.KnowsPeople, settings.Runs, Now + Life);
    }

    private Task AuditAsync(string verb, Issue issue, ClusterAction action, string why, string outcome, CancellationToken cancellationToken) =>
        ledger.AuditAsync(verb, issue.Where, why, outcome, cancellationToken, ("cluster", action.Cluster), ("action", action.Name), ("evidence", DeliveryNote.Find(issue.Body)?.Rendered ?? ""));

    /// <summary>A forge may change ends of lines, and drop the last.</summary>
    private static string HashOf(string body) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(body.Replace("\r\n", "\n", StringComparison.Ordinal).TrimEnd('\n', ' '))))[..32];

    /// <summary>The symptom again, as the issue tells it: whoever edits it changes words, and nothing that anything rests on.</summary>
    private static string WhyOf(string body)
    {
        var lines = body.Split('\n');
        var at = Array.FindIndex(lines, line => line.StartsWith("```", StringComparison.Ordinal));
        var end = at < 0 ? -1 : Array.FindIndex(lines, at + 1, line => line == lines[at][..(lines[at].Length - lines[at].TrimStart('`').Length)]);
        return end < 0 ? "" : string.Join('\n', lines[(at + 1)..end]);
    }
}

/// <summary>What the owner wants done with actions.</summary>
internal sealed record ActionDeliverySettings
{
    public required string Repository { get; init; }

    /// <summary>Null where none is configured: then nothing is proposed.</summary>
    public required ClusterTarget? Cluster { get; init; }

    /// <summary>Who may, as CODEOWNERS names them.</summary>
    public Func<ClusterAction, IReadOnlyList<string>> OwnersOf { get; init; } = _ => [];

    /// <summary>Where Git has the target; null for nowhere.</summary>
    public Func<ClusterAction, string?> FileOf { get; init; } = _ => null;

    /// <summary>Whether approved actions are run by the bot.</summary>
    public bool Runs { get; init; }

    public NamespaceClasses Namespaces { get; init; } = NamespaceClasses.Default;

    /// <summary>Times in which nothing is run.</summary>
    public IReadOnlyList<FreezeWindow> Freezes { get; init; } = [];

    /// <summary>How long a run is watched.</summary>
    public TimeSpan Wait { get; init; } = Convergence.Limit;
}
