using System.Text;
using SelfHealGitOps.Bot.Git;
using SelfHealGitOps.Bot.Propose;
using SelfHealGitOps.Bot.Tests.Git;
using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;
using Xunit;

namespace SelfHealGitOps.Bot.Tests.Propose;

/// <summary>On real repositories, cloned as the bot clones them: the last commit alone at first.</summary>
public sealed class HistoryProposerTests
{
    private const string Now = "registry.example.com/web:latest";

    [Fact]
    public async Task The_tag_before_latest_comes_back_with_its_commit_quoted()
    {
        using var repository = new GitFolder();
        Commit(repository, Pod("registry.example.com/web:1.4.1"));
        var good = Commit(repository, Pod("registry.example.com/web:1.4.2"));
        Commit(repository, Pod(Now));
        Commit(repository, Pod(Now) + "# touched\n");

        var fix = Assert.Single(await ProposeAsync(repository));

        var set = Assert.IsType<Edit.Set>(Assert.Single(fix.Fix.Edits));
        Assert.Equal((new Value.Text("registry.example.com/web:1.4.2"), Proposer.History, Safety.Review), (set.Value, fix.By, fix.Fix.Safety));
        var evidence = Assert.Single(fix.Evidence);
        Assert.Equal($"commit {good[..7]}", evidence.Source);
        Assert.StartsWith("spec.containers[name=web].image was registry.example.com/web:1.4.2 on 20", evidence.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_limit_and_a_probe_that_were_taken_away_come_back()
    {
        using var repository = new GitFolder();
        const string Good = "      resources: {limits: {memory: 128Mi}, requests: {memory: 64Mi}}\n      ports: [{containerPort: 80}]\n      readinessProbe: {httpGet: {path: /ready, port: 80}}\n";
        Commit(repository, Pod("registry.example.com/web:1", Good));
        Commit(repository, Pod("registry.example.com/web:1", "      ports: [{containerPort: 80}]\n      resources: {requests: {memory: 64Mi}}\n"));

        var fixes = await ProposeAsync(repository);

        Assert.Equal(["no-readiness-probe", "unset-memory-requirements"], fixes.Select(fix => fix.Finding.Rule.Id).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("registry.example.com/other:1.4.2", "a", "web")]
    [InlineData("other.example.com/web:1.4.2", "a", "web")]
    [InlineData("registry.example.com/web", "a", "web")]
    [InlineData("registry.example.com/web:1.4.2", "b", "web")]
    [InlineData("registry.example.com/web:1.4.2", "a", "side")]
    public async Task Another_image_object_or_container_is_no_history_of_this_one(string image, string name, string container)
    {
        using var repository = new GitFolder();
        Commit(repository, Pod(image).Replace("{name: a}", $"{{name: {name}}}", StringComparison.Ordinal).Replace("- name: web", $"- name: {container}", StringComparison.Ordinal));
        Commit(repository, Pod(Now));

        Assert.Empty(await ProposeAsync(repository));
    }

    [Fact]
    public async Task What_is_older_than_the_bounds_is_not_proposed()
    {
        using var repository = new GitFolder();
        Commit(repository, Pod("registry.example.com/web:1.4.2"));
        Commit(repository, Pod(Now));

        Assert.Empty(await ProposeAsync(repository, new() { Age = TimeSpan.Zero }));
        Assert.Empty(await ProposeAsync(repository, new() { Versions = 1 }));
        Assert.Single(await ProposeAsync(repository));
    }

    [Fact]
    public async Task History_is_what_the_branch_held_newest_first_and_survives_odd_versions()
    {
        using var repository = new GitFolder();
        Commit(repository, "one\n");
        repository.Delete("web.yaml").Commit();
        Commit(repository, "three\n");
        repository.Write("other.yaml", "x\n").Commit();
        using var clone = await Cloned(repository);

        var texts = new List<string>();
        await foreach (var version in clone.Clone.History(Main, clone.Head, "web.yaml", 50, default))
        {
            texts.Add(Encoding.UTF8.GetString(version.Bytes.Span));
        }

        Assert.Equal(["three\n", "one\n"], texts.Distinct(StringComparer.Ordinal));
        Assert.Empty(await Count(clone.Clone.History(Main, clone.Head, "../web.yaml", 50, default)));
        Assert.Empty(await Count(clone.Clone.History(Main, clone.Head, "absent.yaml", 50, default)));
    }

    private static BranchName Main => BranchName.TryParse("main", out var name) ? name : throw new InvalidOperationException("main is a branch");

    private static async Task<List<FileVersion>> Count(IAsyncEnumerable<FileVersion> versions)
    {
        var all = new List<FileVersion>();
        await foreach (var version in versions)
        {
            all.Add(version);
        }

        return all;
    }

    private static string Pod(string image, string more = "") =>
        $"apiVersion: v1\nkind: Pod\nmetadata: {{name: a}}\nspec:\n  containers:\n    - name: web\n      image: {image}\n{more}";

    private static string Commit(GitFolder repository, string text)
    {
        repository.Write("web.yaml", text).Commit();
        return repository.Git("rev-parse", "HEAD");
    }

    private static async Task<Opened> Cloned(GitFolder repository)
    {
        var state = new TempFolder();
        var clone = await new CloneCache(state.Root, TimeProvider.System).Open(RemoteUrl.Parse(repository.Root), new GitCredential.None(), default);
        var fetched = Assert.IsType<FetchOutcome.Fetched>(await clone.Fetch(Main, default));
        return new(clone, fetched.Commit, state);
    }

    private static async Task<List<ProposedFix>> ProposeAsync(GitFolder repository, HistoryBounds? bounds = null)
    {
        using var opened = await Cloned(repository);
        var rules = Asked.Of("latest-tag", "unset-memory-requirements", "no-readiness-probe");
        var head = await opened.Clone.Read(opened.Head, ["web.yaml"], default);
        var source = new SourceText("web.yaml", head["web.yaml"].ToArray());
        var file = new FileFindings(source, [.. new FileJudge(rules, PolicySettings.Default).Judge(source).Findings.Where(finding => finding.Refusal is not null && (bounds is null || finding.Rule.Id == "latest-tag"))]);
        var amendments = new Amendments();
        var problem = await new HistoryProposer(
            (name, most, cancellationToken) => opened.Clone.History(Main, opened.Head, name, most, cancellationToken), rules, PolicySettings.Default, TimeProvider.System, bounds: bounds)
            .ProposeAsync(file, amendments, default);
        Assert.Null(problem);
        return [.. file.Findings.Select(finding => amendments.Of(finding.Key)).OfType<ProposedFix>()];
    }

    private sealed class Opened(Clone clone, string head, TempFolder state) : IDisposable
    {
        public Clone Clone => clone;

        public string Head => head;

        public void Dispose()
        {
            Clone.Dispose();
            foreach (var path in Directory.EnumerateFiles(state.Root, "*", SearchOption.AllDirectories))
            {
                File.SetAttributes(path, FileAttributes.Normal);
            }

            state.Dispose();
        }
    }
}
