using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Rules;

public sealed class NoRollingUpdateStrategy : ObjectRule
{
    private static readonly Parameter<Pattern> StrategyType =
        Parameter.Pattern("strategyTypeRegex", "what the type of the update strategy must match", "^(RollingUpdate|Rolling)$");

    private static readonly Parameter<string> MaxUnavailableMost = Bound("maxPodsUnavailable", "the greatest maxUnavailable; empty for any");
    private static readonly Parameter<string> MaxUnavailableLeast = Bound("minPodsUnavailable", "the least maxUnavailable; empty for any");
    private static readonly Parameter<string> MaxSurgeMost = Bound("maxSurge", "the greatest maxSurge; empty for any");
    private static readonly Parameter<string> MaxSurgeLeast = Bound("minSurge", "the least maxSurge; empty for any");

    private readonly Pattern strategyType;
    private readonly Bounds maxUnavailable;
    private readonly Bounds maxSurge;

    public NoRollingUpdateStrategy()
        : this(ParameterValues.None)
    {
    }

    private NoRollingUpdateStrategy(ParameterValues values)
    {
        strategyType = values.Of(StrategyType);
        maxUnavailable = Bounds.Of(values.Of(MaxUnavailableLeast), values.Of(MaxUnavailableMost));
        maxSurge = Bounds.Of(values.Of(MaxSurgeLeast), values.Of(MaxSurgeMost));
    }

    public override IReadOnlyList<Parameter> Parameters { get; } =
        [StrategyType, MaxUnavailableMost, MaxUnavailableLeast, MaxSurgeMost, MaxSurgeLeast];

    protected override RuleInfo Definition { get; } = new(
        Id: "no-rolling-update-strategy",
        Title: "Update takes all pods down at once, or is left to a person",
        Why: "While no pod of the old version runs and none of the new one is ready, nobody answers.",
        Source: "https://docs.kubelinter.io/#/generated/checks?id=no-rolling-update-strategy",
        Severity: Severity.Info,
        Profiles: Profiles.None,
        Remedy: "Sets the type to RollingUpdate, Rolling for a DeploymentConfig. Review: old and new pods then run side by side. A Deployment that mounts claims needs a decision, as two pods may not be able to mount them. What is out of the rule's bounds is set to the nearer one.");

    public override void Check(Subject subject, FindingList findings)
    {
        var workload = Workloads.Of(subject);
        if (workload is not (Workload.Deployment or Workload.DaemonSet or Workload.StatefulSet or Workload.DeploymentConfig))
        {
            return;
        }

        var strategy = subject.Spec[workload is Workload.DaemonSet or Workload.StatefulSet ? Name.UpdateStrategy : Name.Strategy];
        var type = strategy[Name.Type];
        if (TemplateText.IsExpression(type.Utf8))
        {
            return;
        }

        var isConfig = workload == Workload.DeploymentConfig;
        var standard = isConfig ? "Rolling"u8 : "RollingUpdate"u8;
        if (!strategyType.IsMatch(type.Utf8.IsEmpty ? standard : type.Utf8))
        {
            ReportType(subject, findings, type, isConfig ? "Rolling" : "RollingUpdate", strategyType.IsMatch(standard));
        }

        var rolling = isConfig ? strategy["rollingParams"] : strategy[Name.RollingUpdate];
        if (!maxUnavailable.IsSet && !maxSurge.IsSet)
        {
            return;
        }

        if (!rolling.Exists)
        {
            if (strategyType.Text.Contains("Rolling", StringComparison.Ordinal))
            {
                findings.Add(
                    this,
                    rolling,
                    "the update strategy sets no bounds of its own; must set them",
                    Refusal.NeedsDecision($"how many pods may be away during an update, and how many there may be too many: {Describe()}"));
            }

            return;
        }

        maxUnavailable.Check(this, findings, rolling[Name.MaxUnavailable], "maxUnavailable");
        if (workload != Workload.StatefulSet)
        {
            maxSurge.Check(this, findings, rolling[Name.MaxSurge], "maxSurge");
        }
    }

    protected override Rule Configure(ParameterValues values) => new NoRollingUpdateStrategy(values);

    private void ReportType(Subject subject, FindingList findings, Field type, string rolling, bool isRollingRight)
    {
        var message = $"the type of the update strategy is {(type.Exists ? Seen.Of(type) : $"absent, which means {rolling}")}; must match {strategyType}";
        if (!isRollingRight)
        {
            findings.Add(this, type, message, Refusal.NeedsDecision($"which type of update strategy that matches {strategyType} suits the workload"));
        }
        else if (ClaimOf(subject) is { } claim)
        {
            findings.Add(
                this,
                type,
                message,
                Refusal.NeedsDecision($"whether two pods can mount the claim {claim} at once (its access modes), as they would during a rolling update"));
        }
        else
        {
            findings.Add(this, type, message, new Fix($"Set the type of the update strategy to {rolling}", Safety.Review, new Edit.Set(type.Path, rolling)));
        }
    }

    /// <summary>The first claim that old and new pods would share; those of a StatefulSet's templates are of one pod each.</summary>
    private static string? ClaimOf(Subject subject)
    {
        foreach (var volume in subject.Pod.Spec[Name.Volumes].Elements)
        {
            if (volume[Name.PersistentVolumeClaim][Name.ClaimName].Text is { } claim)
            {
                return claim;
            }
        }

        return null;
    }

    private string Describe() => $"maxUnavailable {maxUnavailable}, maxSurge {maxSurge}";

    private static Parameter<string> Bound(string name, string meaning) => new(
        name,
        meaning,
        "a number of pods or a percentage, as a text",
        "",
        "",
        field => new(field.Text is { } text && (text.Length == 0 || IntOrPercent.TryParse(text, out _)) ? text : null, field));

    /// <summary>Bounds of a number of pods, both of which count; null where there is none.</summary>
    private sealed record Bounds(IntOrPercent? Least, IntOrPercent? Most)
    {
        public bool IsSet => Least is not null || Most is not null;

        public static Bounds Of(string least, string most) =>
            new(IntOrPercent.TryParse(least, out var from) ? from : null, IntOrPercent.TryParse(most, out var to) ? to : null);

        public void Check(Rule rule, FindingList findings, Field field, string name)
        {
            if (!IsSet || TemplateText.IsExpression(field.Utf8))
            {
                return;
            }

            var isRead = IntOrPercent.TryRead(field, out var value);
            if (isRead && !IsBelow(value, Least) && !IsAbove(value, Most))
            {
                return;
            }

            var nearest = isRead && IsBelow(value, Least) ? Least : Most ?? Least;
            findings.Add(
                rule,
                field,
                $"{name} is {(field.Exists ? Seen.Of(field) : "absent")}; must be {this}",
                new Fix($"Set {name} to {nearest}", Safety.Review, new Edit.Set(field.Path, nearest!.Value.ToValue())));
        }

        public override string ToString() =>
            (Least, Most) switch
            {
                (null, null) => "any",
                ({ } least, null) => $"at least {least}",
                (null, { } most) => $"no more than {most}",
                ({ } least, { } most) => $"from {least} to {most}",
            };

        /// <summary>Pods and percent cannot be compared, so that one is never within bounds of the other.</summary>
        private static bool IsBelow(IntOrPercent value, IntOrPercent? least) =>
            least is { } bound && (value.IsPercent != bound.IsPercent || value.Amount < bound.Amount);

        private static bool IsAbove(IntOrPercent value, IntOrPercent? most) =>
            most is { } bound && (value.IsPercent != bound.IsPercent || value.Amount > bound.Amount);
    }
}
