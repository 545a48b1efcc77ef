using System.Runtime.InteropServices;

namespace SelfHealGitOps.Policy;

/// <summary>Dictionaries that hold several things under one key.</summary>
internal static class Listing
{
    public static void Add<TKey, T>(Dictionary<TKey, List<T>> lists, TKey key, T thing)
        where TKey : notnull
    {
        ref var list = ref CollectionsMarshal.GetValueRefOrAddDefault(lists, key, out _);
        (list ??= []).Add(thing);
    }

    public static Dictionary<string, List<T>> By<T>(IEnumerable<T> things, Func<T, string> keyOf)
    {
        var lists = new Dictionary<string, List<T>>(StringComparer.Ordinal);
        foreach (var thing in things)
        {
            Add(lists, keyOf(thing), thing);
        }

        return lists;
    }
}
