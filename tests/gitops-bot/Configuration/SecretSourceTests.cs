using SelfHealGitOps.Bot.Configuration;
using Xunit;

namespace SelfHealGitOps.Bot.Tests.Configuration;

public class SecretSourceTests
{
    private const string Value = "hunter2";

    [Theory]
    [InlineData("hunter2", "hunter2")]
    [InlineData("hunter2\n", "hunter2")]
    [InlineData("hunter2\r\n", "hunter2")]
    [InlineData("hunter2\n\n", "hunter2\n")]
    [InlineData(" hunter2 \n", " hunter2 ")]
    public async Task Takes_one_newline_off_the_end(string text, string expected)
    {
        using var folder = new TempFolder().Write("token", text);

        Assert.Equal(new SecretReading.Found(expected), await new SecretSource.InFile(folder["token"]).ReadAsync(default));
    }

    [Fact]
    public async Task Reads_anew_each_time()
    {
        using var folder = new TempFolder().Write("token", "old");
        var source = new SecretSource.InFile(folder["token"]);

        Assert.Equal("old", await source.RequireAsync(default));
        folder.Write("token", "new");
        Assert.Equal("new", await source.RequireAsync(default));
        File.Delete(folder["token"]);
        Assert.False(source.IsThere);
        Assert.Contains(folder["token"], (await Assert.ThrowsAsync<IOException>(async () => await source.RequireAsync(default))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Names_the_variable_that_is_missing()
    {
        var name = $"SELFHEAL_TEST_{Guid.NewGuid():N}".ToUpperInvariant();
        var source = new SecretSource.Variable(name);

        Assert.Equal(new SecretReading.Missing($"the environment variable {name} is not set; must hold the secret"), await source.ReadAsync(default));
        Environment.SetEnvironmentVariable(name, Value);
        Assert.True(source.IsThere);
        Assert.Equal(Value, await source.RequireAsync(default));
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    public async Task Is_missing_where_it_is_empty(string text)
    {
        using var folder = new TempFolder().Write("token", text);

        Assert.IsType<SecretReading.Missing>(await new SecretSource.InFile(folder["token"]).ReadAsync(default));
    }

    [Fact]
    public async Task Takes_no_more_than_a_secret_can_have()
    {
        using var folder = new TempFolder().Write("token", new string('x', 70_000));

        var missing = Assert.IsType<SecretReading.Missing>(await new SecretSource.InFile(folder["token"]).ReadAsync(default));
        Assert.Contains("more than 65536 bytes", missing.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Is_not_printed() => Assert.DoesNotContain(Value, new SecretReading.Found(Value).ToString(), StringComparison.Ordinal);
}
