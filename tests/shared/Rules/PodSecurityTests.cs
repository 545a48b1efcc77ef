using System.Text;
using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;
using SelfHealGitOps.Rules;
using Xunit;

namespace SelfHealGitOps.Tests.Rules;

/// <summary>The controls of the Pod Security Standards as a whole. What each finds and mends stands in its fixtures.</summary>
public sealed class PodSecurityTests
{
    [CorporaTheory("psa")]
    [InlineData("baseline", 15, 34)]
    [InlineData("restricted", 23, 76)]
    public void Judges_the_official_pods_as_the_api_server_does(string level, int passing, int failing)
    {
        var pass = Directory.GetFiles(Corpora.PathOf("psa", level, "pass"), "*.yaml");
        var fail = Directory.GetFiles(Corpora.PathOf("psa", level, "fail"), "*.yaml");

        Assert.Equal((passing, failing), (pass.Length, fail.Length));
        Assert.All(pass, file => Assert.Empty(JudgeFile(file, level, PssVersion.V1(37))));
        Assert.All(fail, file => Assert.Contains(
            ControlOf(file, level, PssVersion.V1(37)),
            JudgeFile(file, level, PssVersion.V1(37)).Select(finding => finding.Rule.Id)));
    }

    [CorporaTheory("psa")]
    [InlineData("baseline")]
    [InlineData("restricted")]
    public void Judges_the_official_pods_by_the_latest_version_as_by_the_newest_known(string level)
    {
        foreach (var file in Directory.GetFiles(Corpora.PathOf("psa", level), "*.yaml", SearchOption.AllDirectories))
        {
            var newest = JudgeFile(file, level, PssVersion.V1(37)).Select(f => (f.Rule.Id, f.Pointer));
            Assert.Equal(newest, JudgeFile(file, level, PssVersion.Latest).Select(f => (f.Rule.Id, f.Pointer)));
            Assert.Equal(newest, JudgeFile(file, level, PssVersion.V1(99)).Select(f => (f.Rule.Id, f.Pointer)));
        }
    }

    [CorporaFact("psa")]
    public void Every_control_finds_the_official_pods_that_are_named_after_it()
    {
        var files = Directory.GetFiles(Corpora.PathOf("psa"), "*.yaml", SearchOption.AllDirectories)
            .Where(file => Path.GetFileName(Path.GetDirectoryName(file)) == "fail")
            .ToList();

        Assert.Equal(34 + 76, files.Count);
        Assert.All(files, file => Assert.NotEmpty(
            Judge.Bytes(File.ReadAllBytes(file), [Named(file)], new PolicySettings { PssVersion = PssVersion.V1(37) })));
    }

    [Theory]
    [InlineData("spec: null")]
    [InlineData("spec: []")]
    [InlineData("spec: {containers: {name: c}, initContainers: 1, ephemeralContainers: text, volumes: {}, securityContext: []}")]
    [InlineData("spec: {containers: [null, 1, text, [], {}], volumes: [null, 1, text, [], {}], hostNetwork: {}, hostUsers: [], os: []}")]
    [InlineData("spec: {securityContext: {sysctls: [null, 1, {}, {name: {}}], seccompProfile: text, seLinuxOptions: 1, windowsOptions: []}}")]
    [InlineData("spec: {securityContext: {seccompProfile: {type: []}, appArmorProfile: [], seLinuxOptions: {type: {}, user: []}, runAsUser: {}}}")]
    [InlineData("spec: {containers: [{name: [], ports: [null, 1, {hostPort: {}}, {hostPort: 99999999999999999999}], livenessProbe: [], lifecycle: 1}]}")]
    [InlineData("spec: {containers: [{securityContext: text}, {securityContext: {capabilities: [], privileged: {}, procMount: []}}]}")]
    [InlineData("spec: {containers: [{securityContext: {capabilities: {add: [null, {}, [], 1], drop: ALL}, runAsNonRoot: [], runAsUser: -1.5}}]}")]
    [InlineData("metadata: {annotations: [1]}\nspec: {volumes: [{hostPath: 1}, {nfs: []}, {name: {}, type: 2}]}")]
    [InlineData("metadata: {annotations: {container.apparmor.security.beta.kubernetes.io/: {}, seccomp.security.alpha.kubernetes.io/pod: []}}\nspec: {}")]
    public void Judges_a_pod_of_any_shape_without_an_exception(string pod)
    {
        foreach (var version in new[] { PssVersion.V1(0), PssVersion.V1(18), PssVersion.V1(24), PssVersion.Latest })
        {
            var findings = Judge.Text($"apiVersion: v1\nkind: Pod\n{pod}\n", Controls, new PolicySettings { PssVersion = version });
            Assert.All(findings, finding => Assert.StartsWith("/", finding.Pointer, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Allocates_nothing_for_a_pod_that_is_right()
    {
        var subject = new Subject();
        var findings = new FindingList();
        var document = new ManifestReader().Read(new SourceText("pod.yaml", Encoding.UTF8.GetBytes(Right)), isNamed: true).First().Document;
        subject.Load(document.Manifests().First().Root, PolicySettings.Default);
        var rules = new RuleSet(Controls);
        rules.Check(subject, null, findings);

        var before = GC.GetAllocatedBytesForCurrentThread();
        rules.Check(subject, null, findings);

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        Assert.Empty(findings);
    }

    private const string Right = """
        apiVersion: v1
        kind: Pod
        metadata:
          name: right
          annotations:
            container.apparmor.security.beta.kubernetes.io/web: runtime/default
        spec:
          securityContext:
            runAsNonRoot: true
            runAsUser: 1000
            seccompProfile: {type: RuntimeDefault}
            appArmorProfile: {type: RuntimeDefault}
            seLinuxOptions: {type: container_t, level: s0}
            sysctls: [{name: net.ipv4.tcp_syncookies, value: "1"}]
          containers:
          - name: web
            image: registry.example.com/web:1
            ports: [{containerPort: 80}]
            livenessProbe: {httpGet: {path: /, port: 80}}
            lifecycle: {preStop: {sleep: {seconds: 1}}}
            securityContext:
              allowPrivilegeEscalation: false
              privileged: false
              procMount: Default
              capabilities: {drop: [ALL], add: [NET_BIND_SERVICE]}
          volumes:
          - name: temp
            emptyDir: {}
        """;

    private static IEnumerable<Rule> Controls =>
        Catalogue.All.Where(rule => rule.Info.Id.StartsWith("pss-", StringComparison.Ordinal));

    private static List<Finding> JudgeFile(string file, string level, PssVersion version) =>
        Judge.Bytes(
            File.ReadAllBytes(file),
            Catalogue.Of(level == "baseline" ? Profiles.PssBaseline : Profiles.PssRestricted, version),
            new PolicySettings { PssVersion = version },
            Path.GetFileName(file));

    /// <summary>
    /// The control that a file is named after (<c>hostports0.yaml</c>, <c>seccompprofile_baseline1.yaml</c>), or the one
    /// that Restricted runs in its place at the version.
    /// </summary>
    private static string ControlOf(string file, string level, PssVersion version)
    {
        var named = Named(file).Info;
        return level == "baseline"
            ? named.Id
            : Catalogue.All.FirstOrDefault(rule => rule.Info.Replaces is { } other && other.RuleId == named.Id && version.IsAtLeast(other.SinceMinor))?.Info.Id ?? named.Id;
    }

    private static Rule Named(string file)
    {
        var name = Path.GetFileNameWithoutExtension(file).TrimEnd("0123456789".ToCharArray()).Replace("_", "", StringComparison.Ordinal);
        return Assert.Single(Controls, rule => rule.Info.Id["pss-".Length..].Replace("-", "", StringComparison.Ordinal) == name);
    }
}
