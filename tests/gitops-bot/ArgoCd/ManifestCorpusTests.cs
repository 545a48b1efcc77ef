using System.Text;
using System.Text.Json.Nodes;
using SelfHealGitOps.Bot.ArgoCd;
using SelfHealGitOps.Bot.Detect;
using SelfHealGitOps.Policy;
using Xunit;
using Xunit.Abstractions;

namespace SelfHealGitOps.Bot.Tests.ArgoCd;

/// <summary>Many objects at once: each leads to its own file, or to none.</summary>
public sealed class ManifestCorpusTests(ITestOutputHelper output)
{
    private static readonly string[] WithoutNamespace =
        ["Namespace", "ClusterRole", "ClusterRoleBinding", "PersistentVolume", "StorageClass", "CustomResourceDefinition", "PriorityClass", "Node", "IngressClass"];

    [Fact]
    public void Every_object_of_a_generated_repository_leads_to_its_file()
    {
        using var folder = new TempFolder();
        var random = new Random(7);
        var truth = new List<(SetObject Live, string Application, string File, int Line, bool IsAmbiguous)>();
        var applications = new List<ArgoApplication>();
        for (var a = 0; a < 24; a++)
        {
            var (path, place) = ($"teams/t{a % 5}/app{a}", $"ns{a % 7}");
            var recurses = a % 3 == 0;
            var exclude = a % 4 == 0 ? "old/*" : "";
            for (var i = 0; i < 14; i++)
            {
                // Names repeat between applications, and kinds within one.
                var (kind, name) = (i % 2 == 0 ? "ConfigMap" : "Service", $"thing{i / 2}");
                var isAmbiguous = i % 7 == 3 && recurses;
                var sub = recurses && i % 3 == 0 ? "sub/" : "";
                var text = $"apiVersion: v1\nkind: {kind}\nmetadata:\n  name: {name}\n{(i % 4 == 0 ? "" : $"  namespace: {place}\n")}  labels: {{seed: '{a}-{i}'}}\n";
                var file = $"{path}/{sub}{(i % 5 == 0 ? "shared" : $"f{i}")}.yaml";
                var line = Append(folder, file, text);
                if (isAmbiguous)
                {
                    Append(folder, $"{path}/sub/again{i}.yaml", text);
                }

                // What the application does not read, and another's of the same name, are no choice.
                Append(folder, $"{path}/notes/deep{i}.yaml.txt", text);
                if (exclude.Length > 0)
                {
                    Append(folder, $"{path}/old/f{i}.yaml", text);
                }

                truth.Add((Live(text, place, $"app{a}:/{kind}:{place}/{name}"), $"app{a}", file, line, isAmbiguous));
            }

            applications.Add(new("argocd", $"app{a}", [new(LocatorCase.Url, path, "main", ArgoRendering.Directory) { Recurses = recurses, Exclude = exclude }], new("", "in-cluster", place), null));
        }

        Judge(folder.Root, applications, truth, random);
    }

    [Fact]
    public void Every_object_of_other_peoples_repositories_leads_to_its_file()
    {
        var corpora = Environment.GetEnvironmentVariable("SELFHEAL_CORPORA") is { Length: > 0 } named ? Path.Combine(named, "repos") : "";
        if (!Directory.Exists(corpora))
        {
            output.WriteLine("SELFHEAL_CORPORA names no folder with repos");
            return;
        }

        foreach (var root in Directory.EnumerateDirectories(corpora).Order(StringComparer.Ordinal))
        {
            var index = Index(RealPath.Of(root));
            var declared = index.Files.SelectMany(file => index.File(file)!.Objects.Select(each => (File: file, Object: each)))
                .Where(each => each.Object is { Name.Length: > 0, Identity.HasGeneratedName: false } && each.File.EndsWith("ml", StringComparison.Ordinal)).ToList();
            var truth = new List<(SetObject, string, string, int, bool)>();
            foreach (var (file, each) in declared)
            {
                var place = WithoutNamespace.Contains(each.Kind) ? "" : each.Namespace.Length > 0 ? each.Namespace : "default";
                var twins = declared.Count(other => other.Object.Kind == each.Kind && other.Object.Name == each.Name && other.Object.Group == each.Group
                    && (other.Object.Namespace.Length > 0 ? other.Object.Namespace : "default") == (each.Namespace.Length > 0 ? each.Namespace : "default"));
                try
                {
                    var text = Encoding.UTF8.GetString(File.ReadAllBytes(Path.Combine(root, file)));
                    var json = Yaml.ReadAll(text)[each.Origin.Document] as JsonObject;
                    if (json is not null && each.Origin.Item is null)
                    {
                        truth.Add((Live(json, place, $"all:{each.Group}/{each.Kind}:{(place.Length == 0 ? "default" : place)}/{each.Name}"), "all", file, each.Origin.Line, twins > 1));
                    }
                }
                catch (Exception exception) when (exception is YamlDotNet.Core.YamlException or System.Text.Json.JsonException or ArgumentOutOfRangeException or InvalidOperationException or InvalidCastException)
                {
                    // What the other reader does not read is left out.
                }
            }

            output.WriteLine($"{Path.GetFileName(root)}: {truth.Count} objects of {index.Count}");
            Judge(RealPath.Of(root), [new("argocd", "all", [new(LocatorCase.Url, "", "main", ArgoRendering.Directory) { Recurses = true }], new("", "in-cluster", "default"), null)], truth, new Random(1));
        }
    }

    [Fact]
    public void Ten_thousand_manifests_are_read_once()
    {
        using var folder = new TempFolder();
        for (var i = 0; i < 10_000; i++)
        {
            folder.Write($"deploy/d{i % 100}/f{i}.yaml", LocatorCase.Declared($"web{i}"));
        }

        var files = RepositoryFiles.OfRepository(folder.Root);
        var watch = System.Diagnostics.Stopwatch.StartNew();
        var bytes = files.Files.Sum(file => (long)File.ReadAllBytes(file.FullPath).Length);
        var reading = watch.Elapsed;
        watch.Restart();
        var index = ManifestIndex.Read(files, null, CancellationToken.None);
        var first = watch.Elapsed;
        watch.Restart();
        var now = index.With([index.File("deploy/d0/f0.yaml")! with { Objects = [] }], []);
        Assert.Empty(now.Named("Deployment", "web0"));
        Assert.Single(now.Named("Deployment", "web9999"));
        output.WriteLine(FormattableString.Invariant($"{index.Count} objects, {bytes / 1024} KiB: index {first / reading:0.0} times reading the files, after one changed file {watch.Elapsed / reading:0.00}"));

        Assert.Equal((10_000, 9_999), (index.Count, now.Count));
    }

    private void Judge(string root, IReadOnlyList<ArgoApplication> applications, List<(SetObject Live, string Application, string File, int Line, bool IsAmbiguous)> truth, Random random)
    {
        var locator = new ManifestLocator([new("deploy", [LocatorCase.Url], "main", "main", root, Index(root))], new ArgoApplications.Known(applications), new());
        var (exact, lines, unique, wrong, ambiguous, refused, sure) = (0, 0, 0, new List<string>(), 0, 0, 0);
        var missed = new List<string>();
        foreach (var (live, application, file, line, isAmbiguous) in truth.OrderBy(_ => random.Next()))
        {
            var place = locator.Locate(live, [live.Identity.ToString()], []);
            ambiguous += isAmbiguous ? 1 : 0;
            unique += isAmbiguous ? 0 : 1;
            refused += isAmbiguous && place is ManifestPlace.Unplaced ? 1 : 0;
            if (!isAmbiguous && place is ManifestPlace.Unplaced unplaced)
            {
                missed.Add($"{unplaced.Code}: {unplaced.Why}");
            }

            if (place is ManifestPlace.Placement placed)
            {
                sure += placed.AllowsPullRequest ? 1 : 0;
                exact += !isAmbiguous && placed.Spot.File == file ? 1 : 0;
                lines += !isAmbiguous && placed.Spot.File == file && placed.Spot.Line == line ? 1 : 0;
                if (isAmbiguous || placed.Spot.File != file)
                {
                    wrong.Add($"{live.Identity} of {application}: {placed.Spot} and not {file}");
                }
            }
        }

        output.WriteLine($"{unique} unique: {exact} exact, {lines} to the line, {wrong.Count} wrong, {sure} sure enough for a pull request; {ambiguous} ambiguous: {refused} refused");
        Assert.Empty(wrong);
        Assert.Equal(ambiguous, refused);
        Assert.True(exact >= 0.98 * unique, $"{exact} of {unique}: {string.Join("; ", missed.Take(3))}");
        Assert.True(lines >= 0.90 * unique, $"{lines} lines of {unique}");
    }

    private static ManifestIndex Index(string root) => ManifestIndex.Read(RepositoryFiles.OfRepository(root), null, CancellationToken.None);

    /// <summary>The line where the text begins.</summary>
    private static int Append(TempFolder folder, string file, string text)
    {
        var before = File.Exists(folder[file]) ? folder.Read(file) + "---\n" : "";
        folder.Write(file, before + text);
        return 1 + before.Count(character => character == '\n');
    }

    private static SetObject Live(string text, string place, string id) =>
        Live((JsonObject)Yaml.Read(text), place, id);

    private static SetObject Live(JsonObject json, string place, string id)
    {
        var metadata = json["metadata"]!.AsObject();
        metadata.Remove("namespace");
        if (place.Length > 0)
        {
            metadata["namespace"] = place;
        }

        if (metadata["annotations"] is not JsonObject annotations)
        {
            metadata["annotations"] = annotations = [];
        }

        annotations[TrackingId.Annotation] = id;
        return LiveObjects.Of(json)!;
    }
}
