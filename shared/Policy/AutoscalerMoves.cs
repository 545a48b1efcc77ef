using SelfHealGitOps.Manifests;

namespace SelfHealGitOps.Policy;

/// <summary>
/// A HorizontalPodAutoscaler of <c>autoscaling/v2beta1</c> as one of <c>v2</c>: a metric names itself under
/// <c>metric</c>, and what it is held at stands under <c>target</c>, with its type.
/// </summary>
internal static class AutoscalerMoves
{
    public static FieldMoves Of(Subject subject)
    {
        var moves = new FieldMoves();
        if (subject.Root[Name.Status].Count > 0)
        {
            moves.Stop(Refusal.NeedsDecision("what becomes of status, which is written otherwise in autoscaling/v2 and does not belong in a file"));
        }

        foreach (var metric in subject.Spec[Name.Metrics].Elements)
        {
            Target(metric["resource"], moves);
            Target(metric["containerResource"], moves);
            Named(metric["pods"], "selector", moves);
            Target(metric["pods"], moves);
            Named(metric["external"], "metricSelector", moves);
            Target(metric["external"], moves);
            Described(metric["object"], moves);
        }

        return moves;
    }

    private static void Named(Field source, string selector, FieldMoves moves)
    {
        if (source.Exists)
        {
            moves.Set(source["metric"].Path, FieldMoves.MapOf(
                ("name", moves.Copy(source["metricName"])),
                ("selector", source[selector].Exists ? moves.Copy(source[selector]) : null)));
            moves.Remove(source["metricName"]);
            moves.Remove(source[selector]);
        }
    }

    private static void Target(Field source, FieldMoves moves)
    {
        if (!source.Exists)
        {
            return;
        }

        var (utilization, average, value) = (source["targetAverageUtilization"], source["targetAverageValue"], source["targetValue"]);
        if ((utilization.Exists ? 1 : 0) + (average.Exists ? 1 : 0) + (value.Exists ? 1 : 0) != 1)
        {
            moves.Stop(Refusal.NeedsDecision($"the one target that {source.Path} is held at"));
        }

        var (type, name, from) = utilization.Exists ? ("Utilization", "averageUtilization", utilization)
            : average.Exists ? ("AverageValue", "averageValue", average)
            : ("Value", "value", value);
        moves.Set(source["target"].Path, FieldMoves.MapOf(("type", type), (name, moves.Copy(from))));
        moves.Remove(from);
    }

    private static void Described(Field source, FieldMoves moves)
    {
        if (!source.Exists)
        {
            return;
        }

        if (source["averageValue"].Exists)
        {
            moves.Stop(Refusal.NeedsDecision($"which of targetValue and averageValue {source.Path} is held at"));
        }

        moves.Set(source["describedObject"].Path, moves.Copy(source["target"]) ?? FieldMoves.MapOf());
        Named(source, "selector", moves);
        moves.Set(source["target"].Path, FieldMoves.MapOf(("type", "Value"), ("value", moves.Copy(source["targetValue"]))));
        moves.Remove(source["targetValue"]);
    }
}
