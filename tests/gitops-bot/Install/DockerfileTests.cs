using System.Text.RegularExpressions;
using Xunit;

namespace SelfHealGitOps.Bot.Tests.Install;

public sealed partial class DockerfileTests
{
    public static TheoryData<string> Files => ["webhook/Dockerfile", "gitops-bot/Dockerfile"];

    [Theory]
    [MemberData(nameof(Files))]
    public void Runs_as_no_root(string file)
    {
        var last = Instructions(file).Last(line => line.StartsWith("USER ", StringComparison.Ordinal));
        Assert.Matches("^USER [1-9][0-9]+:[1-9][0-9]+$", last);
        // Nothing after it needs more.
        Assert.DoesNotContain(Instructions(file).SkipWhile(line => line != last), line => line.StartsWith("RUN ", StringComparison.Ordinal));
    }

    [Fact]
    public void The_webhook_runs_as_the_user_that_its_pod_names() =>
        Assert.Contains("USER 1654:1654", Instructions("webhook/Dockerfile"));

    [Theory]
    [MemberData(nameof(Files))]
    public void Fetches_nothing_by_its_address(string file) => Assert.All(Instructions(file), line =>
    {
        Assert.DoesNotMatch("^ADD ", line);
        Assert.DoesNotMatch("https?://", line);
        Assert.DoesNotMatch(@"\b(curl|wget)\b", line);
    });

    [Theory]
    [MemberData(nameof(Files))]
    public void Base_images_can_be_chosen_and_have_a_tag_that_is_not_latest(string file)
    {
        var lines = Instructions(file);
        var stages = lines.Where(line => line.StartsWith("FROM ", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(stages);
        foreach (var stage in stages)
        {
            var name = Variable().Match(stage);
            Assert.True(name.Success, stage);
            var image = lines.Single(line => line.StartsWith($"ARG {name.Groups[1].Value}=", StringComparison.Ordinal)).Split('=', 2)[1];
            Assert.Matches(@"^[a-z0-9/-]+:v?[0-9][a-z0-9.-]*$", image);
            Assert.DoesNotContain(image.Split('/')[..^1], part => part.Contains('.', StringComparison.Ordinal));
        }
    }

    [Fact]
    public void The_webhooks_image_has_neither_shell_nor_packages()
    {
        var lines = Instructions("webhook/Dockerfile");
        Assert.Contains(lines, line => line.StartsWith("ARG RUNTIME_IMAGE=", StringComparison.Ordinal) && line.EndsWith("-chiseled", StringComparison.Ordinal));
        var final = lines.AsEnumerable().Reverse().TakeWhile(line => !line.StartsWith("FROM ", StringComparison.Ordinal)).ToList();
        Assert.DoesNotContain(final, line => line.StartsWith("RUN ", StringComparison.Ordinal));
        Assert.Contains("ENTRYPOINT [\"dotnet\", \"webhook.dll\"]", final);
    }

    [Theory]
    [InlineData("git")]
    [InlineData("openssh-client")]
    [InlineData("kubectl")]
    public void The_bots_image_has(string program) => Assert.Contains(Instructions("gitops-bot/Dockerfile"), line => line.Contains(program, StringComparison.Ordinal));

    [Theory]
    [MemberData(nameof(Files))]
    public void What_is_copied_is_there_and_not_ignored(string file)
    {
        var kept = File.ReadAllLines(Path.Combine(Checkout.Root, ".dockerignore")).Where(line => line.StartsWith('!')).Select(line => line[1..].TrimEnd('/')).ToList();
        foreach (var line in Instructions(file).Where(line => line.StartsWith("COPY ", StringComparison.Ordinal) && !line.Contains("--from", StringComparison.Ordinal)))
        {
            Assert.All(line.Split(' ')[1..^1], source => Assert.Contains(source.Split('/')[0], kept));
        }
    }

    /// <summary>One line for each, whatever it is broken into.</summary>
    private static List<string> Instructions(string file) =>
        [.. File.ReadAllText(Path.Combine(Checkout.Root, file)).Replace("\\\n", "", StringComparison.Ordinal).Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0 && !line.StartsWith('#'))];

    [GeneratedRegex(@"^FROM \$\{([A-Z_]+)\}( AS [a-z]+)?$")]
    private static partial Regex Variable();
}
