using System.Collections.Frozen;

namespace SelfHealGitOps.Bot.Schedule;

/// <summary>What a flag of an action adds.</summary>
/// <param name="Flag">As it is spelled out: the long name, and the value where the value is what counts.</param>
internal sealed record FlagSurcharge(string Flag, int Points, string Why)
{
    public static IReadOnlyList<FlagSurcharge> All { get; } =
    [
        new("--all", 20, "every object of the kind"),
        new("--all-namespaces", 25, "every namespace"),
        new("--as", 20, "by the rights of somebody else"),
        new("--cascade=orphan", 15, "what it owned stays behind without an owner"),
        new("--cluster", 20, "a cluster that nobody looked at"),
        new("--context", 20, "a cluster that nobody looked at"),
        new("--delete-emptydir-data", 15, "data of pods is lost"),
        new("--disable-eviction", 20, "no disruption budget is asked"),
        new("--field-manager", 12, "takes fields in the name of their owner"),
        new("--field-selector", 8, "a set that is known only when it runs"),
        new("--force", 15, "no grace, and no confirmation that it stopped"),
        new("--force-conflicts", 12, "takes fields from their owner"),
        new("--grace-period=0", 15, "killed without a chance to finish"),
        new("--grace-period=1", 10, "a second to finish"),
        new("--ignore-daemonsets", 3, "pods of the node itself stay"),
        new("--insecure-skip-tls-verify", 20, "nobody knows which cluster answers"),
        new("--kubeconfig", 20, "a cluster that nobody looked at"),
        new("--now", 10, "a second to finish"),
        new("--overwrite", 4, "what was there is gone"),
        new("--prune", 25, "deletes what Git no longer names"),
        new("--recursive", 8, "files that nobody listed"),
        new("--replicas=0", 25, "no pod is left, and nothing answers"),
        new("--selector", 8, "a set that is known only when it runs"),
        new("--validate=false", 8, "fields nobody checked"),
    ];

    /// <summary>Of a flag that the table does not have: as much as its heaviest.</summary>
    public static int Most { get; } = All.Max(entry => entry.Points);

    // Which part of what was looked at, when, and how it prints; none makes the verb do more than it weighs.
    private static readonly FrozenSet<string> Harmless = new[]
    {
        "--dry-run", "--namespace", "--output", "--timeout", "--wait", "--request-timeout",
        "--server-side", "--ignore-not-found", "--grace-period", "--cascade=background", "--cascade=foreground", "--to-revision", "--replicas", "--container",
    }.ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenSet<string> Switches = new[]
    {
        "--all", "--all-namespaces", "--delete-emptydir-data", "--disable-eviction", "--force", "--force-conflicts", "--ignore-daemonsets", "--insecure-skip-tls-verify",
        "--now", "--overwrite", "--prune", "--recursive",
    }.ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, string> Short = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["-A"] = "--all-namespaces",
        ["-R"] = "--recursive",
        ["-l"] = "--selector",
        ["-n"] = "--namespace",
        ["-o"] = "--output",
        ["-c"] = "--container",
        ["--cascade=false"] = "--cascade=orphan",
        ["--validate=ignore"] = "--validate=false",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, FlagSurcharge> ByFlag = All.ToFrozenDictionary(entry => entry.Flag, StringComparer.Ordinal);

    /// <param name="flag">One flag: <c>--force</c>, <c>--grace-period=0</c> or <c>--grace-period 0</c>.</param>
    /// <returns>What it adds; nothing for a flag that only says where, when or how it prints.</returns>
    public static FlagSurcharge Of(string flag) => Find(flag) ?? new(Spelled(flag).Whole, Most, "not in the table, so as much as the heaviest");

    /// <returns>Null for a flag that nobody has heard of.</returns>
    public static FlagSurcharge? Find(string flag)
    {
        var (whole, name) = Spelled(flag);
        return ByFlag.GetValueOrDefault(whole)
            ?? (Harmless.Contains(whole) ? new FlagSurcharge(whole, 0, "says where, when or how it prints") : null)
            ?? (Switches.Contains(name) && whole[name.Length..] is "=false" or "=f" or "=0" ? new FlagSurcharge(whole, 0, "switched off") : null)
            ?? ByFlag.GetValueOrDefault(name)
            ?? (Harmless.Contains(name) ? new FlagSurcharge(name, 0, "says where, when or how it prints") : null);
    }

    private static (string Whole, string Name) Spelled(string flag)
    {
        var text = flag.Trim();
        var at = text.AsSpan().IndexOfAny('=', ' ', '\t');
        var (name, value) = at < 0 ? (text, null) : (text[..at], text[(at + 1)..].Trim().Trim('"', '\''));
        name = Short.GetValueOrDefault(name, name);
        var whole = value is null ? name : $"{name}={value.ToLowerInvariant()}";
        whole = Short.GetValueOrDefault(whole, whole);
        if (value is not null && (name is "--grace-period" or "--replicas"))
        {
            whole = $"{name}={Counted(value)}";
        }

        return (whole, name);
    }

    /// <summary>
    /// A count as the program that reads it: <c>-0</c>, <c>00</c>, <c>0x0</c> and <c>0_0</c> are zero to it, and so is here
    /// whatever is not plainly another number.
    /// </summary>
    private static string Counted(string value)
    {
        var digits = value.AsSpan().TrimStart('+');
        return digits is ['-', >= '1' and <= '9', ..] && !digits[1..].ContainsAnyExceptInRange('0', '9') ? "none"
            : digits is [>= '1' and <= '9', ..] && !digits.ContainsAnyExceptInRange('0', '9') ? digits.ToString()
            : "0";
    }
}
