using System.Text;
using SelfHealGitOps.Bot.Detect;
using SelfHealGitOps.Bot.Git;
using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;
using Xunit;

namespace SelfHealGitOps.Bot.Tests.Detect;

public sealed class ReadFilesTests
{
    [Fact]
    public void What_has_not_changed_is_known()
    {
        var known = new ReadFiles();
        var (a, b) = (Read("a.yaml"), Read("b.yaml"));
        Assert.Empty(known.Of(Area("1", before: null, changed: null)));
        known.Keep(Area("1", before: null, changed: null), Files(a, b));
        Assert.Same(a, Assert.Single(known.Of(Area("2", before: "1", changed: ["b.yaml", "c.yaml"]))).Value);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("0")]
    public void Nothing_is_known_of_an_area_that_somebody_else_has_moved_or_that_was_written_anew(string? before)
    {
        var known = new ReadFiles();
        known.Keep(Area("1", before: null, changed: null), Files(Read("a.yaml")));
        Assert.Empty(known.Of(Area("2", before, before is null ? null : [])));
        Assert.Empty(known.Of(Area("2", "1", []) with { Folder = "/other" }));
    }

    [Fact]
    public void What_is_too_much_together_goes_the_longest_unused_first()
    {
        var (a, b) = (Read("a.yaml"), Read("b.yaml"));
        var known = new ReadFiles(most: a.Source.Memory.Length + b.Source.Memory.Length);
        string[] used = ["/one", "/two", "/one", "/three"];
        foreach (var folder in used)
        {
            known.Keep(Area("1", null, null) with { Folder = folder }, Files(a));
        }

        bool IsKnown(string folder) => known.Of(Area("1", "1", []) with { Folder = folder }).Count > 0;
        Assert.Equal((true, false, true), (IsKnown("/one"), IsKnown("/two"), IsKnown("/three")));
        known.Keep(Area("1", null, null) with { Folder = "/large" }, Files(a, b, Read("c.yaml")));
        Assert.False(IsKnown("/large"));
    }

    [UnixFact]
    public async Task A_later_pass_reads_what_has_changed_and_sees_what_the_first_would_have_seen()
    {
        await using var stage = new HealingStage();
        stage.Write("a.yaml", Pod("a", isPrivileged: true)).Write("b.yaml", Pod("b", isPrivileged: false)).Write("c.yaml", Pod("c", isPrivileged: true)).Push();
        var (tools, store) = await HealingStage.OpenAsync(stage.StateOf("bot"), "bot", stage.Clock, searchPath: null, wrap: null);
        await using var closing = store;
        var first = await ScanAsync(stage, tools);
        stage.Write("b.yaml", Pod("b", isPrivileged: true)).Write("d.yaml", Pod("d", isPrivileged: true)).Work.Delete("c.yaml");
        stage.Push();
        var second = await ScanAsync(stage, tools);
        Assert.Same(first.Result.Readings!["a.yaml"], second.Result.Readings!["a.yaml"]);
        Assert.NotSame(first.Result.Readings!["b.yaml"], second.Result.Readings!["b.yaml"]);
        var (fresh, other) = await HealingStage.OpenAsync(stage.StateOf("other"), "other", stage.Clock, searchPath: null, wrap: null);
        await using var closingToo = other;
        var anew = await ScanAsync(stage, fresh);
        Assert.Equal(["a.yaml", "b.yaml", "d.yaml"], second.Result.Readings!.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(Described(anew), Described(second));
        Assert.NotEqual(Described(first), Described(second));
    }

    private static async Task<BaseScan> ScanAsync(HealingStage stage, HealingTools tools)
    {
        var settings = HealingStage.Settings(stage.Bare, stage.Forge);
        using var clone = await tools.Clones.Open(settings.Remote, settings.Credential, CancellationToken.None);
        return await BaseScan.RunAsync(clone, settings.Scan, tools.Read, stage.Clock.Now, CancellationToken.None);
    }

    private static List<string> Described(BaseScan scan) => [.. scan.Result.Findings.Select(finding => $"{finding.Origin} {finding.Rule.Id} {finding.Message}")];

    private static WorkArea Area(string commit, string? before, IReadOnlyList<string>? changed) => new("/area", commit, before, changed, []);

    private static Dictionary<string, FileReading> Files(params FileReading[] readings) => readings.ToDictionary(reading => reading.Source.File);

    private static FileReading Read(string file) => FileReading.Read(new ManifestReader(), new SourceText(file, Encoding.UTF8.GetBytes(Pod("x", isPrivileged: false))), isNamed: false);

    private static string Pod(string name, bool isPrivileged) => $$"""
        apiVersion: v1
        kind: Pod
        metadata: {name: {{name}}, namespace: shop}
        spec:
          containers:
          - name: main
            image: registry.example.com/shop/web:1.2.3
            securityContext: {privileged: {{(isPrivileged ? "true" : "false")}} }

        """;
}
