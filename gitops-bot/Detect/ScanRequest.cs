using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Bot.Detect;

/// <summary>What a scan is asked to do.</summary>
internal sealed record ScanRequest
{
    public required RuleSet Rules { get; init; }

    public required PolicySettings Settings { get; init; }

    /// <summary>What is not looked at.</summary>
    public ExcludedPaths Excluded { get; init; } = ExcludedPaths.Nothing;

    /// <summary>The instant by which exemptions hold or have expired: one for the whole scan.</summary>
    public DateTimeOffset Now { get; init; } = TimeProvider.System.GetUtcNow();

    /// <summary>The full path of the policy file that the settings were read from; null for none.</summary>
    public string? PolicyFile { get; init; }

    /// <summary>The fixes to carry out; null for none.</summary>
    public Safety? FixUpTo { get; init; }

    /// <summary>Which findings' fixes are carried out; null for all of them.</summary>
    public Func<Finding, bool>? Mends { get; init; }

    /// <summary>Whether fixes are only shown: then the findings are those of the files as they are.</summary>
    public bool IsPreview { get; init; }

    /// <summary>Whether mended files are written.</summary>
    public bool WritesFiles { get; init; }

    /// <summary>Files that were read before and hold the same still, by name.</summary>
    public IReadOnlyDictionary<string, FileReading> Known { get; init; } = new Dictionary<string, FileReading>();

    /// <summary>Whether the result has the files as they were read, and their objects, also where no rule looks at others.</summary>
    public bool KeepsReadings { get; init; }

    /// <summary>Whether reports need the lines of the findings and the places of their fixes.</summary>
    public bool WantsExcerpts { get; init; }
}
