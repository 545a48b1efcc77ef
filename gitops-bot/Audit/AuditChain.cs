using System.Buffers;

namespace SelfHealGitOps.Bot.Audit;

internal enum AuditFault
{
    /// <summary>An entry, or what stands in its place, is not what was written.</summary>
    Changed,
    Missing,
    Reordered,

    /// <summary>The last write did not come to its end. The next one accounts for it.</summary>
    Torn,

    /// <summary>A head that was once there is not.</summary>
    Truncated,
}

/// <param name="Sequence">The entry that it is about: the number it should have, where its own cannot be believed.</param>
/// <param name="Line">Counted from 1.</param>
internal sealed record AuditProblem(AuditFault Fault, long Sequence, long Line, string Message);

/// <param name="Entries">Those that are whole.</param>
/// <param name="Head">The hash of the last of them; null where there is none.</param>
/// <param name="Gaps">Entries that account for a write which was cut off.</param>
/// <param name="Problems">In order of the lines; empty for a log that is whole.</param>
internal sealed record AuditVerdict(long Entries, string? Head, IReadOnlyList<AuditEntry> Gaps, IReadOnlyList<AuditProblem> Problems)
{
    public bool IsWhole => Problems.Count == 0;
}

/// <summary>Walks a log from its first line to its last.</summary>
internal sealed class AuditChain
{
    private readonly List<AuditProblem> problems = [];
    private readonly List<AuditEntry> gaps = [];

    // Where a number was expected and another one came: what that means is known when all numbers are.
    private readonly List<(long Expected, long Found, long Line)> jumps = [];
    private readonly HashSet<long> seen = [];
    private readonly ArrayBufferWriter<byte> unfinished = new();
    private long unfinishedSince;
    private long expected = 1;

    // Null where the entry before cannot be read.
    private string? previous = AuditEntry.Beginning;
    private bool isLost;
    private long line;

    private AuditChain()
    {
    }

    /// <param name="head">A hash that was the head once; null for none known.</param>
    public static async Task<AuditVerdict> VerifyAsync(IAsyncEnumerable<AuditLine> lines, string? head, CancellationToken cancellationToken)
    {
        var chain = new AuditChain();
        var (entries, last, isHeadFound) = (0L, (string?)null, head is null || head == AuditEntry.Beginning);
        await foreach (var each in lines.WithCancellation(cancellationToken))
        {
            chain.line++;
            switch (AuditEntry.Read(each.Bytes.Span))
            {
                case AuditReading.Whole(var entry):
                    chain.Take(entry);
                    (entries, last) = (entries + 1, entry.Hash);
                    isHeadFound |= entry.Hash == head;
                    break;
                case AuditReading.Changed(var why):
                    chain.Settle(null);
                    chain.Add(AuditFault.Changed, chain.expected++, chain.line, $"was changed: {why}");
                    chain.previous = null;
                    break;
                default:
                    chain.Collect(each);
                    break;
            }
        }

        return chain.End(entries, last, isHeadFound ? null : head);
    }

    private void Collect(AuditLine each)
    {
        unfinishedSince = unfinished.WrittenCount == 0 ? line : unfinishedSince;
        unfinished.Write(each.Bytes.Span);
        if (each.IsEnded)
        {
            unfinished.Write("\n"u8);
        }
    }

    private void Take(AuditEntry entry)
    {
        Settle(entry);
        if (!isLost && entry.Sequence != expected)
        {
            jumps.Add((expected, entry.Sequence, line));
        }
        else if (previous is not null && entry.Previous != previous)
        {
            Add(AuditFault.Changed, entry.Sequence, line, "was changed, or the one before it was: it does not follow that one's hash");
        }

        isLost = false;
        (expected, previous) = (entry.Sequence + 1, entry.Hash);
        seen.Add(entry.Sequence);
    }

    /// <summary>What could not be read comes to its end: here is an entry that accounts for it, or it is a fault.</summary>
    private void Settle(AuditEntry? entry)
    {
        if (unfinished.WrittenCount == 0)
        {
            return;
        }

        if (entry is not null && AuditGap.Explains(entry, unfinished.WrittenSpan))
        {
            gaps.Add(entry);
        }
        else
        {
            Add(AuditFault.Changed, expected, unfinishedSince, $"was changed: {unfinished.WrittenCount} bytes stand in its place that are no entry, and none accounts for them");
            // How many entries these were, nobody knows.
            (previous, isLost) = (null, entry is not null);
            expected++;
        }

        unfinished.ResetWrittenCount();
    }

    private AuditVerdict End(long entries, string? last, string? lostHead)
    {
        if (unfinished.WrittenCount > 0)
        {
            Add(AuditFault.Torn, expected, unfinishedSince, $"is not whole: {unfinished.WrittenCount} bytes of it were written; the next entry will account for them");
        }

        foreach (var (wanted, found, at) in jumps)
        {
            var absent = found > wanted ? Absent(wanted, found - 1) : null;
            var (fault, message) = absent is var (from, to)
                ? (AuditFault.Missing, $"{(from == to ? "is" : $"and those up to {to} are")} missing: {found} follows in its place")
                : (AuditFault.Reordered, $"is not in its place: {found} stands there");
            Add(fault, absent?.From ?? wanted, at, message);
        }

        if (lostHead is not null)
        {
            Add(AuditFault.Truncated, expected, line, $"or a later one is missing: no entry has the hash {lostHead}, so the end was cut off, or all was written anew");
        }

        return new(entries, last, gaps, [.. problems.OrderBy(problem => problem.Line).ThenBy(problem => problem.Sequence)]);
    }

    private (long From, long To)? Absent(long from, long to)
    {
        // A number that was made up may be very far away.
        for (var sequence = from; sequence <= to; sequence++)
        {
            if (!seen.Contains(sequence))
            {
                var end = sequence;
                while (end < to && end - sequence < seen.Count && !seen.Contains(end + 1))
                {
                    end++;
                }

                return (sequence, end - sequence < seen.Count ? end : to);
            }
        }

        return null;
    }

    private void Add(AuditFault fault, long sequence, long at, string message) => problems.Add(new(fault, sequence, at, $"entry {sequence} {message}"));
}
