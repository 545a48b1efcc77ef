using SelfHealGitOps.Policy;
using SelfHealGitOps.Webhook.Admission;

namespace SelfHealGitOps.Webhook.Telemetry;

/// <summary>
/// How many reviews each rule has led to what in. Only rules of policies that were loaded have counters, so that their
/// number is bounded by what the owner writes; no name of an object ever becomes a label. Dry runs do not count.
/// </summary>
internal sealed class RuleCounters
{
    private readonly Lock registration = new();
    private volatile Dictionary<string, Counter> counters = new(StringComparer.Ordinal);

    /// <summary>By rule id, in order.</summary>
    public IEnumerable<KeyValuePair<string, Counter>> All => counters.OrderBy(each => each.Key, StringComparer.Ordinal);

    /// <summary>Counters of rules that are known already go on.</summary>
    public void Register(IEnumerable<string> ruleIds)
    {
        lock (registration)
        {
            var more = new Dictionary<string, Counter>(counters, StringComparer.Ordinal);
            foreach (var id in ruleIds)
            {
                more.TryAdd(id, new());
            }

            counters = more;
        }
    }

    public void Count(AdmissionDecision decision)
    {
        if (ReferenceEquals(decision, AdmissionDecision.Allowed))
        {
            return;
        }

        Count(decision.Denials, static counter => Interlocked.Increment(ref counter.Denials));
        Count(decision.Warned, static counter => Interlocked.Increment(ref counter.Warnings));
        Count(decision.Observed, static counter => Interlocked.Increment(ref counter.Observations));
        Count(decision.Corrected, static counter => Interlocked.Increment(ref counter.Patches));
        foreach (var (key, value) in decision.AuditAnnotations)
        {
            if (key == "exempted")
            {
                foreach (var id in value.Split(", "))
                {
                    if (counters.TryGetValue(id, out var counter))
                    {
                        Interlocked.Increment(ref counter.Exempted);
                    }
                }
            }
        }
    }

    private void Count(IReadOnlyList<Finding> findings, Action<Counter> increment)
    {
        if (findings.Count == 0)
        {
            return;
        }

        // A rule counts once a review, however many containers it finds fault with.
        var seen = findings.Count == 1 ? null : new HashSet<string>(findings.Count, StringComparer.Ordinal);
        for (var i = 0; i < findings.Count; i++)
        {
            var id = findings[i].Rule.Id;
            if ((seen is null || seen.Add(id)) && counters.TryGetValue(id, out var counter))
            {
                increment(counter);
            }
        }
    }

    internal sealed class Counter
    {
        public long Denials;
        public long Warnings;
        public long Observations;
        public long Patches;
        public long Exempted;
    }
}
