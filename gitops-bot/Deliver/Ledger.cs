using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using SelfHealGitOps.Bot.Audit;
using SelfHealGitOps.Bot.Schedule;
using SelfHealGitOps.Bot.Store;

namespace SelfHealGitOps.Bot.Deliver;

/// <summary>
/// Writes down what was done to the forge, and what others did there since: for limits, for the ranking, and for the audit
/// log. The forge is right where both disagree; what was lost here is read from there again.
/// </summary>
internal sealed class Ledger(IStore store, AuditRelay audit, TimeProvider clock, string repository, Lease lease, TimeSpan leaseTime)
{
    private Lease held = lease;

    private readonly Actor self = Actor.Bot("selfheal");

    /// <summary>Brings the book in line with the forge: what was merged or closed meanwhile has had its outcome.</summary>
    public async Task ReconcileAsync(ForgeView forge, CancellationToken cancellationToken)
    {
        var writes = new List<StoreWrite>();
        var known = (await store.OpenDeliveriesAsync(repository, cancellationToken)).ToDictionary(each => (each.Kind, each.Number));
        foreach (var request in forge.OpenRequests.Where(request => !known.ContainsKey((DeliveryKind.PullRequest, request.Number))))
        {
            if (DeliveryNote.Find(request.Body) is { } note && request.Fingerprint is { } fingerprint)
            {
                writes.Add(new StoreWrite.Delivered(Opened(DeliveryKind.PullRequest, fingerprint.Value, request.Number, note.Tier, note.Head, note.Findings, [])));
            }
        }

        foreach (var delivery in known.Values)
        {
            if (delivery.Kind == DeliveryKind.PullRequest && forge.MergedRequests.Any(request => request.Number == delivery.Number))
            {
                writes.AddRange(End(delivery, DeliveryState.Merged, OutcomeKind.Merged, "was merged"));
            }
            else if ((delivery.Kind == DeliveryKind.PullRequest
                ? forge.ClosedRequests.FirstOrDefault(each => each.Number == delivery.Number)?.Labels
                : forge.ClosedIssues.FirstOrDefault(each => each.Number == delivery.Number)?.Labels) is { } labels)
            {
                var isOurs = labels.Contains(Declines.WithdrawnLabel, StringComparer.OrdinalIgnoreCase);
                writes.AddRange(End(delivery, isOurs ? DeliveryState.Withdrawn : DeliveryState.Closed, isOurs ? null : OutcomeKind.Closed, isOurs ? "was taken back" : "was closed by somebody"));
            }
        }

        await SaveAsync(writes, cancellationToken);
    }

    public async Task DeliveredAsync(
        DeliveryKind kind, string key, Delivered.There there, Tier tier, IReadOnlyList<FindingId> findings, IReadOnlyList<string> rules, string title, CancellationToken cancellationToken)
    {
        var last = await store.LastDeliveryAsync(repository, key, cancellationToken);
        var delivery = Opened(kind, key, there.Number, tier, there.Head, findings, rules);
        var isKnown = IsKnown(last, kind, there.Number);
        if (!there.HasChanged && isKnown && last!.Head == there.Head && last.Findings.ToHashSet().SetEquals(delivery.Findings))
        {
            return;
        }

        if (last is { State: DeliveryState.Open } && last.Number == there.Number && last.Kind == kind)
        {
            // An update is no new delivery.
            delivery = delivery with { Opened = last.Opened };
        }

        var what = kind == DeliveryKind.PullRequest ? "pull-request" : "issue";
        await SaveAsync(
            [
                new StoreWrite.Delivered(delivery),
                new StoreWrite.Audited(Event(
                    $"{what}.{(there.IsNew || !isKnown ? "opened" : "updated")}", there.Where, title, "done",
                    ("key", key), ("tier", Tiers.Word(tier)), ("head", there.Head ?? ""), ("rules", string.Join(' ', rules)))),
            ],
            cancellationToken);
    }

    /// <summary>Whether a delivery was seen through to its end: one that a bot died over is on the forge, and not in the book.</summary>
    public async Task<bool> KnowsAsync(DeliveryKind kind, string key, int number, CancellationToken cancellationToken) =>
        IsKnown(await store.LastDeliveryAsync(repository, key, cancellationToken), kind, number);

    /// <summary>Makes sure that nobody has taken over meanwhile. A pass that takes its time keeps its lease.</summary>
    /// <exception cref="LeaseLostException">Another bot is at it now.</exception>
    public async Task HoldAsync(CancellationToken cancellationToken)
    {
        if (held.Expires - clock.GetUtcNow() < leaseTime / 2)
        {
            held = await store.RenewLeaseAsync(held, leaseTime, cancellationToken) ?? throw new LeaseLostException(repository);
        }
        else if (!await store.SaveAsync([], held, cancellationToken))
        {
            throw new LeaseLostException(repository);
        }
    }

    public Task AuditAsync(string verb, string target, string why, string outcome, CancellationToken cancellationToken, params (string Key, string Value)[] evidence) =>
        SaveAsync([new StoreWrite.Audited(Event(verb, target, why, outcome, evidence))], cancellationToken);

    /// <exception cref="LeaseLostException">Another bot is at it now: nothing was kept.</exception>
    public async Task SaveAsync(IReadOnlyList<StoreWrite> writes, CancellationToken cancellationToken)
    {
        if (writes.Count == 0)
        {
            return;
        }

        if (!await store.SaveAsync(writes, held, cancellationToken))
        {
            throw new LeaseLostException(repository);
        }

        await audit.FlushAsync(cancellationToken);
    }

    /// <summary>What was read from the forge again names no rules.</summary>
    private static bool IsKnown(Delivery? last, DeliveryKind kind, int number) =>
        last is { State: DeliveryState.Open, Rules.Count: > 0 } && last.Kind == kind && last.Number == number;

    private Delivery Opened(DeliveryKind kind, string key, int number, Tier tier, string? head, IReadOnlyList<FindingId> findings, IReadOnlyList<string> rules) => new()
    {
        Key = key,
        Repository = repository,
        Kind = kind,
        Number = number,
        Tier = tier,
        Opened = clock.GetUtcNow(),
        Head = head,
        Findings = [.. findings.Select(id => id.ToString()).Distinct(StringComparer.Ordinal)],
        Rules = [.. rules.Distinct(StringComparer.Ordinal)],
    };

    private IEnumerable<StoreWrite> End(Delivery delivery, DeliveryState state, OutcomeKind? outcome, string how)
    {
        var now = clock.GetUtcNow();
        var name = string.Create(CultureInfo.InvariantCulture, $"{repository} {delivery.Kind} {delivery.Number}");
        yield return new StoreWrite.Delivered(delivery with { State = state, Ended = now });
        if (outcome is { } kind)
        {
            foreach (var rule in delivery.Rules)
            {
                yield return new StoreWrite.Ended(new(name, rule, delivery.Tier, kind, Math.Max(0, (now - delivery.Opened).TotalHours), now));
            }
        }

        yield return new StoreWrite.Audited(Event(
            $"{(delivery.Kind == DeliveryKind.PullRequest ? "pull-request" : "issue")}.{state.ToString().ToLowerInvariant()}", name, how, "seen", ("key", delivery.Key)));
    }

    /// <summary>The same event of a pass that was killed and run again has the same id, and is in the log once.</summary>
    private AuditEvent Event(string verb, string target, string why, string outcome, params (string Key, string Value)[] evidence)
    {
        var now = clock.GetUtcNow();
        var identity = string.Join('\n', [repository, verb, target, why, outcome, .. evidence.Select(pair => pair.Value), now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)]);
        return new()
        {
            Id = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(identity)))[..32],
            Time = now,
            Who = self,
            Verb = verb,
            Target = target,
            Why = why,
            Outcome = outcome,
            Evidence = evidence.Where(pair => pair.Value.Length > 0).ToDictionary(pair => pair.Key, pair => pair.Value),
        };
    }
}

/// <summary>Another bot has taken over while this one was slow.</summary>
internal sealed class LeaseLostException(string repository) : Exception($"{repository}: another bot has taken over; this pass ends here, and what it did stands");
