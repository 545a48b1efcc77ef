using System.Text;
using SelfHealGitOps.Policy;
using SelfHealGitOps.Tests.Policy;
using Xunit;

namespace SelfHealGitOps.Tests.Fuzz;

/// <summary>Damaged policy files: each makes a configuration that judges, or mistakes that have a place in the file.</summary>
public sealed class PolicyFuzzTests
{
    private static readonly int Cases = int.TryParse(Environment.GetEnvironmentVariable("FUZZ_CASES"), out var cases) ? cases : 3000;

    [Fact]
    public void Nothing_escapes_over_damaged_policy_files()
    {
        // The date is no seed: a run that fails must fail again.
        var outcomes = Enumerable.Range(0, Cases).AsParallel().Select(number => (Number: number, Outcome: Run(number))).ToList();
        var failures = outcomes.Where(each => each.Outcome is not ("accepted" or "refused")).OrderBy(each => each.Number).ToList();

        Assert.True(failures.Count == 0, string.Join('\n', failures.Take(5).Select(each => $"case {each.Number}: {each.Outcome}")));
        Assert.Contains(outcomes, each => each.Outcome == "accepted");
        Assert.Contains(outcomes, each => each.Outcome == "refused");
    }

    private static string Run(int number)
    {
        var text = new Mutator(number).Mutate(PolicyFileTests.Whole, PolicyFileTests.Whole);
        try
        {
            switch (PolicyText.Read(Encoding.UTF8.GetBytes(text)))
            {
                case PolicyReading.Accepted(var configuration):
                    foreach (var profile in configuration.ProfileNames)
                    {
                        _ = configuration.SetOf(profile);
                    }

                    foreach (var name in configuration.Admission.Namespaces.Keys.Prepend("sandbox").Append(null))
                    {
                        var facts = name is null ? null : configuration.Admission.Namespaces.GetValueOrDefault(name);
                        _ = configuration.Admission.ModeOf("latest-tag", name, facts, AdmissionOperation.Create);
                    }

                    return configuration.HasProfile(configuration.Profile) ? "accepted" : "a profile that there is not";
                case PolicyReading.Refused(var problems):
                    var lines = text.Split('\n');
                    return problems.Count == 0 ? "refused for nothing"
                        : problems.FirstOrDefault(problem => problem.Line < 1 || problem.Line > lines.Length
                            || problem.Column < 1 || problem.Column > lines[problem.Line - 1].Length + 1) is { } astray ? $"outside of the file: {astray}"
                        : problems.FirstOrDefault(problem => problem.Message.Any(char.IsControl)) is { } unclean ? $"a control character: {unclean}"
                        : "refused";
                default:
                    return "neither";
            }
        }
#pragma warning disable CA1031 // That nothing escapes is what is tested.
        catch (Exception exception)
        {
            return exception.ToString();
        }
#pragma warning restore CA1031
    }
}
