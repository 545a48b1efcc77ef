using System.Globalization;
using SelfHealGitOps.Manifests;

namespace SelfHealGitOps.Bot.Propose;

/// <summary>Follows a pointer through an object.</summary>
internal static class FieldWalk
{
    /// <summary>The field, absent where the object does not have it.</summary>
    /// <param name="pointer">RFC 6901, from the root.</param>
    public static Field To(Field root, string pointer) => Along(root, pointer).Last().Field;

    /// <summary>Every field on the way, the root first, with the key or position that led to it.</summary>
    public static IEnumerable<(string Key, Field Field)> Along(Field root, string pointer)
    {
        var at = root;
        yield return ("", at);
        foreach (var token in pointer.Split('/').Skip(1))
        {
            var key = token.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
            at = at.IsList ? Element(at, key) : at[key];
            yield return (key, at);
        }
    }

    private static Field Element(Field list, string key)
    {
        if (int.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out var index))
        {
            foreach (var element in list.Elements)
            {
                if (index-- == 0)
                {
                    return element;
                }
            }
        }

        return default;
    }
}
