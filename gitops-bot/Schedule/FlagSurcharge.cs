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
        new("--cascade=orphan", 15, "what it owned stays behind without an owner"),
        new("--delete-emptydir-data", 15, "data of pods is lost"),
        new("--disable-eviction", 20, "no disruption budget is asked"),
        new("--field-selector", 8, "a set that is known only when it runs"),
        new("--force", 15, "no grace, and no confirmation that it stopped"),
        new("--force-conflicts", 12, "takes fields from their owner"),
        new("--grace-period=0", 15, "killed without a chance to finish"),
        new("--ignore-daemonsets", 3, "pods of the node itself stay"),
        new("--insecure-skip-tls-verify", 20, "nobody knows which cluster answers"),
        new("--now", 10, "a second to finish"),
        new("--overwrite", 4, "what was there is gone"),
        new("--prune", 25, "deletes what Git no longer names"),
        new("--recursive", 8, "files that nobody listed"),
        new("--selector", 8, "a set that is known only when it runs"),
        new("--validate=false", 8, "fields nobody checked"),
    ];

    /// <summary>Of a flag that the table does not have: as much as its heaviest.</summary>
    public static int Most { get; } = All.Max(entry => entry.Points);

    // Where a command applies and how it prints; none makes it do more.
    private static readonly FrozenSet<string> Harmless = new[]
    {
        "--dry-run", "--namespace", "--context", "--cluster", "--kubeconfig", "--output", "--timeout", "--wait", "--request-timeout", "--field-manager",
        "--server-side", "--ignore-not-found", "--grace-period", "--cascade=background", "--cascade=foreground", "--to-revision", "--replicas", "--container",
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
        ["--grace-period=0s"] = "--grace-period=0",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, FlagSurcharge> ByFlag = All.ToFrozenDictionary(entry => entry.Flag, StringComparer.Ordinal);

    /// <param name="flag">One flag: <c>--force</c>, <c>--grace-period=0</c> or <c>--grace-period 0</c>.</param>
    /// <returns>What it adds; nothing for a flag that only says where, when or how it prints.</returns>
    public static FlagSurcharge Of(string flag)
    {
        var (whole, name) = Spelled(flag);
        return ByFlag.GetValueOrDefault(whole)
            ?? (Harmless.Contains(whole) ? new FlagSurcharge(whole, 0, "says where, when or how it prints") : null)
            ?? ByFlag.GetValueOrDefault(name)
            ?? (Harmless.Contains(name) ? new FlagSurcharge(name, 0, "says where, when or how it prints") : null)
            ?? new(whole, Most, "not in the table, so as much as the heaviest");
    }

    private static (string Whole, string Name) Spelled(string flag)
    {
        var text = flag.Trim();
        var at = text.AsSpan().IndexOfAny('=', ' ', '\t');
        var (name, value) = at < 0 ? (text, null) : (text[..at], text[(at + 1)..].Trim().Trim('"', '\''));
        name = Short.GetValueOrDefault(name, name);
        var whole = value is null ? name : $"{name}={value.ToLowerInvariant()}";
        whole = Short.GetValueOrDefault(whole, whole);
        // -0, 00 and +0 are zero to the program that reads them.
        if (name == "--grace-period" && int.TryParse(value, out var seconds) && seconds <= 0)
        {
            whole = "--grace-period=0";
        }

        return (whole, name);
    }
}
