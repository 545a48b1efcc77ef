using System.Runtime.InteropServices;
using SelfHealGitOps.Manifests;

namespace SelfHealGitOps.Policy;

/// <summary>A finding whose fix is part of no patch, and why.</summary>
public sealed record Withdrawn(Finding Finding, Refusal Refusal);

/// <summary>
/// The fixes of one object as one set of edits. They merge as symbols, before anything is rendered: an edit that two
/// rules ask for is made once and carries both their names; unequal values take the stricter where there is an order,
/// else the later finding is withdrawn with <see cref="RefusalCode.Conflict"/>. A finding's edits go in together or not
/// at all.
/// </summary>
public sealed class Composition
{
    /// <summary>So few edits are compared with each other; to keep an index of them costs more.</summary>
    private const int Few = 16;

    /// <summary>Null where an edit has gone into another, so that places stay what they are.</summary>
    private readonly List<AttributedEdit?> edits = [];

    /// <summary>What stood at the places that the finding in hand has changed.</summary>
    private readonly List<(int Place, AttributedEdit? Before)> undo = [];

    /// <summary>The places of edits by the path they are made at, so that an edit is compared with those alone that it may touch.</summary>
    private readonly Dictionary<FieldPath, HashSet<int>> at = [];

    /// <summary>The same by the paths above.</summary>
    private readonly Dictionary<FieldPath, HashSet<int>> below = [];
    private bool isIndexed;
    private readonly List<Finding> findings = [];
    private readonly List<Withdrawn> withdrawn = [];

    private Composition()
    {
    }

    /// <summary>What to change, in the order of the findings.</summary>
    public IReadOnlyList<AttributedEdit> Edits { get; private set; } = [];

    /// <summary>The findings that the edits clear.</summary>
    public IReadOnlyList<Finding> Findings => findings;

    public IReadOnlyList<Withdrawn> Withdrawn => withdrawn;

    /// <summary>Merges the fixes of one object's findings; findings without a fix are passed over.</summary>
    public static Composition Of(IEnumerable<Finding> findings)
    {
        var composition = new Composition();
        foreach (var finding in findings)
        {
            if (finding.Fix is { } fix)
            {
                composition.Add(finding, fix);
            }
        }

        composition.Edits = [.. composition.edits.OfType<AttributedEdit>()];
        return composition;
    }

    private void Add(Finding finding, Fix fix)
    {
        undo.Clear();
        var count = edits.Count;
        foreach (var edit in fix.Edits)
        {
            if (Add(edit, finding.Rule.Id) is { } refusal)
            {
                Undo(count);
                withdrawn.Add(new(finding, refusal));
                return;
            }
        }

        findings.Add(finding);
    }

    private void Undo(int count)
    {
        for (var i = undo.Count - 1; i >= 0; i--)
        {
            edits[undo[i].Place] = undo[i].Before;
        }

        edits.RemoveRange(count, edits.Count - count);
    }

    private Refusal? Add(Edit edit, string rule)
    {
        // What two edits make together may touch edits that neither alone did, so it is compared with all of them again.
        EquatableArray<string> asking = [rule];
        int? place = null;
        var near = Near(edit.Path);
        for (var i = 0; i < (near?.Count ?? edits.Count); i++)
        {
            var known = near?[i] ?? i;
            if (edits[known] is not var (there, rules) || (!there.Path.StartsWith(edit.Path) && !edit.Path.StartsWith(there.Path)))
            {
                continue;
            }

            if (Merge(there, edit) is { } merged)
            {
                edit = merged;
                asking = [.. rules.Union(asking)];
                undo.Add((known, edits[known]));
                edits[known] = null;
                place = Math.Min(place ?? known, known);
                near = Near(edit.Path);
                i = -1;
            }
            else if (!CanStandBeside(there, edit))
            {
                return new(
                    RefusalCode.Conflict,
                    $"{Describe(edit)} and {Describe(there)} ({string.Join(", ", rules)}) cannot both be carried out; neither is the stricter");
            }
        }

        Put(place ?? edits.Count, new(edit, asking));
        return null;
    }

    private void Put(int place, AttributedEdit edit)
    {
        if (place == edits.Count)
        {
            edits.Add(edit);
        }
        else
        {
            edits[place] = edit;
        }

        if (isIndexed)
        {
            Register(edit, place);
        }
        else if (edits.Count > Few)
        {
            isIndexed = true;
            for (var i = 0; i < edits.Count; i++)
            {
                if (edits[i] is { } there)
                {
                    Register(there, i);
                }
            }

            // What may yet be put back.
            foreach (var (before, there) in undo)
            {
                if (there is not null)
                {
                    Register(there, before);
                }
            }
        }
    }

    private void Register(AttributedEdit edit, int place)
    {
        Register(at, edit.Edit.Path, place);
        for (var above = edit.Edit.Path.Parent; above is not null; above = above.Parent)
        {
            Register(below, above, place);
        }
    }

    private static void Register(Dictionary<FieldPath, HashSet<int>> places, FieldPath path, int place) =>
        (CollectionsMarshal.GetValueRefOrAddDefault(places, path, out _) ??= []).Add(place);

    /// <summary>The places, in order, of the edits at a path, above it and below it; and perhaps of some that were there once.</summary>
    /// <returns>Null for all places.</returns>
    private List<int>? Near(FieldPath path)
    {
        if (!isIndexed)
        {
            return null;
        }

        var places = new SortedSet<int>(below.GetValueOrDefault(path) ?? []);
        for (var above = path; above is not null; above = above.Parent)
        {
            places.UnionWith(at.GetValueOrDefault(above) ?? []);
        }

        return [.. places.Where(place => place < edits.Count)];
    }

    /// <summary>The one edit that does what both ask for, or null.</summary>
    private static Edit? Merge(Edit there, Edit edit)
    {
        if (there == edit)
        {
            return there;
        }

        if (there.Path != edit.Path)
        {
            return there is Edit.Set { Value: Value.Map map } upper && edit is Edit.Set lower && edit.Path.StartsWith(there.Path)
                ? Inside(upper, map, lower)
                : edit is Edit.Set { Value: Value.Map other } above && there is Edit.Set below && there.Path.StartsWith(edit.Path)
                    ? Inside(above, other, below)
                    : null;
        }

        return (there, edit) switch
        {
            (Edit.Set a, Edit.Set b) => Strictness.Stricter(a.Path, a.Value, b.Value) is { } value ? new Edit.Set(a.Path, value) : null,
            (Edit.Set a, Edit.Remove) when Strictness.IsDefault(a.Path, a.Value) => a,
            (Edit.Remove, Edit.Set b) when Strictness.IsDefault(b.Path, b.Value) => b,

            // Dropping ALL drops every other one.
            (Edit.Append a, Edit.Append) when IsDropAll(a) => a,
            (Edit.Append, Edit.Append b) when IsDropAll(b) => b,
            _ => null,
        };
    }

    /// <summary>A value that goes below a map which is set as a whole goes into that map, where it leaves the place free or says the same.</summary>
    private static Edit.Set? Inside(Edit.Set upper, Value.Map map, Edit.Set lower)
    {
        var rest = lower.Path.Steps[upper.Path.Steps.Count..];
        return Insert(map, rest, lower) is { } merged ? new Edit.Set(upper.Path, merged) : null;
    }

    private static Value.Map? Insert(Value.Map map, EquatableArray<PathStep> rest, Edit.Set edit)
    {
        if (rest[0] is not PathStep.Key(var key))
        {
            return null;
        }

        var entries = map.Entries.ToList();
        var at = entries.FindIndex(entry => entry.Key == key);
        Value? value = rest.Count > 1
            ? at < 0 ? Insert(new Value.Map([]), rest[1..], edit) : entries[at].Value is Value.Map inner ? Insert(inner, rest[1..], edit) : null
            : at < 0 || entries[at].Value == edit.Value ? edit.Value : Strictness.Stricter(edit.Path, entries[at].Value, edit.Value);
        if (value is null)
        {
            return null;
        }

        if (at < 0)
        {
            entries.Add(new(key, value));
        }
        else
        {
            entries[at] = new(key, value);
        }

        return new Value.Map([.. entries]);
    }

    /// <summary>True for two edits of one neighbourhood that do not touch each other: two appends, an append and the removal of an element.</summary>
    private static bool CanStandBeside(Edit there, Edit edit) => (there, edit) switch
    {
        (Edit.Append a, Edit.Append b) => a.Path == b.Path,
        (Edit.Append a, Edit.Remove or Edit.Set) => IsInElement(edit.Path, a.Path),
        (Edit.Remove or Edit.Set, Edit.Append b) => IsInElement(there.Path, b.Path),
        _ => false,
    };

    private static bool IsInElement(FieldPath path, FieldPath list) =>
        path.StartsWith(list) && path.Steps.Count > list.Steps.Count && path.Steps[list.Steps.Count] is not PathStep.Key;

    private static bool IsDropAll(Edit.Append append) =>
        append.Path.Steps is [.., PathStep.Key("drop")] && append.Value is Value.Text("ALL");

    private static string Describe(Edit edit) => edit switch
    {
        Edit.Set set => $"setting {set.Path} to {set.Value.ToJson().ToJsonString()}",
        Edit.Append append => $"adding {append.Value.ToJson().ToJsonString()} to {append.Path}",
        _ => $"removing {edit.Path}",
    };
}
