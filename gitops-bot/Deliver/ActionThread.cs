using System.Globalization;
using SelfHealGitOps.Bot.Forge;
using SelfHealGitOps.Bot.Schedule;

namespace SelfHealGitOps.Bot.Deliver;

/// <summary>
/// The comments of an action's issue, read in their order. The bot's own ones are its memory: what it has described, what it
/// was about to do and what came of it. People's are commands, where they may.
/// </summary>
internal sealed class ActionThread
{
    private const string EvidencePrefix = "action-evidence/";
    private const string RunPrefix = "action-run/";
    private const string OutcomePrefix = "action-outcome/";

    private readonly List<(int At, string Who, string Reason)> approvals = [];
    private readonly List<Unheard> unheard = [];
    private readonly HashSet<Fingerprint> own = [];

    /// <summary>Approvals from before this comment are not for what is described now.</summary>
    private int resetAt = -1;

    private ActionThread()
    {
    }

    /// <summary>Whose commands change nothing, each once, in the order in which they came.</summary>
    public IReadOnlyList<Unheard> NotHeard => [.. unheard.DistinctBy(each => (each.Who.ToUpperInvariant(), each.IsEdited))];

    /// <summary>Of an issue that is not there yet.</summary>
    public static ActionThread Empty { get; } = new();

    /// <summary>How many times the bot has described the action; the number of the last.</summary>
    public int Round { get; private set; }

    /// <summary>What was described last, as 64 hexadecimal digits; null for nothing yet.</summary>
    public string? Evidence { get; private set; }

    /// <summary>The hash of the text as the bot has written it; null for nothing yet.</summary>
    public string? Text { get; private set; }

    /// <summary>Null where nothing was described yet.</summary>
    public DateTimeOffset? Expires { get; private set; }

    /// <summary>Which round was about to be run, and nothing says what came of it.</summary>
    public int? Unfinished { get; private set; }

    /// <summary>The action was done, or may have been: it is not done again.</summary>
    public bool IsSpent { get; private set; }

    /// <summary>It was done, and came out as expected.</summary>
    public bool IsGood { get; private set; }

    public (string Who, string Reason)? Rejected { get; private set; }

    public (string Who, string Reason)? Done { get; private set; }

    /// <param name="text">Of the text, as it was written: its hash.</param>
    public static Fingerprint EvidenceOf(int round, string evidence, DateTimeOffset expires, string text) =>
        new(DeliveryKey.Version, string.Create(CultureInfo.InvariantCulture, $"{EvidencePrefix}{round}/{evidence}/{expires.ToUnixTimeSeconds()}/{text}"));

    public static Fingerprint RunOf(int round) => new(DeliveryKey.Version, string.Create(CultureInfo.InvariantCulture, $"{RunPrefix}{round}"));

    public static Fingerprint OutcomeOf(int round, ActionOutcome outcome) =>
        new(DeliveryKey.Version, string.Create(CultureInfo.InvariantCulture, $"{OutcomePrefix}{round}/{WordOf(outcome)}"));

    /// <param name="owners">Who may, as CODEOWNERS names them; a team stands for people that nobody can tell from here.</param>
    /// <param name="knowsPeople">False for a forge without users: whoever may write there may say one yes, and nobody can say two.</param>
    public static ActionThread Read(IReadOnlyList<Comment> comments, IReadOnlyList<string> owners, bool knowsPeople)
    {
        var thread = new ActionThread();
        var named = Named(owners);
        for (var i = 0; i < comments.Count; i++)
        {
            var comment = comments[i];
            if (comment.IsOwn)
            {
                thread.own.UnionWith(comment.Fingerprint is { } known ? [known] : []);
                thread.Remember(comment.Fingerprint?.Value ?? "", i);
            }
            else if (ActionCommand.Of(comment.Body) is { } command)
            {
                var who = comment.Author is { Length: > 0 } author ? author : "somebody";
                var may = !knowsPeople || (comment.Author is not null && named.Contains(who));
                if (may && (!knowsPeople || !comment.IsEdited))
                {
                    thread.Hear(command, who, i);
                }
                else
                {
                    thread.unheard.Add(new(who, command.Word, IsEdited: may));
                }
            }
        }

        return thread;
    }

    /// <summary>Users that are named by themselves.</summary>
    public static HashSet<string> Named(IReadOnlyList<string> owners) =>
        new(owners.Where(owner => owner.StartsWith('@') && !owner.Contains('/', StringComparison.Ordinal)).Select(owner => owner[1..]), StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether the bot has a comment of that fingerprint there.</summary>
    public bool HasSaid(Fingerprint fingerprint) => own.Contains(fingerprint);

    /// <summary>Who has approved what is described now, each once; with what is missing, null for nothing.</summary>
    public (IReadOnlyList<string> By, string? Missing) ApprovalsFor(Tier tier, bool knowsPeople)
    {
        string[] by = [.. approvals.Where(each => each.At > resetAt).Select(each => each.Who).Distinct(StringComparer.OrdinalIgnoreCase)];
        return tier switch
        {
            Tier.Blocked => ([], "nothing: nobody may let it pass"),
            Tier.Dual when !knowsPeople => ([], "two code owners, whom this forge cannot tell from each other"),
            Tier.Dual => (by, by.Length >= 2 ? null : string.Create(CultureInfo.InvariantCulture, $"{2 - by.Length} more of the code owners")),
            // An action is never a matter for nobody: even the lightest wants somebody who says yes.
            _ => (by, by.Length >= 1 ? null : "one approval"),
        };
    }

    private void Remember(string value, int at)
    {
        if (value.StartsWith(EvidencePrefix, StringComparison.Ordinal) && value.Split('/') is [_, var round, var evidence, var expires, var text]
            && int.TryParse(round, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && long.TryParse(expires, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds <= DateTimeOffset.MaxValue.ToUnixTimeSeconds())
        {
            (Round, Evidence, Expires, Text, resetAt) = (number, evidence, DateTimeOffset.FromUnixTimeSeconds(seconds), text, at);
        }
        else if (value.StartsWith(RunPrefix, StringComparison.Ordinal) && int.TryParse(value.AsSpan(RunPrefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var run))
        {
            Unfinished = run;
            resetAt = at;
        }
        else if (value.StartsWith(OutcomePrefix, StringComparison.Ordinal) && value.Split('/') is [_, _, var word])
        {
            Unfinished = null;
            resetAt = at;
            IsSpent |= word != WordOf(ActionOutcome.NotDone);
            IsGood |= word == WordOf(ActionOutcome.Good);
        }
    }

    private void Hear(ActionCommand command, string who, int at)
    {
        switch (command.Word)
        {
            case ActionWord.Approve:
                approvals.Add((at, who, command.Reason));
                break;
            case ActionWord.Reject:
                Rejected = (who, command.Reason);
                break;
            default:
                Done = (who, command.Reason);
                break;
        }
    }

    private static string WordOf(ActionOutcome outcome) => outcome switch
    {
        ActionOutcome.Good => "good",
        ActionOutcome.NotGood => "not-good",
        ActionOutcome.NotDone => "not-done",
        _ => "not-known",
    };
}

/// <summary>A command that changes nothing.</summary>
/// <param name="IsEdited">By somebody who may, but nobody knows what the comment said before; else by somebody who may not.</param>
internal sealed record Unheard(string Who, ActionWord Word, bool IsEdited);

/// <summary>What came of running an action.</summary>
internal enum ActionOutcome
{
    /// <summary>Done, and what was expected is there.</summary>
    Good,

    /// <summary>Done, and what was expected did not come in time.</summary>
    NotGood,

    /// <summary>Refused by the server: nothing was changed.</summary>
    NotDone,

    /// <summary>It may have been done.</summary>
    NotKnown,
}
