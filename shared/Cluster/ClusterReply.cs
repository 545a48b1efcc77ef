using System.Text.Json.Nodes;

namespace SelfHealGitOps.Cluster;

/// <summary>What became of a question to the cluster. No message holds a token, or data of a Secret.</summary>
public abstract record ClusterReply
{
    private ClusterReply()
    {
    }

    /// <summary>It was done, and this is the answer.</summary>
    /// <param name="Json">One JSON object.</param>
    public sealed record Done(ReadOnlyMemory<byte> Json) : ClusterReply
    {
        private JsonObject? parsed;

        /// <summary>What the server warned of while it did it, such as a deprecated version; empty mostly.</summary>
        public IReadOnlyList<string> Warnings { get; init; } = [];

        /// <summary>
        /// The answer as nodes, parsed when first asked for, and the same each time: take a DeepClone to change it. With a
        /// duplicate key in it, an ArgumentException comes when it is touched; the API server writes none.
        /// </summary>
        public JsonObject Object => parsed ??= JsonNode.Parse(Json.Span)!.AsObject();

        public bool Equals(Done? other) => other is not null && Json.Span.SequenceEqual(other.Json.Span) && Warnings.SequenceEqual(other.Warnings);

        public override int GetHashCode() => Json.Length;
    }

    /// <summary>The server understood, and said no (4xx): asking again changes nothing, unless the status says so.</summary>
    public sealed record Refused(ClusterStatus Status) : ClusterReply;

    /// <summary>
    /// No answer, or none that counts: no connection, TLS refused, too slow, cut off, 429, 5xx. A write may have been done
    /// all the same; look before doing it again.
    /// </summary>
    /// <param name="RetryAfter">How long the server asked to be left alone; null where it did not say.</param>
    public sealed record Unavailable(string Reason, TimeSpan? RetryAfter = null) : ClusterReply;

    /// <summary>Why there is no <see cref="Done"/>, on one line; null where there is.</summary>
    public string? Problem => this switch
    {
        Refused refused => refused.Status.ToString(),
        Unavailable unavailable => unavailable.Reason,
        _ => null,
    };
}
