using System.Text.Json.Nodes;
using SelfHealGitOps.Tests;
using SelfHealGitOps.Webhook.Tests.Bypass;
using Xunit;

namespace SelfHealGitOps.Webhook.Tests.Proof;

/// <summary>The id by which people speak of a refusal: the same for the same, another for anything else.</summary>
public sealed class FixIdTests
{
    [CorporaFact("repos")]
    public void The_same_object_has_the_same_id_under_another_uid_user_replica_and_order_of_keys()
    {
        var policy = Reviewing.Policy("all");
        var random = new Random(4);
        using var one = new Reviewing();
        foreach (var each in CorporaObject.All.Where(each => each.HasType).Where((_, i) => i % 7 == 0))
        {
            using var other = new Reviewing();
            var shuffled = new Bypass.JsonScribe(random, shuffles: true, escapesOneIn: 10, twinsOneIn: 0).Write(each.Root);

            var id = one.Ask(each.Question.ToBytes(), policy, mutates: false).FixId;
            var again = each.Question with { Object = shuffled, Uid = "another", User = "bob", DryRun = true };
            Assert.Equal(id, other.Ask(again.ToBytes(), Reviewing.Policy("all"), mutates: false).FixId);
        }
    }

    [Fact]
    public void Other_findings_and_other_objects_have_other_ids()
    {
        var policy = Reviewing.Policy("pss-restricted");
        var ids = new Dictionary<string, string>();
        foreach (var poison in PodPoisons.All)
        {
            foreach (var name in (string[])["web", "web-2"])
            {
                foreach (var kind in (string[])["v1/Pod", "apps/v1/Deployment"])
                {
                    foreach (var @namespace in (string?[])["shop", "attic"])
                    {
                        var spec = Objects.RestrictedSpec();
                        poison.Apply(spec);
                        var answer = Reviewing.Validate(Question.Create(Objects.Holder(kind, 0, spec, name)) with { Namespace = @namespace }, policy);
                        var what = $"{kind} {@namespace}/{name}: {string.Join(", ", answer.Causes.Select(cause => $"{cause.Rule} {WithoutIndex(cause.Pointer)}").Order())}";
                        Assert.True(ids.TryAdd(answer.FixId!, what) || ids[answer.FixId!] == what, $"{answer.FixId} is of {what} and of {ids[answer.FixId!]}");
                        Assert.Matches("^d-[0-9a-f]{10}$", answer.FixId);
                        Assert.Contains(answer.FixId!, answer.Message, StringComparison.Ordinal);
                    }
                }
            }
        }

        Assert.True(ids.Count > PodPoisons.All.Count * 4, $"only {ids.Count} ids");
    }

    /// <summary>Elements count by their names; those of the poisons are alike.</summary>
    private static string WithoutIndex(string pointer) => string.Join('/', pointer.Split('/').Select(step => step.All(char.IsAsciiDigit) ? "" : step));

    [Fact]
    public void Order_of_violations_and_of_containers_is_no_difference()
    {
        var policy = Reviewing.Policy("pss-baseline");
        JsonObject[] containers =
        [
            Objects.Parse("""{"name": "a", "image": "x:1", "securityContext": {"privileged": true}}"""),
            Objects.Parse("""{"name": "b", "image": "x:1", "ports": [{"containerPort": 80, "hostPort": 80}]}"""),
        ];

        string? Id(params int[] order)
        {
            var spec = Objects.RestrictedSpec();
            spec["containers"] = new JsonArray([.. order.Select(i => containers[i].DeepClone())]);
            return Reviewing.Validate(Question.Create(Objects.Pod(spec)), policy).FixId;
        }

        Assert.NotNull(Id(0, 1));
        Assert.Equal(Id(0, 1), Id(1, 0));
        Assert.NotEqual(Id(0, 1), Id(0));
    }
}
