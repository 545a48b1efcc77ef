using System.Globalization;

namespace SelfHealGitOps.Bot.Schedule;

/// <summary>
/// How far a change can reach, 0 to 100, as an account whose points add up to the score. A table and additions and nothing
/// else, so that anybody can do the sum again; no input ever takes points away, so that knowing less, or touching more,
/// never makes a change cheaper.
/// </summary>
internal sealed record BlastRadius
{
    private const int RestartPoints = 3;
    private const int AutoscalerPoints = 2;
    private const int FurtherKindPoints = 2;
    private const int GateNotRunPoints = 4;
    private const string NotKnown = "not known, so as much as it can be";

    private BlastRadius(IReadOnlyList<BlastLine> lines) => (Lines, Score) = (lines, lines.Sum(line => line.Points));

    public IReadOnlyList<BlastLine> Lines { get; }

    public int Score { get; }

    public Tier Tier => Tiers.Of(Score);

    public static BlastRadius Of(Change change)
    {
        var lines = new List<BlastLine>();
        var isKnown = AddBase(lines, change);
        var @base = lines.Sum(line => line.Points);
        isKnown &= AddNamespace(lines, change.Namespace, @base);
        FlagSurcharge[] forced = [.. change.Commands.SelectMany(CommandForce.Of)];
        AddFlags(lines, change.Flags.Select(FlagSurcharge.Of).Concat(forced));
        isKnown &= AddLive(lines, change.Live);
        isKnown &= AddFanOut(lines, change.Git);
        if (change.IsDeclaredOnly)
        {
            lines.Add(new(0, "cluster", "none was asked; live counts are what the repository declares, and there may be more"));
            isKnown = false;
        }

        foreach (var gate in Sorted(change.GatesNotRun))
        {
            lines.Add(new(GateNotRunPoints, "gate", $"{gate} did not run"));
            isKnown = false;
        }

        var sum = lines.Sum(line => line.Points);
        if (sum <= Tiers.LastHuman && forced.Any(flag => flag.Points >= CommandForce.LeastForTwo))
        {
            lines.Add(new(Tiers.LastHuman + 1 - sum, "forced", "what command text forces is for two people"));
        }
        else if (!isKnown && sum <= Tiers.LastAuto)
        {
            lines.Add(new(Tiers.LastAuto + 1 - sum, "unknown", "what cannot be computed is for a person"));
        }
        else if (sum > Tiers.LastComputed)
        {
            lines.Add(new(Tiers.LastComputed - sum, "end", $"computed scores end at {Tiers.LastComputed}"));
        }

        AddHardRules(lines, change);
        return new(lines);
    }

    /// <summary>The score again, from an account as <see cref="ToString"/> prints it: the sum of the numbers that begin its lines.</summary>
    public static int Recompute(string account)
    {
        var sum = 0;
        foreach (var range in account.AsSpan().Split('\n'))
        {
            var line = account.AsSpan(range).Trim();
            if (line is ['+' or '-', ..] && line.IndexOf(' ') is > 0 and var end
                && int.TryParse(line[..end], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var points))
            {
                sum += points;
            }
        }

        return sum;
    }

    public override string ToString() => string.Join('\n', [$"{Score} / {Tiers.Blocked} · {Tiers.Word(Tier)}", .. Lines.Select(line => $"  {line}")]);

    private static bool AddBase(List<BlastLine> lines, Change change)
    {
        var isKnown = true;
        ChangeBase[] kinds =
        [
            .. (change.Verb is null && change.Kinds.Count == 0 ? [ChangeKind.Other] : change.Kinds)
                .Distinct().Select(ChangeBase.Of).OrderByDescending(kind => kind.Points).ThenBy(kind => kind.Kind),
        ];
        if (change.Verb is { } verb)
        {
            var found = VerbBase.Find(verb);
            isKnown = found is not null;
            lines.Add(new(found?.Points ?? VerbBase.Most, "verb", found is null ? $"{verb}: not in the table, so as much as the heaviest" : $"{verb}: {found.Why}"));
        }

        for (var i = 0; i < kinds.Length; i++)
        {
            isKnown &= kinds[i].Kind != ChangeKind.Other;
            lines.Add(new(i == 0 ? kinds[i].Points : FurtherKindPoints, "change", $"{kinds[i].Word}{(i == 0 ? $": {kinds[i].Why}" : ", too")}"));
        }

        return isKnown;
    }

    private static bool AddNamespace(List<BlastLine> lines, NamespaceClass? @class, int @base)
    {
        var percent = NamespaceClasses.PercentOf(@class ?? NamespaceClass.System);
        // Rounded up: a base of 1 weighs more in production, too.
        var points = ((@base * (percent - 100)) + 99) / 100;
        var seen = @class is { } known ? NamespaceClasses.Word(known) : "not known, so as much as system";
        lines.Add(new(points, "namespace", string.Create(CultureInfo.InvariantCulture, $"{seen}, {percent} % of {@base}")));
        return @class is not null;
    }

    private static void AddFlags(List<BlastLine> lines, IEnumerable<FlagSurcharge> flags)
    {
        foreach (var flag in flags.DistinctBy(flag => flag.Flag).OrderBy(flag => flag.Flag, StringComparer.Ordinal))
        {
            lines.Add(new(flag.Points, "flag", $"{flag.Flag}: {flag.Why}"));
        }
    }

    private static bool AddLive(List<BlastLine> lines, LiveGraph live)
    {
        AddCount(lines, Steps.Replicas, live.Replicas, live.Replicas is { } replicas ? replicas.ToString(CultureInfo.InvariantCulture) : "");
        AddAnswer(lines, "restart", live.NeedsRestart, RestartPoints, "pods are replaced", "no pod is replaced");
        lines.Add(live.Disruption is { } disruption
            ? new(disruption.PointsBeside(live.Replicas), "disruption budget", disruption.Why(live.Replicas))
            : new(Disruption.ExhaustedPoints, "disruption budget", NotKnown));
        AddAnswer(lines, "autoscaler", live.HasAutoscaler, AutoscalerPoints, "one acts on the same pods", "none");
        AddNames(lines, Steps.Services, live.Services);
        AddNames(lines, Steps.Ingresses, live.Ingresses);
        AddNames(lines, Steps.Consumers, live.Consumers);
        AddNames(lines, Steps.Claims, live.Claims);
        return live is { Replicas: not null, NeedsRestart: not null, Disruption: not null, HasAutoscaler: not null, Services: not null, Ingresses: not null, Consumers: not null, Claims: not null };
    }

    private static bool AddFanOut(List<BlastLine> lines, GitFanOut git)
    {
        AddNames(lines, Steps.Overlays, git.Overlays);
        AddNames(lines, Steps.Applications, git.Applications);
        AddNames(lines, Steps.Clusters, git.Clusters);
        return git is { Overlays: not null, Applications: not null, Clusters: not null };
    }

    private static void AddHardRules(List<BlastLine> lines, Change change)
    {
        string[] reasons =
        [
            .. Sorted(change.Deletes).Select(kind => ProtectedKinds.Find(kind)).OfType<string>().Select(kind => $"deletes a {kind}"),
            .. Sorted(change.Commands.SelectMany(CommandText.Judge)),
        ];
        var sum = lines.Sum(line => line.Points);
        foreach (var reason in reasons.Distinct(StringComparer.Ordinal))
        {
            lines.Add(new(Tiers.Blocked - sum, "hard rule", reason));
            sum = Tiers.Blocked;
        }
    }

    private static void AddAnswer(List<BlastLine> lines, string input, bool? answer, int points, string yes, string no) =>
        lines.Add(new(answer is false ? 0 : points, input, answer switch { true => yes, false => no, null => NotKnown }));

    private static void AddNames(List<BlastLine> lines, Steps steps, IReadOnlyList<string>? names)
    {
        const int shown = 3;
        var sorted = names is null ? null : Sorted(names);
        var list = sorted is not { Length: > 0 } ? "" : $" ({string.Join(", ", sorted.Take(shown))}{(sorted.Length > shown ? ", …" : "")})";
        AddCount(lines, steps, sorted?.Length, string.Create(CultureInfo.InvariantCulture, $"{sorted?.Length}{list}"));
    }

    private static void AddCount(List<BlastLine> lines, Steps steps, int? count, string seen) =>
        lines.Add(count is { } known ? new(steps.PointsOf(known), steps.Input, seen) : new(steps.Most, steps.Input, NotKnown));

    private static string[] Sorted(IEnumerable<string> names) => [.. names.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
}
