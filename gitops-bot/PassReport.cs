using System.Collections.Frozen;
using SelfHealGitOps.Bot.Deliver;
using SelfHealGitOps.Bot.Schedule;

namespace SelfHealGitOps.Bot;

/// <summary>What a pass over one repository saw and did.</summary>
internal sealed record PassReport(string Repository)
{
    /// <summary>Null where the pass broke off before it saw any.</summary>
    public string? Commit { get; init; }

    public string? Base { get; init; }

    public int Files { get; init; }

    public int Documents { get; init; }

    public int Findings { get; init; }

    public IReadOnlyList<PassEvent> Events { get; init; } = [];

    /// <summary>The queue as it was decided, admitted or held.</summary>
    public IReadOnlyList<ScheduledItem> Queue { get; init; } = [];

    /// <summary>What the items of the queue are, by their ids.</summary>
    public IReadOnlyDictionary<string, string> Titles { get; init; } = new Dictionary<string, string>();

    public IReadOnlyList<RefusedFindings> Refused { get; init; } = [];

    /// <summary>How many findings can be mended, and are when another change of their file is merged.</summary>
    public int Later { get; init; }

    public IReadOnlyList<string> Problems { get; init; } = [];

    /// <summary>Where to look at all of it; null where the forge has an address of its own for each.</summary>
    public string? Look { get; init; }

    /// <summary>Why the pass broke off; null where it came to its end.</summary>
    public string? Failure { get; init; }

    public static PassReport Of(string repository, Pass pass, IReadOnlyList<PassEvent> events) => new(repository)
    {
        Commit = pass.Scan.Commit,
        Base = pass.Scan.Branch.Text,
        Files = pass.Scan.Result.Files.Count,
        Documents = pass.Scan.Result.Files.Sum(file => file.Documents),
        Findings = pass.Scan.Result.Findings.Count(),
        Events = events,
        Queue = pass.Queue,
        Titles = pass.Titles,
        Later = pass.Files.Sum(file => file.Later.Count),
        Refused = [.. pass.Files.Select(file => file.RefusedBut(FrozenSet<FindingId>.Empty)).OfType<RefusedFindings>()],
        Problems = [.. pass.Problems],
    };
}

/// <summary>Something that was done.</summary>
/// <param name="Where">An address or a path; null for none.</param>
internal sealed record PassEvent(PassAct Act, string What, string? Where, string? Why = null);

internal enum PassAct
{
    Opened,
    Updated,
    Unchanged,
    Merged,
    Withdrawn,
    Snoozed,
    HandsOff,
    Held,
    Failed,
}
