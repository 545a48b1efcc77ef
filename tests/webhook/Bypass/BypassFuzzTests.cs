using System.Text.Json.Nodes;
using SelfHealGitOps.Policy;
using Xunit;
using Xunit.Abstractions;

namespace SelfHealGitOps.Webhook.Tests.Bypass;

/// <summary>
/// A mutated object in, "did a privileged pod get in?" out. Cases are numbered; <c>BYPASS_CASES</c> says how many are tried
/// (2,000 unless told otherwise), <c>BYPASS_FROM</c> the first, so that a number in a complaint can be run by itself.
/// </summary>
public sealed class BypassFuzzTests(ITestOutputHelper output)
{
    private static readonly Exemption[] Exempt =
    [
        .. Objects.PodPaths.Keys.Select(key => key[(key.LastIndexOf('/') + 1)..]).Distinct()
            .Select(kind => ExemptionTests.Entry("pss-privileged", kind, "shop", "exempt", container: "nobody")),
        ExemptionTests.Entry("pss-privileged", "Deployment", "attic", "exempt"),
        ExemptionTests.Entry("pss-privileged", "Deployment", "shop", "nobody"),
    ];

    [Theory]
    [InlineData("pss-baseline", true)]
    [InlineData("pss-restricted", true)]
    [InlineData("default", true)]
    [InlineData("pss-baseline", false)]
    [InlineData("pss-restricted", false)]
    public void No_privileged_pod_gets_in(string profile, bool tolerates)
    {
        var policy = Reviewing.Policy(
            profile, new AdmissionSettings { ToleratesOldViolations = tolerates }, PolicySettings.Default with { Exemptions = new(Exempt) });
        var isRestricted = profile == "pss-restricted";
        using var reviewing = new Reviewing();
        var (tried, bad, good) = (0, 0, 0);
        var complaints = new List<string>();
        foreach (var number in Numbers())
        {
            var made = new BypassCase(number);
            tried++;
            var answer = reviewing.Ask(made.Question.ToBytes(), policy, mutates: false);
            if (made.HasTwins)
            {
                if (answer.IsAllowed)
                {
                    complaints.Add($"case {number}: a key twice, and it got in: {made.Question.Object}");
                }

                continue;
            }

            if (!PodOracle.IsDecodable(made.Root))
            {
                continue;
            }

            var wrong = PodOracle.Violations(made.Root, isRestricted);
            if (made.IsUpdate && !made.IsWithoutOld)
            {
                // What was there before is tolerated, or, where the owner says so, only what has not changed at all.
                var before = PodOracle.IsDecodable(made.Old) ? PodOracle.Violations(made.Old, isRestricted) : [];
                wrong.ExceptWith(tolerates || !HasChanged(made.Root, made.Old) ? before : []);
            }

            bad += wrong.Count > 0 ? 1 : 0;
            good += answer.IsAllowed ? 1 : 0;
            if (wrong.Count > 0 && answer.IsAllowed)
            {
                complaints.Add($"case {number}: {string.Join("; ", wrong)} got in by {made.Question.Operation} {made.Question.SubResource}: {made.Question.Object} OLD {made.Question.OldObject}");
            }
        }

        output.WriteLine($"{profile}: {tried} tried, {bad} of them must not get in, {good} were let in");
        Assert.True(complaints.Count == 0, $"{complaints.Count}:\n{string.Join('\n', complaints.Take(10))}");
        Assert.True(tried < 500 || (bad > tried / 5 && good > tried / 20), $"{tried} tried, {bad} bad, {good} let in: the cases have become one-sided");
    }

    [Theory]
    [InlineData("pss-baseline")]
    [InlineData("pss-restricted")]
    public void Nobody_is_kept_out_whom_the_standard_lets_in(string profile)
    {
        var policy = Reviewing.Policy(profile);
        using var reviewing = new Reviewing();
        var complaints = new List<string>();
        foreach (var number in Numbers())
        {
            var made = new BypassCase(number);
            if (made.HasTwins || !PodOracle.IsDecodable(made.Root) || PodOracle.Violations(made.Root, profile == "pss-restricted").Count > 0)
            {
                continue;
            }

            var answer = reviewing.Ask(made.Question.ToBytes(), policy, mutates: false);
            if (!answer.IsAllowed)
            {
                complaints.Add($"case {number}: {answer.Problem ?? string.Join("; ", answer.Causes)}: {made.Question.Object}");
            }
        }

        Assert.True(complaints.Count == 0, $"{complaints.Count}:\n{string.Join('\n', complaints.Take(10))}");
    }

    [Fact]
    public void No_correction_makes_a_pod_worse()
    {
        using var reviewing = new Reviewing();
        var policy = MutationTests.CorrectingAll("all");
        var complaints = new List<string>();
        foreach (var number in Numbers().Where(number => number % 4 == 0))
        {
            var made = new BypassCase(number);
            if (made.HasTwins || reviewing.Ask(made.Question.ToBytes(), policy, mutates: true).Patch is not { } patch)
            {
                continue;
            }

            var mended = MutationTests.Apply(patch, made.Root);
            var worse = PodOracle.Violations(mended, isRestricted: true).Except(PodOracle.Violations(made.Root, isRestricted: true)).ToList();
            if (PodOracle.IsDecodable(made.Root) && (worse.Count > 0 || !PodOracle.IsDecodable(mended)))
            {
                complaints.Add($"case {number}: {string.Join("; ", worse)} after {patch} on {made.Question.Object}");
            }

            // On CREATE alone is the next request the same but for the patch.
            if (!made.IsUpdate && reviewing.Ask((made.Question with { Object = mended.ToJsonString() }).ToBytes(), policy, mutates: true).Patch is { } again)
            {
                complaints.Add($"case {number}: corrected again with {again} after {patch} on {made.Question.Object}");
            }
        }

        Assert.True(complaints.Count == 0, $"{complaints.Count}:\n{string.Join('\n', complaints.Take(10))}");
    }

    private static bool HasChanged(JsonObject root, JsonObject old)
    {
        return !JsonNode.DeepEquals(Without(root), Without(old));

        static JsonNode? Without(JsonNode? node)
        {
            return Clean(node, isRoot: true);
        }

        static JsonNode? Clean(JsonNode? node, bool isRoot) => node switch
        {
            JsonObject map => new JsonObject(map
                .Where(pair => pair.Value is not null && !(isRoot && pair.Key is "metadata" or "status"))
                .Select(pair => KeyValuePair.Create(pair.Key, Clean(pair.Value, isRoot: false)))),
            JsonArray list => new JsonArray([.. list.Select(each => Clean(each, isRoot: false))]),
            _ => node?.DeepClone(),
        };
    }

    private static IEnumerable<int> Numbers()
    {
        var count = int.TryParse(Environment.GetEnvironmentVariable("BYPASS_CASES"), out var cases) ? cases : 2_000;
        return Enumerable.Range(int.TryParse(Environment.GetEnvironmentVariable("BYPASS_FROM"), out var from) ? from : 1, count);
    }
}
