using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using SelfHealGitOps.Bot.Actions;
using SelfHealGitOps.Bot.Forge;
using SelfHealGitOps.Bot.Propose;
using SelfHealGitOps.Bot.Schedule;
using SelfHealGitOps.Bot.Verify;

namespace SelfHealGitOps.Bot.Deliver;

/// <summary>What is said of an action: all that somebody has to know who is to say yes to it, or to type it.</summary>
/// <param name="File">Where the repository has the object; null for nowhere.</param>
/// <param name="Owners">As CODEOWNERS names them.</param>
/// <param name="KnowsPeople">Whether the forge has users.</param>
/// <param name="Runs">Whether the bot does it, once it is approved.</param>
internal sealed record ActionIssue(
    VerifiedProposal Verified, Change Change, string? File, IReadOnlyList<string> Owners, bool KnowsPeople, bool Runs, DateTimeOffset Expires)
{
    public BlastRadius Radius { get; } = BlastRadius.Of(Change);

    public PreparedAction Action => Verified.Action ?? throw new InvalidOperationException("only an action is described so");

    private Proposal.Act Act => (Proposal.Act)Verified.Proposal;

    /// <summary>What approvals are for: the action, the state that it was judged in, and how many have to say yes.</summary>
    public string Evidence => EvidenceAt(Radius.Tier);

    public string Title => Markdown.Plain($"{Action.Action.Name} in cluster {Action.Action.Cluster}", 120);

    public IReadOnlyList<string> Labels => [LabelNames.Action, $"{LabelNames.OwnPrefix}{Tiers.Word(Radius.Tier)}"];

    /// <summary>Whether the bot could do it: it may, and the server has taken it in a dry run.</summary>
    public bool IsTried => Verified.Results.Any(gate => gate is { Gate: Gates.DryRun, Status: GateStatus.Passed });

    /// <summary>With its notes, without its fingerprint.</summary>
    public string Body
    {
        get
        {
            var text = new StringBuilder();
            text.Append(CultureInfo.InvariantCulture, $"Git cannot mend this; one command in the cluster may. {Next()}\n\n");
            text.Append("#### Symptom\n\n").Append(Markdown.Block(Act.Why, "text", 6_000)).Append("\n\n");
            text.Append("#### Why Git cannot mend it\n\n").Append(Action.Action.WhyNotGit(File is { } file ? Markdown.Code(file) : null)).Append("\n\n");
            text.Append(Table()).Append('\n');
            text.Append(CultureInfo.InvariantCulture, $"#### Command\n\nkubectl goes to its current context: see that this is cluster {Markdown.Code(Action.Action.Cluster)}. First the dry run, which changes nothing:\n\n").Append(Shell(Action.DryRunCommand));
            text.Append("\n\nThen the command itself:\n\n").Append(Shell(Action.Command)).Append("\n\n");
            text.Append("#### Checked\n\n").Append(Preconditions()).Append('\n');
            text.Append("#### What to expect\n\n").Append(CultureInfo.InvariantCulture, $"Within {Convergence.Limit.TotalSeconds} seconds: {Action.Action.Expected}. To watch it:\n\n{Shell(Action.WatchCommand)}\n\n");
            text.Append(Otherwise()).Append("\n\n");
            text.Append("#### Undo\n\n").Append(Undo()).Append("\n\n");
            text.Append("#### Verification\n\n").Append(GateTable()).Append('\n');
            if (Verified.Results.First(gate => gate.Gate == Gates.DryRun) is { Details.Length: > 0 } dryRun)
            {
                text.Append(Markdown.Details("Dry run on the server", Markdown.Block(dryRun.Details, "diff"))).Append('\n');
            }

            text.Append(Markdown.Details($"Why {Radius.Score}, and what it reaches", $"{Markdown.Block(Radius.ToString(), "text")}\n\n```mermaid\n{Reach()}\n```")).Append("\n\n");
            text.Append(Controls()).Append("\n\n");
            text.Append(ActionNote.Of(Action.Action)).Append("\n\n");
            text.Append(new DeliveryNote { Rendered = Evidence, Tier = Radius.Tier });
            return text.ToString();
        }
    }

    /// <summary>The same where it was described in another tier.</summary>
    public string EvidenceAt(Tier tier) => Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes($"{Verified.RenderedHash} {Tiers.Word(tier)}")));

    /// <summary>The commands for a person who does it, with the dry run before.</summary>
    public string Typed => $"{Shell(Action.DryRunCommand)}\n\n{Shell(Action.Command)}";

    /// <summary>In words, for the table and for whoever is refused.</summary>
    public static string WhoMay(Tier tier, IReadOnlyList<string> owners, bool knowsPeople)
    {
        var named = ActionThread.Named(owners);
        var list = string.Join(", ", named.Order(StringComparer.OrdinalIgnoreCase).Select(owner => Markdown.Code($"@{owner}")));
        return tier switch
        {
            Tier.Blocked => "nobody",
            Tier.Dual when !knowsPeople => "nobody: it takes two code owners, and this forge does not know who is who",
            Tier.Dual when named.Count < 2 => "nobody: it takes two code owners named by themselves, for who is in a team is not known here",
            Tier.Dual => $"two of {list}",
            _ when !knowsPeople => "whoever may write here",
            _ when named.Count == 0 => "nobody: no code owner is named by themselves, and who is in a team is not known here",
            _ => $"one of {list}",
        };
    }

    private string Next() =>
        Radius.Tier == Tier.Blocked ? "It reaches so far that nobody may let it pass here; it is only described."
        : Runs && IsTried ? "Approved, it is done by the bot."
        : "Approved, it is for a person to type.";

    private string Table()
    {
        var table = new StringBuilder("| | |\n|---|---|\n");
        Row("Action", Markdown.Code(Action.Action.Id));
        Row("Object", $"{Markdown.Code(Action.Action.Target.ToString())}, uid {Markdown.Code(Action.Uid)}");
        Row("Cluster", Markdown.Code(Action.Action.Cluster));
        Row("In Git", File is { } file ? Markdown.Code(file) : "no file of this repository");
        Row("Blast radius", string.Create(CultureInfo.InvariantCulture, $"{Radius.Score} of {Tiers.Blocked}, tier **{Tiers.Word(Radius.Tier)}**"));
        Row("Who may approve", WhoMay(Radius.Tier, Owners, KnowsPeople));
        Row("Expires", Stamp(Expires));
        return table.ToString();

        void Row(string name, string value) => table.Append(CultureInfo.InvariantCulture, $"| {name} | {value} |\n");
    }

    private string Preconditions() => string.Concat(
    [
        "| At | What has to hold | What was seen |\n|---|---|---|\n",
        .. Action.Preconditions.Select(each => $"| {Stamp(each.At)} | {each.What} | {Markdown.Code(each.Seen)} |\n"),
    ]);

    private string Undo() => Action.Undo is { } undo ? $"{Shell(undo)}\n\nOf that: {Action.UndoNote}." : $"There is {Action.UndoNote}.";

    private string GateTable() => string.Concat(
    [
        "| gate | | seen | ms |\n|---|---|---|---|\n",
        .. Verified.Results.Where(gate => gate.Status != GateStatus.NotApplicable || gate.Gate == Gates.Rollback)
            .Select(gate => string.Create(CultureInfo.InvariantCulture, $"| {gate.Gate} | {WordOf(gate.Status)} | {Markdown.Code(gate.Message)} | {Math.Ceiling(gate.Duration.TotalMilliseconds):0} |\n")),
    ]);

    private string Reach()
    {
        var target = Action.Action.Target;
        return BlastGraph.Of($"{target.Type.Kind} {target.Namespace}/{target.Name}", Change).TrimEnd('\n');
    }

    private string Otherwise() => (Action.WayOut, Action.Undo) switch
    {
        ({ } way, _) => $"Where it sticks, this {Action.WayOutNote}:\n\n{Shell(way)}",
        (null, not null) => "Where it sticks, the undo below goes back.",
        _ => "Where it does not come about, nothing takes it back: look at what the new pod says.",
    };

    private string Controls() => Radius.Tier == Tier.Blocked
        ? "`/reject` or `/done` as the first line of a comment closes this."
        : $"As the first line of a comment, with a reason behind it if you like: `/approve` ({(Runs && IsTried ? "the bot does it in its next pass" : "somebody may type it")}), `/reject` (it is not done, nor proposed again until the object changes; closing this does the same), "
            + $"`/done` (somebody has typed it, and it has helped). An approval is for what is described here: when the object changes, this text does, and approvals from before no longer count{(KnowsPeople ? "; nor does a comment that was edited." : ". Here, a comment is a file: `comments/`, the number of this issue, the next number and `.md`; above the comment it has three lines: `---`, `by: ` with a name, and `---`.")}";

    private static string WordOf(GateStatus status) => status switch
    {
        GateStatus.Passed => "passed",
        GateStatus.Failed => "failed",
        GateStatus.NotRun => "**not run**",
        _ => "not applicable",
    };

    /// <summary>Names and labels in commands are those that Kubernetes allows: no backtick, and no line of its own.</summary>
    public static string Shell(string command) => $"```sh\n{command}\n```";

    private static string Stamp(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
