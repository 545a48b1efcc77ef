using System.Security.Cryptography;
using System.Text;
using SelfHealGitOps.Bot.Schedule;

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

    /// <summary>The command that takes it back; null where there is none.</summary>
    public required string? Undo { get; init; }

    /// <summary>What there is to know of taking it back.</summary>
    public required string UndoNote { get; init; }

    /// <summary>Each holds.</summary>
    public required IReadOnlyList<Precondition> Preconditions { get; init; }

    /// <summary>What is known of its reach from the target alone.</summary>
    public required LiveGraph Live { get; init; }

    /// <summary>
    /// What an approval is for: this command, on this very object, in this state. 64 hexadecimal digits. A resource version
    /// is no part of it, since it moves with each report of a status; the write itself is bound to the latest.
    /// </summary>
    public string Binding => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(
        string.Concat(((string[])[Action.Cluster, Action.Name, Command, Uid, State]).Select(part => $"{part.Length}:{part}\n")))));
}
