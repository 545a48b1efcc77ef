using System.Text.RegularExpressions;
using SelfHealGitOps.Bot.Configuration;
using Xunit;

namespace SelfHealGitOps.Bot.Tests.Configuration;

/// <summary>What the documents show is what the reader takes.</summary>
public partial class ConfigurationDocsTests
{
    private static readonly string PagePath = Path.Combine(Checkout.Root, "docs", "bot-configuration.md");

    [Fact]
    public void Shows_configurations_that_are_accepted()
    {
        var shown = YamlBlock().Matches(File.ReadAllText(PagePath) + File.ReadAllText(Path.Combine(Checkout.Root, "docs", "registry.md"))).Select(match => match.Groups["yaml"].Value).ToList();

        Assert.True(shown.Count > 3, $"{shown.Count}");
        Assert.All(shown, text => Configurations.Accept(text));
    }

    [Fact]
    public void Lists_every_key_with_its_default()
    {
        var rows = SchemaKeys.Of(ConfigurationSchema.Root())
            .Where(key => !key.Path.Contains(".git.", StringComparison.Ordinal) && !(key.Path.EndsWith(".env", StringComparison.Ordinal) || key.Path.EndsWith(".file", StringComparison.Ordinal)))
            .Select(key => $"| `{key.Path}` | {key.Type} | {(key.Default.Length > 0 ? $"`{key.Default}`" : "")} | {key.Description} |\n");
        var table = "| key | value | default | |\n|---|---|---|---|\n" + string.Concat(rows);
        var page = File.ReadAllText(PagePath);
        var start = page.IndexOf("| key | value |", StringComparison.Ordinal);
        var end = page.IndexOf("\n\n", start, StringComparison.Ordinal) + 1;
        if (Golden.IsUpdating)
        {
            File.WriteAllText(PagePath, page[..start] + table + page[end..]);
            return;
        }

        Assert.Equal(table, page[start..end]);
    }

    [Fact]
    public void Explains_what_the_table_leaves_to_it() =>
        Assert.All(GitSection.Keys.Concat(GitSection.SshKeys).Concat(ConfigurationFields.SecretKeys), key => Assert.Contains($"`{key}`", File.ReadAllText(PagePath), StringComparison.Ordinal));

    [GeneratedRegex("```yaml\n(?<yaml>.*?)```", RegexOptions.Singleline)]
    private static partial Regex YamlBlock();
}
