using SelfHealGitOps.Manifests;

namespace SelfHealGitOps.Bot.ArgoCd;

/// <summary>How far a live object has moved from its file. Fields that only the cluster has are its defaults, and no drift.</summary>
/// <param name="Fields">Scalars of the file, without its metadata but for labels and annotations.</param>
/// <param name="Differing">Those that are otherwise, or not there, in the cluster. Values are not kept: they may be secret.</param>
internal sealed record Drift(int Fields, IReadOnlyList<FieldPath> Differing)
{
    public bool IsMost => Differing.Count * 2 > Fields;

    public static Drift Of(Field file, Field live)
    {
        var fields = 0;
        var differing = new List<FieldPath>();
        foreach (var entry in file.Entries)
        {
            if (entry.Key is "apiVersion" or "kind" or "metadata" or "status" or "stringData")
            {
                continue;
            }

            Compare(entry.Value, live[entry.Key], ref fields, differing);
        }

        foreach (var part in new[] { Name.Labels, Name.Annotations })
        {
            Compare(file[Name.Metadata][part], live[Name.Metadata][part], ref fields, differing);
        }

        return new(fields, differing);
    }

    private static void Compare(Field file, Field live, ref int fields, List<FieldPath> differing)
    {
        if (!file.Exists)
        {
            return;
        }

        if (file.IsMap)
        {
            foreach (var entry in file.Entries)
            {
                Compare(entry.Value, live[entry.Key], ref fields, differing);
            }
        }
        else if (file.IsList)
        {
            var others = new List<Field>();
            foreach (var element in live.Elements)
            {
                others.Add(element);
            }

            var i = 0;
            foreach (var element in file.Elements)
            {
                var name = element[Name.Name].Text;
                var other = name is not null && others.FindIndex(each => each[Name.Name].Text == name) is >= 0 and var named ? others[named]
                    : i < others.Count ? others[i] : default;
                Compare(element, other, ref fields, differing);
                i++;
            }
        }
        else
        {
            fields++;
            if (!AreAlike(file, live))
            {
                differing.Add(file.Path);
            }
        }
    }

    private static bool AreAlike(Field file, Field live) =>
        file.Utf8.SequenceEqual(live.Utf8)
        || (file.Kind == NodeKind.Boolean && live.Kind == NodeKind.Boolean && file.IsTrue == live.IsTrue)
        // A scalar of the file that was left empty is what the API server makes of it.
        || (file.Utf8.IsEmpty && !live.Exists)
        || (Quantity.TryRead(file, out var a) && Quantity.TryRead(live, out var b) && a.CompareTo(b) == 0);
}
