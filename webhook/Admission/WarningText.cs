using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Webhook.Admission;

/// <summary>
/// Warnings as kubectl shows them: at most three, of at most 120 bytes, and then how many more there are. The API server
/// cuts what is longer than 256 bytes, and drops all beyond 4 KiB, other webhooks' included.
/// </summary>
internal static class WarningText
{
    private const int MaxLength = 120;
    private const int MostShown = 3;

    public static IReadOnlyList<string> Of(IReadOnlyList<Finding> findings) =>
        Of(findings.Count, i => $"{findings[i].Rule.Id}: {findings[i].Message} ({findings[i].Pointer})");

    public static IReadOnlyList<string> OfCorrections(IReadOnlyList<AttributedEdit> edits) =>
        Of(edits.Count, i => $"corrected {edits[i].Edit.Path} ({string.Join(", ", edits[i].Rules)})");

    private static List<string> Of(int count, Func<int, string> text)
    {
        if (count == 0)
        {
            return [];
        }

        var warnings = new List<string>(Math.Min(count, MostShown + 1));
        for (var i = 0; i < Math.Min(count, MostShown); i++)
        {
            warnings.Add(BoundedText.Line($"selfheal: {text(i)}", MaxLength));
        }

        if (count > MostShown)
        {
            warnings.Add($"selfheal: +{count - MostShown} more");
        }

        return warnings;
    }
}
