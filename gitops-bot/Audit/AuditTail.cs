using SelfHealGitOps.Bot.Store;

namespace SelfHealGitOps.Bot.Audit;

/// <summary>The end of a log, where the next entry goes.</summary>
/// <param name="Last">The last entry that is whole; null before the first.</param>
/// <param name="Torn">What stands after it without being an entry; empty, unless a writer was killed.</param>
/// <param name="IsOnNewLine">Whether the next line can begin at once.</param>
internal sealed record AuditTail(AuditEntry? Last, ReadOnlyMemory<byte> Torn, bool IsOnNewLine)
{
    /// <param name="window">The last bytes of the file.</param>
    /// <param name="isAll">Whether they are all of it; else they may begin in the middle of a line.</param>
    /// <exception cref="StoreException">The end was changed: nothing must be built upon it.</exception>
    public static AuditTail Of(ReadOnlyMemory<byte> window, bool isAll, string file)
    {
        var bytes = window.Span;
        var isOnNewLine = bytes is [] or [.., (byte)'\n'];
        var end = bytes.Length;
        while (end > 0)
        {
            var isEnded = bytes[end - 1] == '\n';
            var lineEnd = isEnded ? end - 1 : end;
            var start = bytes[..lineEnd].LastIndexOf((byte)'\n') + 1;
            if (start == 0 && !isAll)
            {
                break;
            }

            switch (AuditEntry.Read(bytes[start..lineEnd]))
            {
                case AuditReading.Whole(var entry):
                    // Behind its line break, also where that is all that is missing.
                    return new(entry, window[end..], isOnNewLine);
                case AuditReading.Changed(var why):
                    throw Broken(file, why);
                default:
                    end = start;
                    break;
            }
        }

        return isAll ? new(null, window, isOnNewLine) : throw Broken(file, "there is no entry near its end");
    }

    private static StoreException Broken(string file, string why) => new(
        $"the end of the audit log {file} is broken: {why}; nothing is added to it: see 'selfheal audit verify', keep the file, and move it away for a new one to be begun");
}
