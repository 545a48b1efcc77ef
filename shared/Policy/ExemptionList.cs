using System.Collections;
using SelfHealGitOps.Manifests;

namespace SelfHealGitOps.Policy;

/// <summary>
/// The exemptions of a policy file, and the one place that decides whether a finding is exempt: for a scan, for fixes and
/// at admission. Pure, ordinal, and a look-up, however many entries there are. Immutable; shared by all threads.
/// </summary>
public sealed class ExemptionList : IReadOnlyList<Exemption>
{
    private readonly Exemption[] entries;
    private readonly Dictionary<Key, Exemption[]> byObject;

    public ExemptionList(IEnumerable<Exemption> entries, SourceText? source = null)
    {
        this.entries = [.. entries];
        Source = source;
        byObject = this.entries
            .GroupBy(entry => new Key(entry.Rule, entry.Object.Kind, entry.Object.Namespace, entry.Object.Name))
            .ToDictionary(group => group.Key, group => group.Order(Preference.Instance).ToArray());
    }

    public static ExemptionList Empty { get; } = new([]);

    /// <summary>The policy file; null where the entries come from nowhere.</summary>
    public SourceText? Source { get; }

    public int Count => entries.Length;

    public Exemption this[int index] => entries[index];

    /// <summary>Reads the list <c>exemptions</c>. An entry with a mistake is left out; the mistake goes to the problems.</summary>
    /// <param name="list">The list, which may be absent.</param>
    public static ExemptionList Read(Field list, PolicyProblems problems) => ExemptionReading.Read(list, problems);

    /// <summary>What exempts a finding at an instant; null where nothing does.</summary>
    public Exemption? Find(Finding finding, DateTimeOffset now) => entries.Length == 0 ? null : Matching(finding, now).FirstOrDefault();

    /// <summary>What exempts the findings of a rule in an object, or in one of its containers.</summary>
    /// <param name="container">The container that the finding is in; null for none.</param>
    public Exemption? Find(string rule, ObjectIdentity identity, string? container, DateTimeOffset now) =>
        entries.Length == 0 ? null : Matching(rule, identity, container, now).FirstOrDefault();

    /// <summary>Every entry that exempts a finding at an instant, the one that holds longest first.</summary>
    public IEnumerable<Exemption> Matching(Finding finding, DateTimeOffset now) =>
        Matching(finding.Rule.Id, finding.Object, finding.Container, now);

    public IEnumerator<Exemption> GetEnumerator() => ((IEnumerable<Exemption>)entries).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private IEnumerable<Exemption> Matching(string rule, ObjectIdentity identity, string? container, DateTimeOffset now)
    {
        // Whoever makes an object with a generated name makes any number of them: it has no name to be exempt by.
        if (identity.HasGeneratedName || string.IsNullOrEmpty(identity.Name))
        {
            yield break;
        }

        // An empty namespace is none to the API server.
        var @namespace = identity.Namespace is "" ? null : identity.Namespace;
        if (!byObject.TryGetValue(new(rule, identity.Kind, @namespace, identity.Name), out var candidates))
        {
            yield break;
        }

        foreach (var entry in candidates)
        {
            if ((entry.Object.ApiVersion is null || entry.Object.ApiVersion == identity.ApiVersion)
                && (entry.Container is null || entry.Container == container)
                && entry.Holds(now))
            {
                yield return entry;
            }
        }
    }

    private readonly record struct Key(string Rule, string Kind, string? Namespace, string Name);

    /// <summary>Whichever way the file orders its entries, a finding is exempt by the same one.</summary>
    private sealed class Preference : IComparer<Exemption>
    {
        public static Preference Instance { get; } = new();

        public int Compare(Exemption? x, Exemption? y)
        {
            if (x is null || y is null)
            {
                return Comparer<object>.Default.Compare(x, y);
            }

            var order = y.Expires.Until.CompareTo(x.Expires.Until);
            order = order != 0 ? order : string.CompareOrdinal(x.Container, y.Container);
            order = order != 0 ? order : string.CompareOrdinal(x.Object.ApiVersion, y.Object.ApiVersion);
            order = order != 0 ? order : string.CompareOrdinal(x.Owner, y.Owner);
            order = order != 0 ? order : string.CompareOrdinal(x.Reason, y.Reason);
            return order != 0 ? order : string.CompareOrdinal(x.Expires.ToString(), y.Expires.ToString());
        }
    }
}
