using SelfHealGitOps.Tests;
using Xunit;

namespace SelfHealGitOps.Webhook.Tests.Proof;

/// <summary>The answer that README shows is the webhook's own, to the review that README sends.</summary>
public sealed class ReadmeTests
{
    private static readonly string Readme = File.ReadAllText(Path.Combine(Checkout.Root, "README.md"));

    [Fact]
    public async Task The_answer_to_the_example_is_what_README_shows()
    {
        await using var webhook = await RunningWebhook.StartAsync();
        var answer = await webhook.ReviewAsync("/validate", await File.ReadAllTextAsync(Path.Combine(Checkout.Root, "examples", "review.json")));
        Assert.Equal("false", answer["allowed"]!.ToJsonString());
        Assert.Equal(Block("```text\n", "this is the message in the answer:"), answer["status"]!["message"]!.GetValue<string>().TrimEnd('\n'));
    }

    [Fact]
    public void The_command_line_that_it_shows_is_one()
    {
        var line = Block("```sh\n", "No cluster is needed to try it.").Split('\n').Single(each => each.StartsWith("dotnet run --project webhook ", StringComparison.Ordinal));
        var arguments = line[(line.IndexOf(" -- ", StringComparison.Ordinal) + 4)..].TrimEnd('&', ' ');
        Assert.Empty(WebhookCommand.Create((_, _) => Task.FromResult(0)).Parse(arguments).Errors);
    }

    /// <summary>The first block of that kind after a sentence.</summary>
    private static string Block(string opening, string sentence)
    {
        var from = Readme.IndexOf(opening, Readme.IndexOf(sentence, StringComparison.Ordinal), StringComparison.Ordinal) + opening.Length;
        return Readme[from..Readme.IndexOf("\n```", from, StringComparison.Ordinal)];
    }
}
