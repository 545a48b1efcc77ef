using System.Text.RegularExpressions;

namespace SelfHealGitOps.Bot.Tests.Report;

/// <summary>What differs from run to run.</summary>
internal static partial class Times
{
    /// <summary>The report as if no time had passed.</summary>
    public static string Remove(string report) => Suite().Replace(Seconds().Replace(report, "$1 0"), " time=\"0\"");

    [GeneratedRegex("(\"?seconds\"?:) [0-9.]+")]
    private static partial Regex Seconds();

    [GeneratedRegex(" time=\"[0-9.]+\"")]
    private static partial Regex Suite();
}
