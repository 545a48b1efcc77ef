using System.Collections.Frozen;
using System.Globalization;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using SelfHealGitOps.Bot.Schedule;
using SelfHealGitOps.Bot.Tests.ArgoCd;
using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;
using Xunit;

namespace SelfHealGitOps.Bot.Tests.Schedule;

/// <summary>
/// One more consumer, replica, Service or Ingress never lowers a blast radius that is computed from objects: of files, and
/// of a cluster whose controllers have kept up with them.
/// </summary>
public class GraphMonotoneTests
{
    private static readonly Edit Anything = new Edit.Set(FieldPath.Root.Key("spec").Key("template").Key("spec").Key("x"), 1);

    private static readonly string[] Targets = ["ConfigMap settings", "ServiceAccount robot", "Service s0", "PodDisruptionBudget b0", "Deployment w0", "Namespace shop"];

    private static readonly string[] Apps = ["web", "api", "db"];

    private static Gen<Workload> Workloads { get; } =
        from app in Gen.Elements(Apps)
        from kind in Gen.Frequency((6, Gen.Constant("Deployment")), (2, Gen.Constant("StatefulSet")), (1, Gen.Constant("DaemonSet")))
        from replicas in Gen.Frequency((4, Gen.Choose(0, 6)), (1, Gen.Choose(7, 30)))
        from down in Gen.Frequency((4, Gen.Constant(0)), (1, Gen.Choose(1, 2)))
        from usesSettings in Gen.Elements(true, false)
        from usesRobot in Gen.Elements(true, false)
        select new Workload(app, kind, replicas, Math.Min(down, replicas), usesSettings, usesRobot);

    private static Gen<Budgeted> Budgets { get; } =
        from app in Gen.Elements([.. Apps, "*"])
        from field in Gen.Elements("minAvailable", "maxUnavailable")
        from value in Gen.Elements("0", "1", "2", "3", "8", "25%", "50%", "100%")
        select new Budgeted(app, field, value);

    private static Gen<World> Worlds { get; } =
        from first in Workloads
        from workloads in Workloads.ArrayOf()
        from budgets in Budgets.ArrayOf()
        from services in Gen.Elements(Apps).ArrayOf()
        from ingresses in Gen.Choose(0, 3).ArrayOf()
        select new World([first with { Kind = "Deployment" }, .. workloads.Take(5)], [.. budgets.Take(3)], [.. services.Take(3)], [.. ingresses.Take(3)]);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void One_more_of_anything_never_lowers_it(bool isDeclared) => Prop.ForAll((from world in Worlds from added in Workloads select (world, added)).ToArbitrary(), pair =>
    {
        var before = Scores(pair.world, isDeclared);
        foreach (var (what, more) in More(pair.world, pair.added))
        {
            var after = Scores(more, isDeclared);
            foreach (var target in before.Keys)
            {
                Assert.True(after[target] >= before[target], $"{target} fell from {before[target]} to {after[target]} by {what}:\n{Yaml(pair.world, isDeclared)}");
            }
        }

        return true;
    }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("minAvailable", "2")]
    [InlineData("minAvailable", "50%")]
    [InlineData("maxUnavailable", "1")]
    [InlineData("maxUnavailable", "50%")]
    [InlineData("maxUnavailable", "100%")]
    public void A_replica_never_lowers_it_however_many_there_are(string field, string value)
    {
        foreach (var isDeclared in new[] { true, false })
        {
            var scores = Enumerable.Range(0, 40)
                .Select(count => Scores(new([new("web", "Deployment", count, 0, true, true)], [new("web", field, value)], [], []), isDeclared)["Deployment w0"]).ToList();
            Assert.Equal(scores.Order(), scores);
        }
    }

    [Fact]
    public void A_consumer_with_room_to_spare_lends_none_to_another()
    {
        var one = new World([new("web", "Deployment", 2, 0, true, true)], [new("web", "minAvailable", "2")], [], []);
        var two = one with { Workloads = [.. one.Workloads, new("api", "Deployment", 5, 0, true, true)] };
        Assert.True(Scores(two, isDeclared: true)["ConfigMap settings"] > Scores(one, isDeclared: true)["ConfigMap settings"]);
        Assert.Equal(new Disruption(0, HasUnguarded: true), GraphOf(two, isDeclared: true, "ConfigMap settings").Disruption);
    }

    private static IEnumerable<(string What, World World)> More(World world, Workload added)
    {
        for (var i = 0; i < world.Workloads.Count; i++)
        {
            var at = i;
            yield return ($"a replica of w{i}", world with { Workloads = [.. world.Workloads.Select((each, n) => n == at ? each with { Replicas = each.Replicas + 1 } : each)] });
        }

        yield return ($"the workload {added}", world with { Workloads = [.. world.Workloads, added] });
        yield return ("a Service", world with { Services = [.. world.Services, added.App] });
        yield return ("an Ingress", world with { Ingresses = [.. world.Ingresses, 0] });
    }

    private static Dictionary<string, int> Scores(World world, bool isDeclared)
    {
        var set = SetOf(world, isDeclared);
        return Targets.Where(target => Find(set, target) is not null).ToDictionary(target => target, target => BlastRadius.Of(Changes.Lightest with
        {
            Kinds = [ChangeKind.Configuration],
            Namespace = NamespaceClass.Production,
            Live = GraphOf(set, isDeclared, target),
            IsDeclaredOnly = isDeclared,
        }).Score);
    }

    private static LiveGraph GraphOf(World world, bool isDeclared, string target) => GraphOf(SetOf(world, isDeclared), isDeclared, target);

    private static LiveGraph GraphOf(ObjectSet set, bool isDeclared, string target) => Find(set, target) is not { } found ? LiveGraph.Unknown
        : isDeclared ? DeclaredGraph.Of(set, found, "shop", [Anything])
        : new ObjectGraph(set, ["shop"], FrozenSet<string>.Empty, isDeclared: false).Of(found, found, [Anything]);

    private static SetObject? Find(ObjectSet set, string target) => set.Named(target.Split(' ')[0], target.Split(' ')[1]).FirstOrDefault();

    private static ObjectSet SetOf(World world, bool isDeclared) => ObjectSet.Of(LocatorCase.Objects(Yaml(world, isDeclared)));

    private static string Yaml(World world, bool isDeclared)
    {
        var text = new StringBuilder("""
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: settings, namespace: shop}
            ---
            apiVersion: v1
            kind: ServiceAccount
            metadata: {name: robot, namespace: shop}
            ---
            apiVersion: v1
            kind: Namespace
            metadata: {name: shop}

            """);
        void Add(string document) => text.Append("---\n").Append(document);
        for (var i = 0; i < world.Workloads.Count; i++)
        {
            var each = world.Workloads[i];
            var pod = $"serviceAccountName: {(each.UsesRobot ? "robot" : "other")}, containers: [{{name: c, image: x, envFrom: [{(each.UsesSettings ? "{configMapRef: {name: settings}}" : "")}]}}]";
            var status = isDeclared ? "" : string.Create(CultureInfo.InvariantCulture, $"status: {{replicas: {each.Replicas}, currentNumberScheduled: {each.Replicas}}}\n");
            Add(string.Create(CultureInfo.InvariantCulture, $"""
                apiVersion: apps/v1
                kind: {each.Kind}
                metadata: {"{"}name: w{i}, namespace: shop, uid: u{i}{"}"}
                spec:
                  replicas: {each.Replicas}
                  selector: {"{"}matchLabels: {"{"}app: {each.App}{"}"}{"}"}
                  template: {"{"}metadata: {"{"}labels: {"{"}app: {each.App}{"}"}{"}"}, spec: {"{"}{pod}{"}"}{"}"}
                {status}
                """));
            for (var n = 0; !isDeclared && n < each.Replicas; n++)
            {
                Add(string.Create(CultureInfo.InvariantCulture, $"""
                    apiVersion: v1
                    kind: Pod
                    metadata: {"{"}name: w{i}-{n}, namespace: shop, uid: u{i}-{n}, labels: {"{"}app: {each.App}{"}"}, ownerReferences: [{"{"}uid: u{i}, controller: true{"}"}]{"}"}
                    spec: {"{"}{pod}{"}"}
                    status: {"{"}phase: Running{"}"}

                    """));
            }
        }

        for (var i = 0; i < world.Budgets.Count; i++)
        {
            var each = world.Budgets[i];
            var selector = each.App == "*" ? "{}" : $"{{matchLabels: {{app: {each.App}}}}}";
            Add($"apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {{name: b{i}, namespace: shop}}\nspec: {{{each.Field}: {each.Value}, selector: {selector}}}\n{(isDeclared ? "" : Status(world, each))}");
        }

        for (var i = 0; i < world.Services.Count; i++)
        {
            Add($"apiVersion: v1\nkind: Service\nmetadata: {{name: s{i}, namespace: shop}}\nspec: {{selector: {{app: {world.Services[i]}}}}}\n");
        }

        for (var i = 0; i < world.Ingresses.Count; i++)
        {
            Add($"apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {{name: i{i}, namespace: shop}}\nspec: {{defaultBackend: {{service: {{name: s{world.Ingresses[i]}, port: {{number: 80}}}}}}}}\n");
        }

        return text.ToString();
    }

    /// <summary>As the controller of disruption budgets has it.</summary>
    private static string Status(World world, Budgeted budget)
    {
        var own = world.Workloads.Where(each => budget.App == "*" || each.App == budget.App).ToList();
        var (expected, healthy) = (own.Sum(each => each.Replicas), own.Sum(each => each.Replicas - each.Down));
        var value = budget.Value.EndsWith('%')
            ? (int)Math.Ceiling(int.Parse(budget.Value.TrimEnd('%'), CultureInfo.InvariantCulture) * expected / 100.0)
            : int.Parse(budget.Value, CultureInfo.InvariantCulture);
        var desired = budget.Field == "minAvailable" ? value : Math.Max(0, expected - value);
        return string.Create(CultureInfo.InvariantCulture, $"status: {{expectedPods: {expected}, currentHealthy: {healthy}, desiredHealthy: {desired}, disruptionsAllowed: {Math.Max(0, healthy - desired)}}}\n");
    }

    private sealed record Workload(string App, string Kind, int Replicas, int Down, bool UsesSettings, bool UsesRobot);

    private sealed record Budgeted(string App, string Field, string Value);

    private sealed record World(IReadOnlyList<Workload> Workloads, IReadOnlyList<Budgeted> Budgets, IReadOnlyList<string> Services, IReadOnlyList<int> Ingresses);
}
