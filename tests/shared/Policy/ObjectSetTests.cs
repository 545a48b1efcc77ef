using System.Text;
using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;
using Xunit;

namespace SelfHealGitOps.Tests.Policy;

/// <summary>Whatever a set is asked, its indices answer as a search through all objects would.</summary>
public sealed class ObjectSetTests
{
    private static readonly string[] Namespaces = ["", "default", "shop"];
    private static readonly string[] Words = ["a", "b", "c"];
    private static readonly string[] Kinds =
    [
        "apps/v1/Deployment", "v1/Pod", "batch/v1/CronJob", "v1/Service", "serving.knative.dev/v1/Service", "v1/Secret",
        "networking.k8s.io/v1/NetworkPolicy", "rbac.authorization.k8s.io/v1/ClusterRole", "autoscaling/v2/HorizontalPodAutoscaler",
    ];

    [Fact]
    public void Answers_as_a_search_through_all_objects()
    {
        for (var seed = 0; seed < 150; seed++)
        {
            var random = new Random(seed);
            var files = Enumerable.Range(0, 4).Select(i => Read($"{i}.yaml", Objects(random))).ToList();
            var set = ObjectSet.Of(files.SelectMany(file => file));
            Compare(seed, set, [.. files.SelectMany(file => file)], random);

            var changed = Read("1.yaml", Objects(random));
            Compare(seed, set.With("1.yaml", changed), [.. files[0], .. changed, .. files[2], .. files[3]], random);

            var added = Read("new.yaml", Objects(random));
            Compare(seed, set.With("new.yaml", added), [.. files.SelectMany(file => file), .. added], random);
            Compare(seed, set.With("1.yaml", added).With("1.yaml", changed), [.. files[0], .. changed, .. files[2], .. files[3]], random);
            Compare(seed, set.With("1.yaml", changed).With("new.yaml", added), [.. files[0], .. changed, .. files[2], .. files[3], .. added], random);
            Compare(seed, set.With("2.yaml", []).With("1.yaml", []), [.. files[0], .. files[3]], random);
        }
    }

    [Fact]
    public void An_empty_set_answers_too() => Compare(0, ObjectSet.Empty, [], new Random(0));

    private static void Compare(int seed, ObjectSet set, List<SetObject> all, Random random)
    {
        var asked = Read("asked.yaml", string.Concat(Enumerable.Range(0, 6).Select(_ => $"---\napiVersion: v1\nkind: X\nlabels: {Labels(random)}\nselector: {Selector(random)}\n")));
        foreach (var kind in Kinds.Select(kind => kind.Split('/')[^1]).Append("Nothing").Distinct())
        {
            Same($"{seed}: all {kind}", set.OfKind(kind), all.Where(each => each.Kind == kind));
            foreach (var name in Words)
            {
                Same($"{seed}: {kind} {name}", set.Named(kind, name), all.Where(each => each.Kind == kind && each.Name == name));
                foreach (var place in Namespaces)
                {
                    Same($"{seed}: {kind} {place}/{name}", set.Named(kind, place, name), all.Where(each => each.Kind == kind && each.Namespace == place && each.Name == name));
                    Same($"{seed}: {kind} of {place}", set.OfKindIn(kind, place), all.Where(each => each.Kind == kind && each.Namespace == place));
                }
            }
        }

        var pods = all.SelectMany(each => each.Pods.Select(pod => new SetPod(each, pod))).ToList();
        Same($"{seed}: pods", set.Pods, pods);
        foreach (var root in asked.Select(each => each.Root))
        {
            var (labels, wanted) = (root[Name.Labels], LabelSelector.Of(root[Name.Selector]));
            Same($"{seed}: pods matching {wanted}", set.PodsMatching(null, wanted), pods.Where(pod => wanted.Matches(pod.Labels)));
            Same($"{seed}: services matching {wanted}", set.ServicesMatching(null, wanted), all.Where(each => each is { Kind: "Service", Group: "" } && wanted.Matches(each.Labels)));
            Same($"{seed}: roles matching {wanted}", set.ClusterRolesMatching(wanted), all.Where(each => each.Kind == "ClusterRole" && wanted.Matches(each.Labels)));
            foreach (var place in Namespaces)
            {
                Same($"{seed}: pods of {place}", set.PodsIn(place), pods.Where(pod => pod.Owner.Namespace == place));
                Same($"{seed}: pods of {place} matching {wanted}", set.PodsMatching(place, wanted), pods.Where(pod => pod.Owner.Namespace == place && wanted.Matches(pod.Labels)));
                Same($"{seed}: services of {place} matching {wanted}", set.ServicesMatching(place, wanted), all.Where(each => each is { Kind: "Service", Group: "" } && each.Namespace == place && wanted.Matches(each.Labels)));
                Same(
                    $"{seed}: workloads of {place} matching {wanted}",
                    set.WorkloadsMatching(place, wanted),
                    all.Where(each => each.HasPod && each.Namespace == place && each.SelectedLabels.Exists && wanted.Matches(each.SelectedLabels)));
                Same(
                    $"{seed}: policies of {place} on {Text(labels)}",
                    set.NetworkPoliciesOn(place, labels),
                    all.Where(each => each.Kind == "NetworkPolicy" && each.Namespace == place && LabelSelector.Of(each.Root[Name.Spec][Name.PodSelector]).Matches(labels)));
                foreach (var name in Words)
                {
                    Same($"{seed}: workloads {place}/{name}", set.WorkloadsNamed(place, name), all.Where(each => each.HasPod && each.Namespace == place && each.Name == name));
                    Same(
                        $"{seed}: scalers of {place}/{name}",
                        set.ScalersOf(place, name),
                        all.Where(each => each.Kind == "HorizontalPodAutoscaler" && each.Namespace == place && each.Root[Name.Spec][Name.ScaleTargetRef][Name.Name].Text == name));
                }
            }
        }
    }

    private static void Same(string question, IEnumerable<SetPod> seen, IEnumerable<SetPod> wanted) =>
        Same(question, seen.Select(pod => pod.Owner), wanted.Select(pod => pod.Owner));

    /// <summary>Which ones, not in which order: the file that has changed comes first. None may be missing or come twice.</summary>
    private static void Same(string question, IEnumerable<SetObject> seen, IEnumerable<SetObject> wanted)
    {
        static IEnumerable<string> Places(IEnumerable<SetObject> objects) =>
            objects.Select(each => $"{each.File}#{each.Root.Document.Index} {each.Identity} {each.Root[Name.Metadata]["mark"].Text}").Order(StringComparer.Ordinal);
        var (left, right) = (string.Join('\n', Places(seen)), string.Join('\n', Places(wanted)));
        Assert.True(left == right, $"{question}\nseen:\n{left}\nwanted:\n{right}");
    }

    private static List<SetObject> Read(string file, string text) =>
        [.. FileReading.Read(new ManifestReader(), new SourceText(file, Encoding.UTF8.GetBytes(text)), isNamed: true).Objects];

    private static string Objects(Random random) => string.Concat(Enumerable.Range(0, random.Next(7)).Select(_ =>
    {
        var kind = random.GetItems(Kinds, 1)[0];
        var slash = kind.LastIndexOf('/');
        var place = random.GetItems(Namespaces, 1)[0];
        return $$"""
            ---
            apiVersion: {{kind[..slash]}}
            kind: {{kind[(slash + 1)..]}}
            metadata:
              name: {{Word(random)}}{{(place.Length > 0 ? $"\n  namespace: {place}" : "")}}
              labels: {{Labels(random)}}
              mark: {{random.Next()}}
            spec:
              selector: {{Selector(random)}}
              podSelector: {{Selector(random)}}
              scaleTargetRef:
                name: {{Word(random)}}
              template:
                metadata:
                  labels: {{Labels(random)}}
              jobTemplate:
                spec:
                  template:
                    metadata:
                      labels: {{Labels(random)}}

            """;
    }));

    private static string Word(Random random) => random.GetItems(Words, 1)[0];

    private static string Labels(Random random) =>
        random.Next(8) == 0 ? "null" : $"{{{string.Join(", ", Words.Where(_ => random.Next(2) == 0).Select(key => $"{key}: {Value(random)}"))}}}";

    private static string Value(Random random) => random.Next(9) == 0 ? "null" : random.Next(9) == 0 ? "\"\"" : Word(random);

    private static string Selector(Random random) => random.Next(8) switch
    {
        0 => "null",
        1 => "{}",
        2 => "{matchLabels: [a]}",
        _ => $"{{matchLabels: {Labels(random)}, matchExpressions: [{string.Join(", ", Enumerable.Range(0, random.Next(3)).Select(_ => Expression(random)))}]}}",
    };

    private static string Expression(Random random) => $"{{key: {Word(random)}, " + random.Next(6) switch
    {
        0 => "operator: Exists}",
        1 => "operator: DoesNotExist}",
        2 => $"operator: NotIn, values: [{Value(random)}]}}",
        3 => "operator: Unknown}",
        _ => $"operator: In, values: [{Value(random)}, {Value(random)}]}}",
    };

    private static string Text(Field labels)
    {
        var pairs = new List<string>();
        foreach (var label in labels.Entries)
        {
            pairs.Add($"{label.Key}={label.Value.Text}");
        }

        return string.Join(", ", pairs);
    }
}
