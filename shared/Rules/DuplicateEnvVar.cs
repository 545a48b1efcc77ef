using System.Buffers;
using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Rules;

public sealed class DuplicateEnvVar : ObjectRule
{
    private static readonly Comparison<Field> ByName = static (left, right) =>
        left[Name.Name].Utf8.SequenceCompareTo(right[Name.Name].Utf8) is not 0 and var byName ? byName : left.Node.CompareTo(right.Node);

    protected override RuleInfo Definition { get; } = new(
        Id: "duplicate-env-var",
        Title: "Environment variable is set twice",
        Why: "The last one counts, and nothing says so: whoever edits the first wonders why nothing changes.",
        Source: "https://docs.kubelinter.io/#/generated/checks?id=duplicate-env-var",
        Severity: Severity.Warning,
        Profiles: Profiles.Default | Profiles.KubeLinter,
        Remedy: "Needs a decision: which of the values is meant. Two elements of one name cannot be told apart by an edit either.");

    public override void Check(Subject subject, FindingList findings)
    {
        foreach (ref readonly var container in subject.Containers)
        {
            var count = container[Name.Env].Count;
            if (count < 2)
            {
                continue;
            }

            var variables = ArrayPool<Field>.Shared.Rent(count);
            Collect(container[Name.Env], variables);

            // Sorted, not compared pairwise: no list is so long that it makes the rule slow.
            variables.AsSpan(0, count).Sort(ByName);
            for (var i = 1; i < count; i++)
            {
                var isSecond = AreNamesakes(variables[i - 1], variables[i]) && (i == 1 || !AreNamesakes(variables[i - 2], variables[i]));
                if (isSecond)
                {
                    findings.Add(
                        this,
                        variables[i],
                        $"{container.Label} sets the environment variable {variables[i][Name.Name].Text} more than once; must be set once",
                        Refusal.NeedsDecision($"which value of {variables[i][Name.Name].Text} is meant; the last one counts"));
                }
            }

            ArrayPool<Field>.Shared.Return(variables, clearArray: true);
        }
    }

    private static void Collect(Field list, Field[] into)
    {
        var index = 0;
        foreach (var element in list.Elements)
        {
            into[index++] = element;
        }
    }

    private static bool AreNamesakes(Field left, Field right) => left[Name.Name].Utf8.SequenceEqual(right[Name.Name].Utf8);
}
