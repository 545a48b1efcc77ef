using SelfHealGitOps.Webhook.Tls;

namespace SelfHealGitOps.Webhook.Tests.Tls;

/// <summary>
/// A cluster of the plan's own: a Secret, two configurations, API servers that hear late of changes to them, replicas that
/// hear late of the Secret, and a leader that is away now and then. Dates and names in place of keys.
/// </summary>
internal sealed class PlanWorld(int seed, CertificateLifetimes lifetimes, TimeSpan awayAtMost)
{
    /// <summary>What an API server may take to hear of a change; the plan allows for <see cref="CertificateLifetimes.Settle"/>.</summary>
    private static readonly TimeSpan HeardWithin = TimeSpan.FromMinutes(45);

    private readonly Random random = new(seed);
    private readonly List<(DateTimeOffset At, string[] Bundle)>[] bundles = [[], []];
    private readonly (string Authority, DateTimeOffset NotAfter)?[] served = new (string, DateTimeOffset)?[3];
    private CertificateSituation secret = new([], null, null, null);
    private CertificateSituation remembered = new([], null, null, null);
    private DateTimeOffset awayUntil;
    private (string Authority, DateTimeOffset Until) emergency = ("", default);
    private int made;

    public DateTimeOffset Now { get; private set; } = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public int Authorities => made;

    public int LargestBundle { get; private set; }

    /// <summary>One moment later, something has happened.</summary>
    /// <returns>Null, or the promise that was broken.</returns>
    public string? Turn()
    {
        // Minutes mostly, for what happens within an hour; and days, for years to pass.
        Now += random.Next(8) == 0 ? TimeSpan.FromHours(random.Next(1, 60)) : TimeSpan.FromMinutes(random.Next(1, 20));
        switch (random.Next(200))
        {
            case 0:
                awayUntil = Now + (awayAtMost * random.NextDouble());
                break;
            case 1:
                // Taken away, for new keys.
                secret = new([], null, null, null);
                break;
        }

        if (Now >= awayUntil)
        {
            Lead();
        }

        for (var replica = 0; replica < served.Length; replica++)
        {
            // The last one hears of nothing for weeks.
            if (random.Next(replica == 2 ? 150 : 3) == 0 && secret.Leaf is { } leaf && Now < leaf.NotAfter)
            {
                served[replica] = (leaf.AuthorityId, leaf.NotAfter);
            }
        }

        return Broken();
    }

    public string? ProblemAtEnd()
    {
        awayUntil = Now;
        for (var turn = 0; turn < 400; turn++)
        {
            Now += TimeSpan.FromMinutes(1);
            Lead();
        }

        return secret.Leaf is { HasNames: true } leaf && Now < leaf.NotAfter && bundles.All(bundle => bundle[^1].Bundle.Contains(leaf.AuthorityId))
            && secret.Authorities[^1].CanSign
            && secret.Authorities[^1].Id == leaf.AuthorityId
            ? null
            : "an hour of quiet does not put everything right";
    }

    private string? Broken()
    {
        foreach (var bundle in bundles)
        {
            // Those that some API server may go by: whatever was in force within the time that it takes to hear.
            for (var index = bundle.Count - 1; index >= 0; index--)
            {
                foreach (var leaf in served)
                {
                    // Where there was nothing left to serve, the next one cannot wait for everybody to have heard.
                    if (leaf is { } its && Now < its.NotAfter && !(its.Authority == emergency.Authority && Now < emergency.Until) && !bundle[index].Bundle.Contains(its.Authority))
                    {
                        return $"{Now:u}: a replica serves a certificate of {its.Authority}, and a bundle in force is {string.Join(' ', bundle[index].Bundle)}";
                    }
                }

                if (bundle[index].At <= Now - HeardWithin)
                {
                    break;
                }
            }
        }

        return null;
    }

    private void Lead()
    {
        var read = bundles.Select(bundle => bundle.Count == 0 ? [] : bundle[^1].Bundle).ToArray();
        var next = secret;
        if (next.Authorities.Count == 0)
        {
            next = remembered with { Authorities = [.. remembered.Authorities.Select(authority => authority with { CanSign = false })], InForceSince = null };
        }

        for (var count = 0; ; count++)
        {
            var ids = next.Authorities.Select(authority => authority.Id).ToArray();
            next = next with { IsInForce = read.All(bundle => bundle.Length == 0 || ids.All(bundle.Contains)) };
            var step = CertificatePlan.Next(next, Now, lifetimes);
            if (step is CertificateStep.Rest)
            {
                break;
            }

            next = After(next, step);
            if (count == 16)
            {
                throw new InvalidOperationException("the plan does not come to rest");
            }
        }

        // It may die between any two writes.
        if (random.Next(10) == 0)
        {
            return;
        }

        secret = remembered = next;
        LargestBundle = Math.Max(LargestBundle, next.Authorities.Count);
        foreach (var bundle in bundles)
        {
            var ids = next.Authorities.Select(authority => authority.Id).ToArray();
            if (random.Next(10) > 0 && (bundle.Count == 0 || !bundle[^1].Bundle.SequenceEqual(ids)))
            {
                bundle.Add((Now, ids));
            }
        }
    }

    private CertificateSituation After(CertificateSituation situation, CertificateStep step)
    {
        switch (step)
        {
            case CertificateStep.AddAuthority:
                made++;
                return situation with { Authorities = [.. situation.Authorities, new($"ca{made}", Now + lifetimes.Authority, true)], InForceSince = null };
            case CertificateStep.DropAuthority(var id):
                return situation with { Authorities = [.. situation.Authorities.Where(authority => authority.Id != id)] };
            case CertificateStep.IssueLeaf(var id):
                var issuer = situation.Authorities.First(authority => authority.Id == id && authority.CanSign);
                if (situation.Leaf is not { } before || before.NotAfter - Now <= lifetimes.Settle)
                {
                    emergency = (id, Now + HeardWithin);
                }

                return situation with { Leaf = new(id, CertificatePlan.NotAfter(issuer, Now, lifetimes), true) };
            case CertificateStep.NoteInForce:
                return situation with { InForceSince = Now };
            case CertificateStep.NoteNotInForce:
                return situation with { InForceSince = null };
            default:
                throw new InvalidOperationException(step.ToString());
        }
    }
}
