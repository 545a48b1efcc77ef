using System.Text;
using SelfHealGitOps.Bot.Propose;
using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;
using SelfHealGitOps.Rules;

namespace SelfHealGitOps.Bot.Tests.Propose;

/// <summary>A file with the findings of a few rules that need a value.</summary>
internal static class Asked
{
    public static RuleSet Rules { get; } = Of(
        "unset-memory-requirements", "no-readiness-probe", "latest-tag", "minimum-three-replicas", "privileged-container", "default-service-account",
        "run-as-non-root", "pss-privileged", "env-var-secret", "literal-credential");

    public static RuleSet Of(params string[] ids) => new(Catalogue.All.Where(rule => ids.Contains(rule.Info.Id)));

    public static FileFindings File(string yaml, RuleSet? rules = null)
    {
        var source = new SourceText("web.yaml", Encoding.UTF8.GetBytes(yaml));
        return new(source, new FileJudge(rules ?? Rules, PolicySettings.Default).Judge(source).Findings);
    }

    /// <summary>The file with the fixes that were added.</summary>
    public static string Mended(FileFindings file, Amendments amendments, RuleSet? rules = null)
    {
        var mended = new FileMender(rules ?? Rules, PolicySettings.Default, amend: amendments.Amend)
            .Mend(file.Source, Safety.Review, mends: finding => amendments.Of(finding.Key) is not null);
        return Encoding.UTF8.GetString(mended.Bytes.Span);
    }
}
