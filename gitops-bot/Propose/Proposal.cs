using SelfHealGitOps.Bot.Actions;

namespace SelfHealGitOps.Bot.Propose;

/// <summary>What is proposed: a change of one file, or an action where no file can help. Nothing has been proved about it.</summary>
internal abstract record Proposal
{
    private Proposal()
    {
    }

    /// <summary>Other contents for one file of a repository.</summary>
    /// <param name="Target">The file.</param>
    /// <param name="Commit">The commit of the base that <paramref name="Before"/> was read from: a full hash.</param>
    /// <param name="Before">The whole file as it is.</param>
    /// <param name="After">The whole file as it is to be; differs from <paramref name="Before"/>.</param>
    /// <param name="Fixes">What the change is made of; never empty. Their lines are those of the file before.</param>
    public sealed record Edits(
        WriteTarget Target, string Commit, ReadOnlyMemory<byte> Before, ReadOnlyMemory<byte> After, IReadOnlyList<ProposedFix> Fixes) : Proposal;

    /// <summary>Something that is done to the cluster, and not to a file.</summary>
    /// <param name="Why">Symptom and reason, for people: why Git cannot help.</param>
    public sealed record Act(ClusterAction Action, string Why) : Proposal;
}

/// <summary>A place that pull requests write to.</summary>
/// <param name="Repository">The repository's URL or path, as the configuration has it; without credentials.</param>
/// <param name="Base">The branch that pull requests go to.</param>
/// <param name="File">From the repository's root, with forward slashes.</param>
internal sealed record WriteTarget(string Repository, string Base, string File);
