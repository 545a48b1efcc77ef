namespace SelfHealGitOps.Bot.Verify;

/// <summary>The answers about several objects as one result: what failed, then what has not been told, before what passed.</summary>
internal static class ServerReport
{
    public static GateResult Of(string gate, IReadOnlyList<(ServerAnswer Answer, (GateStatus Status, string Reason) Verdict)> verdicts, string by, string details = "")
    {
        if (verdicts.Count == 0)
        {
            return new(gate, GateStatus.NotApplicable, "no object is changed");
        }

        var status = verdicts.Any(each => each.Verdict.Status == GateStatus.Failed) ? GateStatus.Failed
            : verdicts.Any(each => each.Verdict.Status == GateStatus.NotRun) ? GateStatus.NotRun
            : GateStatus.Passed;
        var passed = verdicts.Count(each => each.Verdict.Status == GateStatus.Passed);
        var first = verdicts.FirstOrDefault(each => each.Verdict.Status == status);
        var message = $"{passed} of {verdicts.Count} object{(verdicts.Count == 1 ? " passes" : "s pass")} {by}" + (status == GateStatus.Passed ? "" : $"; {first.Answer.Pair.Identity}: {first.Verdict.Reason}");
        var rest = verdicts.Where(each => each.Verdict.Status != GateStatus.Passed).Select(each => $"{each.Answer.Pair.Identity}: {each.Verdict.Reason}\n");
        return new(gate, status, message, string.Concat(rest.Skip(1)) + details);
    }
}
