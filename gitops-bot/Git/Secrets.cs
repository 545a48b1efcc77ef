using System.Text;
using System.Text.RegularExpressions;

namespace SelfHealGitOps.Bot.Git;

/// <summary>Takes secrets out of text that others wrote: as they are, as a URL holds them, as a Basic header holds them.</summary>
internal sealed partial class Secrets
{
    public static readonly Secrets None = new([]);

    private readonly string[] forms;

    private Secrets(string[] forms) => this.forms = forms;

    public static Secrets Of(string user, string secret) => new(
    [
        .. new[]
        {
            Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{secret}")),
            Uri.EscapeDataString(secret),
            secret,
        }.Where(form => form.Length > 0).Distinct(StringComparer.Ordinal).OrderByDescending(form => form.Length),
    ]);

    public string Scrub(string text)
    {
        foreach (var form in forms)
        {
            text = text.Replace(form, "***", StringComparison.OrdinalIgnoreCase);
        }

        return UserInfo().Replace(text, "://***@");
    }

    /// <summary>Whoever wrote it there: what stands before the @ of a URL may be a password.</summary>
    [GeneratedRegex(@"://[^/@\s']+@")]
    private static partial Regex UserInfo();
}
