using System.Globalization;

namespace SelfHealGitOps.Bot.Schedule;

/// <summary>What PodDisruptionBudgets have left for the pods that a change bears on.</summary>
/// <param name="Allowed">How many pods may go by the tightest budget; null where no budget selects any.</param>
/// <param name="HasUnguarded">Some pods have no budget: nothing keeps all of those from going at once.</param>
internal sealed record Disruption(int? Allowed, bool HasUnguarded)
{
    /// <summary>None may go: a rollout or an eviction waits, or breaks the promise.</summary>
    public const int ExhaustedPoints = 5;

    public const int OnePoints = 3;

    public const int UnguardedPoints = 2;

    public const int AmplePoints = 1;

    /// <summary>No pods, so nothing to guard.</summary>
    public static Disruption NoPods { get; } = new(null, HasUnguarded: false);

    public static Disruption Unguarded { get; } = new(null, HasUnguarded: true);

    public static Disruption Exhausted { get; } = new(0, HasUnguarded: false);

    public static Disruption One { get; } = new(1, HasUnguarded: false);

    /// <summary>Two may go.</summary>
    public static Disruption Ample { get; } = new(2, HasUnguarded: false);

    public Disruption And(Disruption other) =>
        new(Allowed is { } a && other.Allowed is { } b ? Math.Min(a, b) : Allowed ?? other.Allowed, HasUnguarded || other.HasUnguarded);

    /// <summary>
    /// What it adds beside the points of the replicas. Headroom comes with replicas: two more pods, and a budget that let
    /// none go lets two go. So that a replica never makes a change cheaper, the sum of both is the most that it would have
    /// been with any number of the pods that may go taken away again: at <c>replicas - Allowed</c> none could go, one above
    /// that one could. Neither of the two falls when a pod is added, whether its budget then lets one more go or not.
    /// </summary>
    /// <param name="replicas">Null is not known.</param>
    public int PointsBeside(int? replicas)
    {
        if (replicas == 0 || this == NoPods)
        {
            return 0;
        }

        var unguarded = HasUnguarded ? UnguardedPoints : 0;
        if (Allowed is not { } allowed)
        {
            return unguarded;
        }

        if (replicas is not { } count)
        {
            return ExhaustedPoints;
        }

        allowed = Math.Clamp(allowed, 0, count);
        var now = Steps.Replicas.PointsOf(count);
        var without = count - allowed;
        var points = Math.Max(unguarded, allowed switch { 0 => ExhaustedPoints, 1 => OnePoints, _ => AmplePoints });
        points = Math.Max(points, allowed > 0 ? Steps.Replicas.PointsOf(without + 1) + OnePoints - now : 0);
        // A budget that lets all pods go is never used up.
        return Math.Max(points, without > 0 ? Steps.Replicas.PointsOf(without) + ExhaustedPoints - now : 0);
    }

    /// <summary>In words, with the figures that the points follow from.</summary>
    public string Why(int? replicas)
    {
        if (replicas == 0 || this == NoPods)
        {
            return "no pods";
        }

        if (Allowed is not { } allowed)
        {
            return "none";
        }

        var count = replicas is { } known ? Math.Clamp(allowed, 0, known) : allowed;
        var may = count switch
        {
            <= 0 => "no pod may go",
            1 => "one pod may go",
            _ => string.Create(CultureInfo.InvariantCulture, $"{count} pods may go"),
        };
        var least = count > 0 && replicas > count ? string.Create(CultureInfo.InvariantCulture, $" while more than {replicas - count} run") : "";
        return $"{may}{least}{(HasUnguarded ? "; some pods have none" : "")}";
    }
}
