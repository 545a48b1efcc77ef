using System.Text;
using SelfHealGitOps.Manifests;

namespace SelfHealGitOps.Bot.Detect;

/// <summary>
/// The objects of a changed file that are not, line for line, what they were: changed, new, or with a line less. Objects
/// are compared whole, and not by the hunks of a diff, which among documents that look alike begin and end anywhere.
/// Line endings, the <c>---</c> before and blank lines around an object are not of it.
/// </summary>
internal static class TouchedObjects
{
    /// <summary>Document and item of each object that is as it was, however far it has moved in the file.</summary>
    public static IReadOnlySet<(int Document, int? Item)> Unchanged(SourceText now, SourceText before)
    {
        var reader = new ManifestReader();
        var old = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (_, text) in Objects(reader, before))
        {
            old[text] = old.GetValueOrDefault(text) + 1;
        }

        var unchanged = new HashSet<(int, int?)>();
        foreach (var (place, text) in Objects(reader, now))
        {
            // A second copy of an object is new.
            if (old.GetValueOrDefault(text) is > 0 and var left)
            {
                old[text] = left - 1;
                unchanged.Add(place);
            }
        }

        return unchanged;
    }

    private static IEnumerable<((int Document, int? Item) Place, string Text)> Objects(ManifestReader reader, SourceText source)
    {
        foreach (var reading in reader.Read(source, isNamed: true))
        {
            if (reading.Kind != DocumentKind.Manifest)
            {
                continue;
            }

            foreach (var (root, item) in reading.Document.Manifests())
            {
                yield return ((reading.Document.Index, item), Normalize(Encoding.UTF8.GetString(reading.Document.TextOf(root))));
            }
        }
    }

    private static string Normalize(string text)
    {
        var trimmed = text.TrimStart('\uFEFF').Trim();
        return (trimmed.StartsWith("---", StringComparison.Ordinal) ? trimmed[3..].Trim() : trimmed).Replace("\r\n", "\n", StringComparison.Ordinal);
    }
}
