using System.Text.RegularExpressions;
using SelfHealGitOps.Tests;
using Xunit;

namespace SelfHealGitOps.Webhook.Tests.Telemetry;

/// <summary>An alert about a metric that nobody has never fires, and nobody notices.</summary>
public sealed partial class AlertTests
{
    [Theory]
    [InlineData("charts/selfheal/templates/_generated.tpl")]
    [InlineData("tests/gitops-bot/Install/Goldens/monitoring.yaml")]
    public async Task Name_only_what_the_webhook_shows(string file)
    {
        await using var webhook = await RunningWebhook.StartAsync();
        var shown = Samples().Matches(await webhook.MetricsAsync()).Select(match => match.Groups[1].Value).ToHashSet(StringComparer.Ordinal);
        var text = await File.ReadAllTextAsync(Path.Combine(Checkout.Root, file));
        var named = Names().Matches(text).Select(match => match.Value).ToHashSet(StringComparer.Ordinal);
        Assert.Contains("selfheal_ready", named);
        Assert.True(named.Count >= 5, string.Join(' ', named));
        Assert.Empty(named.Except(shown));
    }

    [GeneratedRegex(@"^(\w+)[{ ]", RegexOptions.Multiline)]
    private static partial Regex Samples();

    [GeneratedRegex(@"\bselfheal_\w+")]
    private static partial Regex Names();
}
