using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Bot.Verify;

/// <summary>The keys of labels that selectors ask for, wherever in an object they stand and whatever they choose.</summary>
internal static class SelectorLabels
{
    public static HashSet<string> Of(ObjectSet set)
    {
        var keys = new HashSet<string>(StringComparer.Ordinal);
        foreach (var each in set.All)
        {
            Collect(each.Root, keys);
        }

        return keys;
    }

    private static void Collect(Field field, HashSet<string> keys)
    {
        foreach (var entry in field.Entries)
        {
            if (entry.Key is "selector" or "matchLabels" or "podSelector" or "labelSelector")
            {
                foreach (var label in entry.Value.Entries)
                {
                    keys.Add(label.Key);
                }
            }
            else if (entry.Key == "matchExpressions")
            {
                foreach (var expression in entry.Value.Elements)
                {
                    keys.Add(expression["key"].Text ?? "");
                }
            }

            Collect(entry.Value, keys);
        }

        foreach (var element in field.Elements)
        {
            Collect(element, keys);
        }
    }
}
