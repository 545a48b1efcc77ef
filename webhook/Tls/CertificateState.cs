namespace SelfHealGitOps.Webhook.Tls;

/// <summary>What is to be known of the certificate in use, for metrics and readiness. Written by whoever loads it, read by anybody.</summary>
internal sealed class CertificateState
{
    private Facts current = new();
    private long repairs;

    /// <summary>All of one moment.</summary>
    public Facts Now => Volatile.Read(ref current);

    /// <summary>How often somebody else's change to this webhook's own configurations was undone.</summary>
    public long ConfigurationRepairs => Interlocked.Read(ref repairs);

    /// <param name="authorities">Those that vouch for it, as far as they are known here.</param>
    public void Loaded(DateTimeOffset notBefore, DateTimeOffset notAfter, IEnumerable<(DateTimeOffset NotBefore, DateTimeOffset NotAfter)> authorities)
    {
        var known = authorities.ToArray();
        Change(facts => new()
        {
            IsLoaded = true,
            Generation = facts.Generation + 1,
            NotBefore = notBefore,
            NotAfter = notAfter,
            AuthorityNotBefore = known.Length == 0 ? null : known.Max(authority => authority.NotBefore),
            AuthorityNotAfter = known.Length == 0 ? null : known.Min(authority => authority.NotAfter),
        });
    }

    /// <summary>The last attempt came to nothing; what was loaded before stays.</summary>
    public void Failed(string problem) => Change(facts => facts with { Problem = problem });

    /// <summary>The last attempt found nothing wrong, and nothing new.</summary>
    public void Succeeded() => Change(facts => facts.Problem is null ? facts : facts with { Problem = null });

    public void Repaired() => Interlocked.Increment(ref repairs);

    private void Change(Func<Facts, Facts> change)
    {
        while (true)
        {
            var before = Volatile.Read(ref current);
            if (Interlocked.CompareExchange(ref current, change(before), before) == before)
            {
                return;
            }
        }
    }

    /// <param name="IsLoaded">False while connections can only be answered with a certificate that nobody trusts.</param>
    /// <param name="Generation">How many have been loaded: 0 for none yet.</param>
    /// <param name="AuthorityNotBefore">Of the youngest; null where none is known.</param>
    /// <param name="AuthorityNotAfter">Of the one that ends first; null where none is known.</param>
    /// <param name="Problem">Why the last attempt to load came to nothing; null where it did not.</param>
    internal sealed record Facts(
        bool IsLoaded = false,
        long Generation = 0,
        DateTimeOffset? NotBefore = null,
        DateTimeOffset? NotAfter = null,
        DateTimeOffset? AuthorityNotBefore = null,
        DateTimeOffset? AuthorityNotAfter = null,
        string? Problem = null);
}
