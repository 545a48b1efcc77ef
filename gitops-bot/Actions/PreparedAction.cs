using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace SelfHealGitOps.Bot.Actions;

/// <summary>An action and the state of the cluster that it was judged in, ready to be tried, done and watched.</summary>
internal sealed record PreparedAction
{
    public required ClusterAction Action { get; init; }

    /// <summary>Of the target: not another object of its name.</summary>
    public required string Uid { get; init; }

    /// <summary>All of the target's state that the judgement rests on, as text; what comes and goes by itself, such as a status, is no part of it.</summary>
    public required string State { get; init; }

    /// <summary>The very command that a person would type, with every argument quoted for a POSIX shell.</summary>
    public required string Command { get; init; }

    /// <summary>The same, changing nothing.</summary>
    public required string DryRunCommand { get; init; }

    public required ActionWrite Write { get; init; }

    public required ActionSignal Signal { get; init; }

    /// <summary>The command by which a person sees the signal come.</summary>
    public required string WatchCommand { get; init; }

    /// <summary>The command that takes it back; null where there is none.</summary>
    public required string? Undo { get; init; }

    /// <summary>What was seen of it that the undo will be possible; null where there is none. No dry run can show that beforehand: it would change nothing yet.</summary>
    public string? UndoProof { get; init; }

    /// <summary>The command that ends it where it sticks half-way, other than the undo; null where there is none.</summary>
    public string? WayOut { get; init; }

    /// <summary>What the way out does, and what it leaves.</summary>
    public string WayOutNote { get; init; } = "";

    /// <summary>What there is to know of taking it back.</summary>
    public required string UndoNote { get; init; }

    /// <summary>Each holds.</summary>
    public required IReadOnlyList<Precondition> Preconditions { get; init; }

    /// <summary>The target as it was seen: what its blast radius begins at.</summary>
    public required JsonObject Seen { get; init; }

    /// <summary>
    /// What an approval is for: this command, on this very object, in this state. 64 hexadecimal digits. A resource version
    /// is no part of it, since it moves with each report of a status; the write itself is bound to the latest.
    /// </summary>
    public string Binding => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(
        string.Concat(((string[])[Action.Cluster, Action.Name, Command, Uid, State]).Select(part => $"{part.Length}:{part}\n")))));
}
