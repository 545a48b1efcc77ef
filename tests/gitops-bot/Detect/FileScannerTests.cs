using SelfHealGitOps.Bot.Detect;
using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;
using Xunit;

namespace SelfHealGitOps.Bot.Tests.Detect;

public class FileScannerTests
{
    [Fact]
    public void Goes_on_after_a_rule_that_fails()
    {
        using var folder = new TempFolder().Write("a.yaml", Samples.SafePod).Write("b.yaml", Samples.SafePod.Replace("Pod", "Service", StringComparison.Ordinal));
        var request = new ScanRequest { Rules = new RuleSet([new FailsOnPods()]), Settings = PolicySettings.Default };

        var result = RepositoryScan.Run(RepositoryFiles.Find([folder.Root], new HashSet<string>()), request, null, CancellationToken.None);

        var problem = Assert.Single(result.Problems);
        Assert.Equal(("a.yaml", ProblemCode.InternalError), (problem.File, problem.Code));
        Assert.Contains("no pods today", problem.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', problem.Message);
        Assert.Equal(1, result.Files[1].Documents);
    }

    [Fact]
    public void Begins_no_file_once_it_is_stopped()
    {
        using var folder = new TempFolder().Write("a.yaml", Samples.SafePod);
        var request = new ScanRequest { Rules = new RuleSet([]), Settings = PolicySettings.Default, FixUpTo = Safety.Safe, WritesFiles = true };

        Assert.Throws<OperationCanceledException>(() => RepositoryScan.Run(RepositoryFiles.Find([folder.Root], new HashSet<string>()), request, null, new CancellationToken(canceled: true)));
    }

    private sealed class FailsOnPods : ObjectRule
    {
        protected override RuleInfo Definition { get; } = new("fails", "", "", "", Severity.Error, Profiles.Default, "");

        public override void Check(Subject subject, FindingList findings)
        {
            if (subject.HasPod)
            {
                throw new InvalidOperationException("no pods today");
            }
        }
    }
}
