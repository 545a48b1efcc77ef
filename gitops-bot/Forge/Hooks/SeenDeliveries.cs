using System.Security.Cryptography;

namespace SelfHealGitOps.Bot.Forge.Hooks;

/// <summary>
/// The last deliveries, each by its id and by its body: the signature covers the body alone, so that who replays one can
/// give it another id. What has been forgotten and comes again makes the bot look once more, and does no harm.
/// </summary>
internal sealed class SeenDeliveries(int capacity = 10_000)
{
    private readonly HashSet<string> seen = new(StringComparer.Ordinal);
    private readonly Queue<string> order = new();
    private readonly Lock gate = new();

    /// <summary>Whether it is new; it is not any more after this.</summary>
    public bool Add(string id, ReadOnlySpan<byte> body)
    {
        var digest = Convert.ToHexString(SHA256.HashData(body));
        lock (gate)
        {
            // Both are noted, whatever the other says.
            return AddOne($"id {id}") & AddOne($"body {digest}");
        }
    }

    private bool AddOne(string key)
    {
        if (!seen.Add(key))
        {
            return false;
        }

        order.Enqueue(key);
        if (order.Count > 2 * capacity)
        {
            seen.Remove(order.Dequeue());
        }

        return true;
    }
}
