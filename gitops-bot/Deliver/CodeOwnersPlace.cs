using SelfHealGitOps.Bot.Configuration;

namespace SelfHealGitOps.Bot.Deliver;

/// <summary>Where a forge looks for a CODEOWNERS file, and what its patterns are there.</summary>
/// <param name="Path">From the repository's root.</param>
/// <param name="IsRegexp">Whether they are regular expressions, as Gitea and Forgejo have them.</param>
internal sealed record CodeOwnersPlace(string Path, bool IsRegexp)
{
    private const string Root = "CODEOWNERS";
    private const string Docs = "docs/CODEOWNERS";
    private const string OfGitHub = ".github/CODEOWNERS";
    private const string OfGitea = ".gitea/CODEOWNERS";
    private const string OfForgejo = ".forgejo/CODEOWNERS";

    /// <summary>In the order of each forge; the first that is there holds.</summary>
    public static IReadOnlyList<CodeOwnersPlace> Of(ForgeKind forge) => forge switch
    {
        ForgeKind.GitHub => [new(OfGitHub, false), new(Root, false), new(Docs, false)],
        ForgeKind.Gitea => [new(Root, true), new(Docs, true), new(OfGitea, true), new(OfForgejo, true)],

        // A local forge stands in for either: the folder says for which, and where that says nothing it is GitHub's.
        _ => [new(OfGitHub, false), new(OfGitea, true), new(OfForgejo, true), new(Root, false), new(Docs, false)],
    };

    /// <summary>Whether some forge looks there.</summary>
    public static bool IsOne(string path) => path is Root or Docs or OfGitHub or OfGitea or OfForgejo;
}
