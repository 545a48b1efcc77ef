using SelfHealGitOps.Bot.Propose;

namespace SelfHealGitOps.Bot.Schedule;

/// <summary>How far changes of a repository's objects reach: by the cluster where one is configured, else as Git declares it.</summary>
internal sealed class Reach(NamespaceClasses namespaces)
{
    /// <param name="fixes">Of one object.</param>
    public Change Of(IReadOnlyList<ProposedFix> fixes)
    {
        var finding = fixes[0].Finding;
        return new()
        {
            Kinds = ChangeKinds.Of(finding.Object.Kind, fixes.SelectMany(fix => fix.Fix.Edits)),
            Namespace = namespaces.Of(finding.Object.Namespace, labels: null),
            IsDeclaredOnly = true,
        };
    }
}
