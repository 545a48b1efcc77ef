using System.Globalization;
using System.Text;
using SelfHealGitOps.Bot.ArgoCd;
using SelfHealGitOps.Bot.Detect;
using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Bot.Tests.ArgoCd;

/// <summary>A repository, the Applications of a cluster, and questions about live objects; all of them as YAML.</summary>
internal sealed class LocatorCase : IDisposable
{
    public const string Url = "https://git.example.com/shop/deploy.git";

    private readonly TempFolder folder = new();
    private readonly List<SetObject> applications = [];

    public string Base { get; set; } = "main";

    public string? DefaultBranch { get; set; } = "main";

    public ArgoSettings Settings { get; set; } = new();

    public ArgoApplications? Answer { get; set; }

    public ExcludedPaths Excluded { get; set; } = ExcludedPaths.Nothing;

    public LocatorCase File(string name, string text)
    {
        folder.Write(name, text);
        return this;
    }

    /// <param name="source">In flow style.</param>
    public LocatorCase Application(
        string name = "shop", string source = $"{{repoURL: {Url}, path: deploy, targetRevision: main}}", string destination = "{server: 'https://kubernetes.default.svc', namespace: shop}",
        string resources = "", string @namespace = "argocd")
    {
        applications.AddRange(Objects($$"""
            apiVersion: argoproj.io/v1alpha1
            kind: Application
            metadata: {name: {{name}}, namespace: {{@namespace}}}
            spec:
              source: {{source}}
              destination: {{destination}}
            {{(resources.Length == 0 ? "" : $"status: {{resources: {resources}}}")}}
            """));
        return this;
    }

    public LocatorCase ApplicationOf(string yaml)
    {
        applications.AddRange(Objects(yaml));
        return this;
    }

    public ManifestPlace Locate(string live, params FieldPath[] fields)
    {
        var found = Objects(live).Single();
        return Locator().Locate(found, [found.Identity.ToString()], fields);
    }

    public ManifestLocator Locator() => new(
        [new("deploy", [Url], Base, DefaultBranch, folder.Root, Index()) { Excluded = Excluded }],
        Answer ?? ArgoApplications.Of(applications), Settings);

    public ManifestIndex Index() => ManifestIndex.Read(RepositoryFiles.OfRepository(folder.Root), null, CancellationToken.None);

    public string Root => folder.Root;

    public static IReadOnlyList<SetObject> Objects(string yaml) =>
        FileReading.Read(new ManifestReader(), new SourceText("", Encoding.UTF8.GetBytes(yaml)), isNamed: true).Objects;

    /// <summary>The Deployment <c>web</c> as files have it.</summary>
    public static string Declared(string name = "web", string? @namespace = "shop", int replicas = 2) => """
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: NAME
        PLACE
        spec:
          replicas: COUNT
          selector: {matchLabels: {app: NAME}}
          template:
            metadata: {labels: {app: NAME}}
            spec:
              containers: [{name: app, image: "registry.example.com/shop/NAME:1.2"}]

        """.Replace("NAME", name, StringComparison.Ordinal)
        .Replace("PLACE\n", @namespace is null ? "" : $"  namespace: {@namespace}\n", StringComparison.Ordinal)
        .Replace("COUNT", replicas.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);

    /// <summary>The same as the cluster has it.</summary>
    public static string Live(
        string name = "web", string? mark = "argocd.argoproj.io/tracking-id: 'shop:apps/Deployment:shop/web'", string labels = "{}", int replicas = 2) => """
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: NAME
          namespace: shop
          labels: LABELS
          annotations: {MARK}
        spec:
          replicas: COUNT
          progressDeadlineSeconds: 600
          selector: {matchLabels: {app: NAME}}
          template:
            metadata: {labels: {app: NAME}}
            spec:
              restartPolicy: Always
              containers: [{name: app, image: "registry.example.com/shop/NAME:1.2", imagePullPolicy: IfNotPresent}]

        """.Replace("NAME", name, StringComparison.Ordinal)
        .Replace("LABELS", labels, StringComparison.Ordinal)
        .Replace("MARK", mark ?? "", StringComparison.Ordinal)
        .Replace("COUNT", replicas.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);

    public void Dispose() => folder.Dispose();
}
