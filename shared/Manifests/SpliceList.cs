namespace SelfHealGitOps.Manifests;

/// <summary>Collects the splices of one object's edits and brings them into order.</summary>
internal sealed class SpliceList(SourceLines lines)
{
    private readonly List<Placed> splices = [];

    /// <summary>Of the insertions at one place, those into deeper collections come first: their text ends first.</summary>
    public void Insert(int at, string text, int depth, EquatableArray<string> rules) => splices.Add(new(new(at, at, text, rules), depth));

    public void Replace(int start, int end, string text, EquatableArray<string> rules) => splices.Add(new(new(start, end, text, rules), 0));

    public void Delete(int start, int end, EquatableArray<string> rules)
    {
        if (start < end)
        {
            Replace(start, end, "", rules);
        }
    }

    /// <summary>Null when two of them would overlap.</summary>
    public IReadOnlyList<TextSplice>? Finish()
    {
        var ordered = splices.Count == 1 ? [splices[0].Splice] : splices
            .OrderBy(s => s.Splice.Start)
            .ThenBy(s => s.Splice.End > s.Splice.Start)
            .ThenByDescending(s => s.Depth)
            .Select(s => s.Splice)
            .ToList();
        if (ordered.Count > 0 && ordered[^1].End > lines.Bytes.Length)
        {
            TakeLineEndingBack(ordered);
        }

        for (var i = 1; i < ordered.Count; i++)
        {
            if (ordered[i].Start < ordered[i - 1].End)
            {
                return null;
            }
        }

        return ordered;
    }

    /// <summary>The file has no final newline and shall not get one: what was written behind the missing one goes before it.</summary>
    private void TakeLineEndingBack(List<TextSplice> ordered)
    {
        var length = lines.Bytes.Length;
        var first = ordered.Count - 1;
        while (first > 0 && ordered[first - 1].End == ordered[first].Start)
        {
            first--;
        }

        var group = ordered[first..];
        var start = group[0].Start;
        var text = string.Concat(group.Select(splice => splice.Replacement));
        var ending = lines.Ending(length);
        var body = text.EndsWith(ending, StringComparison.Ordinal) ? text[..^ending.Length] : text;
        var splice = new TextSplice(start, length, body, [.. group.SelectMany(s => s.Rules).Distinct()]);
        if (start > length)
        {
            splice = splice with { Start = length, Replacement = ending + body };
        }
        else if (text.Length == 0)
        {
            splice = splice with { Start = Math.Max(0, start - ending.Length) };
        }

        ordered.RemoveRange(first, ordered.Count - first);
        ordered.Add(splice);
    }

    private sealed record Placed(TextSplice Splice, int Depth);
}
