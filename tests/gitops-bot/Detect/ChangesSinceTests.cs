using SelfHealGitOps.Bot.Detect;
using SelfHealGitOps.Bot.Tests.Git;
using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;
using Xunit;

namespace SelfHealGitOps.Bot.Tests.Detect;

/// <summary>What a change does to objects that it does not touch.</summary>
public class ChangesSinceTests
{
    [Fact]
    public void Reports_an_object_that_has_lost_what_it_stood_on()
    {
        using var git = new GitFolder().Write("service.yaml", Objects("Service", "web", "lonely")).Write("apps/web.yaml", Objects("Deployment", "web", "other")).Commit();
        Assert.Empty(Found(git, git.Root));

        git.Write("apps/web.yaml", Objects("Deployment", "other"));
        Assert.Equal(["service.yaml Service web"], Found(git, git.Root));

        git.Delete("apps/web.yaml");
        Assert.Equal(["service.yaml Service web"], Found(git, git.Root));
        git.Git("add", "--all");
        Assert.Equal(["service.yaml Service web"], Found(git, git.Root));
    }

    [Fact]
    public void Reports_nothing_where_what_it_stood_on_has_moved()
    {
        using var git = new GitFolder().Write("service.yaml", Objects("Service", "web", "lonely")).Write("apps/web.yaml", Objects("Deployment", "web")).Commit();

        git.Delete("apps/web.yaml").Write("elsewhere.yaml", Objects("Deployment", "new", "web"));

        Assert.Empty(Found(git, git.Root));
    }

    [Fact]
    public void Knows_nothing_of_files_that_are_not_scanned()
    {
        using var git = new GitFolder().Write("k8s/service.yaml", Objects("Service", "web")).Write("web.yaml", Objects("Deployment", "web")).Commit();

        git.Delete("web.yaml");

        Assert.Empty(Found(git, git.Files["k8s"]));
        Assert.Equal(["k8s/service.yaml Service web"], Found(git, git.Root));
    }

    [Fact]
    public void Follows_a_rename_of_what_was_wrong_already()
    {
        using var git = new GitFolder().Write("service.yaml", Objects("Service", "lonely", "more")).Commit();

        git.Delete("service.yaml").Write("renamed.yaml", Objects("Service", "lonely", "more") + "# and a comment\n").Git("add", "--all");

        Assert.Equal(["renamed.yaml Service more"], Found(git, git.Root));
    }

    private static string Objects(string kind, params string[] names) =>
        string.Concat(names.Select(name => $"---\napiVersion: v1\nkind: {kind}\nmetadata:\n  name: {name}\n"));

    private static List<string> Found(GitFolder git, string folder)
    {
        var files = RepositoryFiles.Find([folder], new HashSet<string>());
        var request = new ScanRequest { Rules = new RuleSet([new NeedsDeployment()]), Settings = PolicySettings.Default };
        var gate = new ScanGate(Baseline: null, ChangesSince.Find("HEAD", [folder], files));
        var result = gate.Run(request, asked => RepositoryScan.Run(files, asked, progress: null, CancellationToken.None), CancellationToken.None);
        Assert.Empty(result.Problems);
        return [.. result.Findings.Select(finding => $"{finding.Origin.File} {finding.Object}")];
    }

    /// <summary>A Service wants a Deployment of its name.</summary>
    private sealed class NeedsDeployment : SetRule
    {
        protected override RuleInfo Definition { get; } = new("needs-deployment", "a", "b", "https://example.com", Severity.Error, Profiles.None, "c");

        public override void Check(Subject subject, ObjectSet set, FindingList findings)
        {
            var name = subject.Metadata[Name.Name];
            if (subject.Kind.SequenceEqual("Service"u8) && !set.OfKind("Deployment").Any(other => other.Name == name.Text))
            {
                findings.Add(this, name, "has no deployment", new Refusal(RefusalCode.NeedsDecision, "which"));
            }
        }
    }
}
