using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Bot.Propose;

/// <summary>Fixes of one file's findings that evidence or a model gave, in place of what the rules said themselves.</summary>
internal sealed class Amendments
{
    private readonly Dictionary<FindingKey, ProposedFix> fixes = [];

    public int Count => fixes.Count;

    /// <summary>The first to know something is heard: evidence is asked before a model.</summary>
    public void Add(FindingKey key, ProposedFix fix) => fixes.TryAdd(key, fix);

    public ProposedFix? Of(FindingKey key) => fixes.GetValueOrDefault(key);

    /// <summary>The finding with its better fix; as it was where there is none.</summary>
    public Finding Amend(Finding finding) =>
        fixes.TryGetValue(finding.Key, out var better) ? finding with { Fix = better.Fix, Refusal = null, Rendered = null } : finding;
}
