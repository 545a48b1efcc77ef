using SelfHealGitOps.Bot.Report;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Bot.Commands;

/// <summary>What holds at admission, in a line: <c>enforce, info warns; profile default; rules: 42; latest-tag warn; scopes: 2; old violations warn</c>.</summary>
internal static class AdmissionLine
{
    public static string Of(PolicyConfiguration configuration)
    {
        var admission = configuration.Admission;
        var profile = admission.Profile ?? configuration.Profile;
        List<string> parts = [admission.HintsOnlyWarn ? "enforce, info warns" : Words.Of(admission.Mode), $"profile {profile}", $"rules: {configuration.AdmissionSetOf(profile).Rules.Count}"];
        parts.AddRange(admission.RuleModes
            .Where(mode => !(admission.HintsOnlyWarn && mode.Value == AdmissionMode.Warn && configuration.Find(mode.Key)?.Info.Severity == Severity.Info))
            .OrderBy(mode => mode.Key, StringComparer.Ordinal)
            .Select(mode => $"{mode.Key} {Words.Of(mode.Value)}"));
        if (admission.ScopeCount > 0)
        {
            parts.Add($"scopes: {admission.ScopeCount}");
        }

        parts.Add($"old violations {Words.Of(admission.ToleratesOldViolations ? AdmissionMode.Warn : AdmissionMode.Enforce)}");
        if (admission.Correct.Count > 0)
        {
            parts.Add($"corrects {string.Join(", ", admission.Correct.Order(StringComparer.Ordinal))}");
        }

        return string.Join("; ", parts);
    }
}
