using System.Text;
using SelfHealGitOps.Bot.Report;
using SelfHealGitOps.Cluster;

namespace SelfHealGitOps.Bot.Verify;

/// <summary>
/// The touched objects through the cluster's own admission, dry. The evidence is what admission makes of the change: the
/// difference between the server's two answers, as it is and as it will be.
/// </summary>
internal sealed class DryRunGate : IGate
{
    public string Name => Gates.DryRun;

    public async Task<GateResult> CheckAsync(Candidate candidate, CancellationToken cancellationToken)
    {
        if (candidate.Rehearsal is not { } rehearsal)
        {
            return new(Name, GateStatus.NotRun, "no cluster is configured for it, so no admission has been asked");
        }

        var answers = await rehearsal.AdmitAsync(cancellationToken).ConfigureAwait(false);
        var details = new StringBuilder();
        foreach (var answer in answers)
        {
            details.Append(Details(answer));
        }

        return ServerReport.Of(Name, [.. answers.Select(answer => (answer, ServerVerdict.Of(answer)))], $"the admission of {rehearsal.Cluster.Name}", details.ToString());
    }

    private static string Details(ServerAnswer answer)
    {
        if (answer.After is not ClusterReply.Done after)
        {
            return "";
        }

        var text = new StringBuilder();
        var name = answer.Pair.Identity.ToString();
        text.Append(answer.Exists ? $"# {Printable.Of(name)} as it is live, after admission\n" : $"# {Printable.Of(name)} is not live; as it would be created\n");
        if (answer.Before is ClusterReply.Done before)
        {
            var diff = UnifiedDiff.Of(name, AdmittedText.Of(before.Object, answer.Pair.BeforeTree), AdmittedText.Of(after.Object, answer.Pair.AfterTree));
            text.Append(diff.Length == 0 ? "# the server makes the same of both\n" : diff);
        }
        else
        {
            text.Append($"# as it is, the server does not take it: {Printable.Of(answer.Before?.Problem ?? "its version is not served")}\n");
        }

        var old = (answer.Before as ClusterReply.Done)?.Warnings ?? [];
        foreach (var warning in after.Warnings)
        {
            text.Append($"# warning{(old.Contains(warning, StringComparer.Ordinal) ? "" : " (new)")}: {Printable.Of(warning)}\n");
        }

        return text.ToString();
    }
}
