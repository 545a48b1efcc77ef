using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace SelfHealGitOps.Bot.Audit;

/// <summary>
/// What is said of bytes that a writer left behind when it was killed. They stay where they are, and the entry after them
/// accounts for them by length and hash: nothing is dropped, and nobody can slip other bytes in.
/// </summary>
internal static class AuditGap
{
    public const string Verb = "audit.gap";

    private const int Shown = 512;

    public static AuditEvent Of(ReadOnlySpan<byte> bytes, string log, DateTimeOffset now) => new()
    {
        Time = now,
        Who = Actor.Bot("selfheal"),
        Verb = Verb,
        Target = log,
        Why = "a writer was stopped before its line was whole",
        Evidence = new Dictionary<string, string>
        {
            ["bytes"] = bytes.Length.ToString(CultureInfo.InvariantCulture),
            ["sha256"] = Convert.ToHexStringLower(SHA256.HashData(bytes)),
            ["text"] = Encoding.UTF8.GetString(bytes[..Math.Min(bytes.Length, Shown)]),
        },
        Outcome = "recorded",
    };

    /// <summary>Whether this entry accounts for what stands before it.</summary>
    /// <param name="bytes">Up to the entry, with the line break that ended them.</param>
    public static bool Explains(AuditEntry entry, ReadOnlySpan<byte> bytes) => entry.Event.Verb == Verb
        && (Fits(entry, bytes) || (bytes is [.., (byte)'\n'] && Fits(entry, bytes[..^1])));

    private static bool Fits(AuditEntry entry, ReadOnlySpan<byte> bytes) =>
        entry.Event.Evidence.GetValueOrDefault("bytes") == bytes.Length.ToString(CultureInfo.InvariantCulture)
        && entry.Event.Evidence.GetValueOrDefault("sha256") == Convert.ToHexStringLower(SHA256.HashData(bytes));
}
