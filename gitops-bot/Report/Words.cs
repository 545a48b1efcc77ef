using System.Text;
using SelfHealGitOps.Bot.ArgoCd;
using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Bot.Report;

/// <summary>What enumerations are called in reports. Other tools match on these; they do not change.</summary>
internal static class Words
{
    public static string Of(Severity severity) => severity switch
    {
        Severity.Error => "error",
        Severity.Warning => "warning",
        _ => "info",
    };

    public static string Of(Safety safety) => safety == Safety.Safe ? "safe" : "review";

    public static string Of(AdmissionMode mode) => mode switch
    {
        AdmissionMode.Off => "off",
        AdmissionMode.Observe => "observe",
        AdmissionMode.Warn => "warn",
        _ => "enforce",
    };

    /// <summary><c>NEEDS_EVIDENCE</c></summary>
    public static string Of(RefusalCode code) => UpperSnake(code.ToString());

    /// <summary><c>DUPLICATE_KEY</c></summary>
    public static string Of(ProblemCode code) => UpperSnake(code.ToString());

    /// <summary><c>UNMAPPED_SOURCE</c></summary>
    public static string Of(UnplacedCode code) => UpperSnake(code.ToString());

    private static string UpperSnake(string member)
    {
        var text = new StringBuilder();
        foreach (var c in member)
        {
            if (char.IsUpper(c) && text.Length > 0)
            {
                text.Append('_');
            }

            text.Append(char.ToUpperInvariant(c));
        }

        return text.ToString();
    }
}
