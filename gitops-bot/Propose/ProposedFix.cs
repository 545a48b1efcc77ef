using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Bot.Propose;

/// <summary>A finding and what clears it.</summary>
/// <param name="Finding">With its fix; as it was found in the file before.</param>
/// <param name="Evidence">What the fix rests on beyond the rule, to be quoted; empty for a rule's own fix.</param>
internal sealed record ProposedFix(Finding Finding, Proposer By, IReadOnlyList<Evidence> Evidence)
{
    public Fix Fix => Finding.Fix ?? throw new InvalidOperationException($"{Finding.Rule.Id} comes without a fix");

    public static ProposedFix OfRule(Finding finding) => new(finding, Proposer.Rule, []);
}

/// <summary>Who worked a fix out. A model's is never Safe.</summary>
internal enum Proposer
{
    Rule,
    Registry,
    History,
    Model,
}

/// <summary>A fact from outside, as it was given. Not to be trusted as text: it may come from anybody.</summary>
/// <param name="Source">Who says so: <c>registry.example.com</c>, <c>commit 1a2b3c4</c>.</param>
internal sealed record Evidence(string Source, string Text);
