using System.Text;
using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;
using SelfHealGitOps.Rules;
using Xunit;
using Xunit.Abstractions;

namespace SelfHealGitOps.Tests.Fuzz;

/// <summary>
/// Reader, rules and editor over damaged documents: nothing is thrown, whatever comes out parses, a second run changes
/// nothing, no finding is new. Every case is a number, and says the same again.
/// </summary>
public sealed class FuzzTests(ITestOutputHelper output)
{
    private static readonly int Cases = int.TryParse(Environment.GetEnvironmentVariable("FUZZ_CASES"), out var cases) ? cases : 2000;

    private static readonly string[] Seeds = [.. Directory
        .EnumerateFiles(Path.Combine(Checkout.Root, "tests", "shared"), "*.yaml", SearchOption.AllDirectories)
        .Order(StringComparer.Ordinal)
        .Select(File.ReadAllText)];

    [Fact]
    public void Nothing_escapes_over_damaged_documents()
    {
        // The date is no seed: a run that fails must fail again.
        var failures = Enumerable.Range(0, Cases).AsParallel()
            .Select(number => (Number: number, Complaint: Run(number)))
            .Where(each => each.Complaint is not null)
            .OrderBy(each => each.Number)
            .ToList();
        output.WriteLine($"{Cases} cases, {failures.Count} failures");
        Assert.True(failures.Count == 0, string.Join('\n', failures.Take(10).Select(each => $"case {each.Number}: {each.Complaint}")));
    }

    internal static string TextOf(int number) =>
        new Mutator(number).Mutate(Seeds[number % Seeds.Length], Seeds[(number * 31 + 7) % Seeds.Length]);

    private static string? Run(int number)
    {
        var bytes = Encoding.UTF8.GetBytes(TextOf(number));
        try
        {
            return Check(new SourceText("fuzz.yaml", bytes));
        }
#pragma warning disable CA1031 // That nothing escapes is what is tested.
        catch (Exception exception)
        {
            return exception.ToString();
        }
#pragma warning restore CA1031
    }

    private static string? Check(SourceText source)
    {
        var before = new FileJudge(new RuleSet(Catalogue.All), PolicySettings.Default).Judge(source, isNamed: true);
        var mender = new FileMender(new RuleSet(Catalogue.All), PolicySettings.Default);
        var mended = mender.Mend(source, Safety.Review, isNamed: true);
        if (mended.Remaining.Problems.Count != before.Problems.Count)
        {
            return $"problems before {before.Problems.Count}, after {mended.Remaining.Problems.Count}";
        }

        if (mended.Remaining.Findings.FirstOrDefault(finding => finding.Refusal?.Code == RefusalCode.Unverified && !Uncovered.IsWhy(finding)) is { } unverified)
        {
            return $"{unverified.Rule.Id} at {unverified.Pointer}: {unverified.Refusal!.Message}";
        }

        var known = before.Findings.Select(finding => finding.Key).ToHashSet();
        if (mended.Remaining.Findings.FirstOrDefault(finding => !finding.Rule.IsOfLayout && !known.Contains(finding.Key)) is { } added)
        {
            return $"new finding {added.Rule.Id} at {added.Pointer}";
        }

        var again = mender.Mend(new SourceText(source.File, mended.Bytes), Safety.Review, isNamed: true);
        return again.IsChanged ? $"a second run changes it again: {again.Fixed[0].Rule.Id} at {again.Fixed[0].Pointer}" : null;
    }
}
