using System.Text;
using SelfHealGitOps.Policy;
using SelfHealGitOps.Schemas;
using Xunit;

namespace SelfHealGitOps.Tests.Schemas;

public sealed class SchemaTableTests
{
    private static readonly SchemaTable Table = SchemaTable.Kubernetes;

    /// <summary>Kinds, with the first and the last version that serves them; 0 where it is still served.</summary>
    public static TheoryData<string, string, int, int> Lives => new()
    {
        { "v1", "Pod", 16, 0 },
        { "apps/v1", "Deployment", 16, 0 },
        { "batch/v1", "CronJob", 21, 0 },
        { "batch/v1beta1", "CronJob", 16, 24 },
        { "policy/v1beta1", "PodSecurityPolicy", 16, 24 },
        { "networking.k8s.io/v1beta1", "Ingress", 16, 21 },
        { "autoscaling/v2", "HorizontalPodAutoscaler", 23, 0 },
        { "flowcontrol.apiserver.k8s.io/v1beta3", "FlowSchema", 26, 31 },
        { "resource.k8s.io/v1", "ResourceClaim", 34, 0 },
        { "apiextensions.k8s.io/v1", "CustomResourceDefinition", 16, 0 },
        { "apiregistration.k8s.io/v1", "APIService", 16, 0 },
    };

    [Theory]
    [MemberData(nameof(Lives))]
    public void Knows_a_kind_from_its_first_version_to_its_last(string apiVersion, string kind, int first, int last)
    {
        foreach (var minor in SchemaCheck.KnownVersions)
        {
            Assert.Equal(minor >= first && (last == 0 || minor <= last), Find(apiVersion, kind, minor) >= 0);
        }
    }

    [Fact]
    public void Knows_every_version_up_to_the_one_that_retired_versions_are_known_for()
    {
        Assert.Equal(Enumerable.Range(16, RetiredApi.NewestKnown - 15), SchemaCheck.KnownVersions);
        Assert.Equal(RetiredApi.NewestKnown, Table.Nearest(KubernetesVersion.Latest));
        Assert.Equal(RetiredApi.NewestKnown, Table.Nearest(KubernetesVersion.V1(99)));
        Assert.Equal(25, Table.Nearest(KubernetesVersion.V1(25)));
        Assert.Equal(16, Table.Nearest(KubernetesVersion.V1(3)));
    }

    [Theory]
    [InlineData("core.v1.PodSpec", "hostUsers", 25, 99)]
    [InlineData("core.v1.PodSpec", "containers", 16, 99)]
    [InlineData("core.v1.PodSpec", "setHostnameAsFQDN", 19, 99)]
    [InlineData("meta.v1.ObjectMeta", "clusterName", 16, 24)]
    [InlineData("core.v1.Container", "resizePolicy", 27, 99)]
    [InlineData("apps.v1.StatefulSetSpec", "minReadySeconds", 22, 99)]
    public void Knows_a_field_from_its_first_version_to_its_last(string type, string field, int first, int last)
    {
        foreach (var minor in SchemaCheck.KnownVersions)
        {
            Assert.Equal(minor >= first && minor <= last, Table.FindField(Type(type), Encoding.UTF8.GetBytes(field), minor) >= 0);
        }
    }

    [Fact]
    public void Says_when_a_field_is_required()
    {
        static bool IsRequired(string type, string field, int minor) =>
            Table.Field(Table.FindField(Type(type), Encoding.UTF8.GetBytes(field), minor)).IsRequired;
        Assert.True(IsRequired("core.v1.PodSpec", "containers", 36));
        Assert.False(IsRequired("core.v1.Container", "image", 36));
        Assert.True(IsRequired("apps.v1.StatefulSetSpec", "serviceName", 32));
        Assert.False(IsRequired("apps.v1.StatefulSetSpec", "serviceName", 33));
    }

    [Fact]
    public void Its_rows_are_in_the_order_that_looking_up_relies_on()
    {
        var table = Encoding.UTF8.GetString(File.ReadAllBytes(Path.Combine(Checkout.Root, "shared", "Schemas", "kubernetes.txt"))).Split('\n');
        var kinds = table.Where(line => line.StartsWith("kind ", StringComparison.Ordinal)).Select(line => string.Join(' ', line.Split(' ')[1..3])).ToList();
        Assert.Equal(kinds.Order(StringComparer.Ordinal), kinds);
        Assert.Equal(kinds.Distinct(), kinds);
        foreach (var type in string.Join('\n', table).Split("\ntype ")[1..])
        {
            var fields = type.Split('\n')[1..].Where(line => line.Length > 0).Select(line => line.Split(' ')[1].TrimEnd('!')).ToList();
            Assert.Equal(fields.Order(StringComparer.Ordinal), fields);
        }
    }

    [Fact]
    public void No_field_has_two_rows_that_are_true_of_one_version()
    {
        for (var shape = 0; Table.Shape(shape).Shape == SchemaShape.Object; shape++)
        {
            ref readonly var row = ref Table.Shape(shape);
            for (var field = row.FirstField; field < row.FirstField + row.FieldCount; field++)
            {
                var versions = Table.Field(field).Versions;
                Assert.NotEqual(0UL, versions);
                for (var other = field + 1; other < row.FirstField + row.FieldCount && Table.Name(other).SequenceEqual(Table.Name(field)); other++)
                {
                    Assert.Equal(0UL, versions & Table.Field(other).Versions);
                }
            }
        }
    }

    /// <summary>What a move calls the same fields has them: all that there were, in their shapes, and none that is newly wanted.</summary>
    [Fact]
    public void Retired_versions_that_are_said_to_have_the_same_fields_as_their_successors_have_them()
    {
        var differences = new List<string>();
        var compared = 0;
        foreach (var api in RetiredApi.List.Where(api => api.Move is ApiMove.SameFields or ApiMove.DisruptionBudget && api.To is not null))
        {
            foreach (var kind in api.Kinds.Split(' '))
            {
                // At the last version that serves the old one, against the first from then on that serves the new one.
                var old = SchemaCheck.KnownVersions.LastOrDefault(minor => Find(api.From, kind, minor) >= 0);
                var now = SchemaCheck.KnownVersions.FirstOrDefault(minor => minor >= old && Find(api.To!, kind, minor) >= 0);
                if (old == 0 || now == 0)
                {
                    continue;
                }

                compared++;
                Compare(Find(api.From, kind, old), old, Find(api.To!, kind, now), now, $"{api.From} {kind} -> {api.To}", differences, []);
            }
        }

        Assert.True(differences.Count == 0, string.Join('\n', differences));
        Assert.True(compared > 50, $"only {compared} compared");
    }

    [Fact]
    public void A_retired_version_is_in_the_table_until_it_is_removed_and_its_successor_from_the_version_said()
    {
        foreach (var api in RetiredApi.List)
        {
            foreach (var kind in api.Kinds.Split(' '))
            {
                var served = SchemaCheck.KnownVersions.Where(minor => Find(api.From, kind, minor) >= 0).ToList();
                if (served.Count > 0)
                {
                    Assert.True(Math.Min(api.Removed ?? 99, RetiredApi.NewestKnown + 1) == served[^1] + 1, $"{api.From} {kind}: served until v1.{served[^1]}");
                }

                if (api.To is { } to && api.Move != ApiMove.OtherKind)
                {
                    var since = SchemaCheck.KnownVersions.FirstOrDefault(minor => Find(to, kind, minor) >= 0);
                    Assert.True(since == Math.Max(api.ToSince, 16), $"{to} {kind}: served since v1.{since}");
                }
            }
        }
    }

    private static void Compare(int a, int aMinor, int b, int bMinor, string path, List<string> differences, HashSet<int> seen)
    {
        var (old, now) = (Table.Shape(a), Table.Shape(b));
        if (a == b)
        {
            // One type, used by both: how it changed from version to version is not a matter of the move.
            return;
        }

        if (old.Shape != now.Shape)
        {
            differences.Add($"{path}: {Table.Describe(a)}, now {Table.Describe(b)}");
            return;
        }

        if (old.Shape is SchemaShape.List or SchemaShape.Map)
        {
            Compare(old.Element, aMinor, now.Element, bMinor, path + "[]", differences, seen);
        }
        else if (old.Shape == SchemaShape.Object && seen.Add(a))
        {
            for (var field = old.FirstField; field < old.FirstField + old.FieldCount; field++)
            {
                if (!Table.IsAt(field, aMinor))
                {
                    continue;
                }

                var name = Encoding.UTF8.GetString(Table.Name(field));
                var same = Table.FindField(now, Table.Name(field), bMinor);

                // What stands in status is written by the cluster, not in files.
                if (name is "status" or "metadata")
                {
                    continue;
                }

                if (same < 0)
                {
                    differences.Add($"{path}.{name}: gone");
                    continue;
                }

                Compare(Table.Field(field).Shape, aMinor, Table.Field(same).Shape, bMinor, $"{path}.{name}", differences, seen);
            }

            for (var field = now.FirstField; field < now.FirstField + now.FieldCount; field++)
            {
                var before = Table.FindField(old, Table.Name(field), aMinor);
                if (Table.IsAt(field, bMinor) && Table.Field(field).IsRequired && (before < 0 || !Table.Field(before).IsRequired))
                {
                    differences.Add($"{path}.{Encoding.UTF8.GetString(Table.Name(field))}: newly required");
                }
            }
        }
    }

    private static int Find(string apiVersion, string kind, int minor) => Table.Find(Encoding.UTF8.GetBytes(apiVersion), Encoding.UTF8.GetBytes(kind), minor);

    private static ShapeRow Type(string name)
    {
        for (var shape = 0; ; shape++)
        {
            if (Encoding.UTF8.GetString(Table.Name(Table.Shape(shape))) == name)
            {
                return Table.Shape(shape);
            }
        }
    }
}
