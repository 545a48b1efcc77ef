using System.Reflection;
using SelfHealGitOps.Bot.Forge;

namespace SelfHealGitOps.Bot.Tests;

/// <summary>A forge whose lists leave out whether a pull request can be merged, as GitHub's do.</summary>
#pragma warning disable CA1852 // The proxy is derived from it.
internal class ListsNoMergeability : DispatchProxy
#pragma warning restore CA1852
{
    private IForge? forge;

    public static IForge Of(IForge forge)
    {
        var proxy = Create<IForge, ListsNoMergeability>();
        ((ListsNoMergeability)(object)proxy).forge = forge;
        return proxy;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        var answer = targetMethod!.Invoke(forge, BindingFlags.DoNotWrapExceptions, null, args, null);
        return answer is Task<IReadOnlyList<PullRequest>> list ? WithoutAsync(list) : answer;
    }

    private static async Task<IReadOnlyList<PullRequest>> WithoutAsync(Task<IReadOnlyList<PullRequest>> list) =>
        [.. (await list).Select(request => request with { Mergeability = Mergeability.Unknown })];
}
