using System.Reflection;
using SelfHealGitOps.Bot.Forge;

namespace SelfHealGitOps.Bot.Tests;

/// <summary>A forge whose lists leave out whether a pull request can be merged, as GitHub's do; or that calls everything a conflict, as Gitea does while it looks.</summary>
#pragma warning disable CA1852 // The proxy is derived from it.
internal class ListsNoMergeability : DispatchProxy
#pragma warning restore CA1852
{
    private IForge? forge;

    private Mergeability? always;

    /// <param name="always">What it says whenever it is asked; null for nothing, in lists.</param>
    public static IForge Of(IForge forge, Mergeability? always = null)
    {
        var proxy = Create<IForge, ListsNoMergeability>();
        ((ListsNoMergeability)(object)proxy).forge = forge;
        ((ListsNoMergeability)(object)proxy).always = always;
        return proxy;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        var answer = targetMethod!.Invoke(forge, BindingFlags.DoNotWrapExceptions, null, args, null);
        return answer is Task<IReadOnlyList<PullRequest>> list ? WithoutAsync(list) : answer is Task<PullRequest?> one && always is { } said ? WithAsync(one, said) : answer;
    }

    private static async Task<PullRequest?> WithAsync(Task<PullRequest?> one, Mergeability said) => await one is { } request ? request with { Mergeability = said } : null;

    private async Task<IReadOnlyList<PullRequest>> WithoutAsync(Task<IReadOnlyList<PullRequest>> list) =>
        [.. (await list).Select(request => request with { Mergeability = always ?? Mergeability.Unknown })];
}
