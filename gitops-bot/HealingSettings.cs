using SelfHealGitOps.Bot.Audit;
using SelfHealGitOps.Bot.Configuration;
using SelfHealGitOps.Bot.Detect;
using SelfHealGitOps.Bot.Forge;
using SelfHealGitOps.Bot.Git;
using SelfHealGitOps.Bot.Llm;
using SelfHealGitOps.Bot.Propose;
using SelfHealGitOps.Bot.Registry;
using SelfHealGitOps.Bot.Schedule;
using SelfHealGitOps.Bot.Store;
using SelfHealGitOps.Bot.Verify;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Bot;

/// <summary>One repository, and all that its owner wants done with it.</summary>
internal sealed record HealingSettings
{
    /// <summary>What it is called in texts and fingerprints, however its URL or path is written.</summary>
    public required string Repository { get; init; }

    /// <summary>Its URL or path as it is configured, without credentials.</summary>
    public required string Address { get; init; }

    public required RemoteUrl Remote { get; init; }

    public GitCredential Credential { get; init; } = new GitCredential.None();

    public required IForge Forge { get; init; }

    public required GitIdentity Author { get; init; }

    public bool SignsOff { get; init; } = true;

    public required BaseScanSettings Scan { get; init; }

    /// <summary>Where the repository is applied to; null where none is configured.</summary>
    public ClusterTarget? Cluster { get; init; }

    /// <summary>Who answers for a file of which the repository's CODEOWNERS says nothing; the last that fits.</summary>
    public IReadOnlyList<OwnerRule> Owners { get; init; } = [];

    public NamespaceClasses Namespaces { get; init; } = NamespaceClasses.Default;

    public BudgetSettings Budget { get; init; } = new();

    public KnownExploited KnownExploited { get; init; } = KnownExploited.None;

    /// <summary>Which tiers the bot may merge by itself, once all that they need is there.</summary>
    public IReadOnlySet<Tier> Merges { get; init; } = new HashSet<Tier>();

    /// <summary>How old a commit has to be before it is merged: checks that have not begun yet cannot be told from checks that there are not.</summary>
    public TimeSpan MergeAfter { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Whether the bot runs approved actions in the cluster.</summary>
    public bool RunsActions { get; init; }

    /// <summary>Actions that somebody or something has found to be needed; each becomes an issue.</summary>
    public IReadOnlyList<Proposal.Act> Actions { get; init; } = [];

    /// <summary>The least severity of what becomes an issue when it cannot be mended; null for none.</summary>
    public Severity? IssuesFrom { get; init; } = Severity.Error;

    /// <summary>Where images are asked about; null for nowhere.</summary>
    public IImages? Images { get; init; }

    /// <summary>Who is asked where nothing else knows a fix; null for nobody.</summary>
    public ILlm? Model { get; init; }

    public ModelMode ModelMode { get; init; }

    public IReadOnlyList<string> OwnersOf(BaseScan scan, string file) =>
        scan.Owners.Of(file)
        ?? Owners.Where(owner => owner.Files.IsMatch(file, isFolder: false)).Select(owner => owner.Owners).LastOrDefault() ?? [];
}

/// <summary>What all repositories share.</summary>
/// <param name="Holder">Who this bot is among others, for leases: unique to the process.</param>
internal sealed record HealingTools(CloneCache Clones, IStore Store, AuditRelay Audit, string Holder, TimeProvider Clock)
{
    /// <summary>What need not be asked again.</summary>
    public Answers Answers { get; } = new(Clock);

    /// <summary>What need not be read again.</summary>
    public ReadFiles Read { get; } = new();
}
