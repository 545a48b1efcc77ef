using System.Text.RegularExpressions;
using SelfHealGitOps.Tests;
using Xunit;

namespace SelfHealGitOps.Webhook.Tests;

/// <summary>One line for each mistake, which names the option and says what to do.</summary>
public sealed partial class WebhookCommandTests
{
    private const string Own = "--self-managed --namespace n --service s --secret c --lease l --in-cluster";

    public static TheoryData<string> Goldens => [.. Directory.GetFiles(GoldenFolder, "*.yaml").Select(file => Path.GetFileNameWithoutExtension(file)!).Order(StringComparer.Ordinal)];

    [Theory]
    [InlineData("--tls-cert a", "--tls-cert and --tls-key go together: give both or neither")]
    [InlineData("--tls-key a", "--tls-cert and --tls-key go together: give both or neither")]
    [InlineData("--self-managed --service s --secret c --lease l --in-cluster", "--self-managed needs --namespace")]
    [InlineData("--self-managed --namespace n --secret c --lease l --in-cluster", "--self-managed needs --service")]
    [InlineData("--self-managed --namespace n --service s --lease l --in-cluster", "--self-managed needs --secret")]
    [InlineData("--self-managed --namespace n --service s --secret c --in-cluster", "--self-managed needs --lease")]
    [InlineData("--self-managed --namespace n --service s --secret c --lease l", "--self-managed needs a cluster: --in-cluster or --kubeconfig")]
    [InlineData(Own + " --tls-cert a --tls-key b", "--self-managed and --tls-cert are two sources of certificates: give one")]
    [InlineData("--service s", "--service is for --self-managed: give that too")]
    [InlineData("--secret s", "--secret is for --self-managed: give that too")]
    [InlineData("--namespace n", "--namespace is for --self-managed, or for --validating-configuration and --mutating-configuration: give one of these too")]
    [InlineData("--lease l", "--lease is for --self-managed, or for --validating-configuration and --mutating-configuration: give one of these too")]
    [InlineData("--validating-configuration v --lease l --in-cluster", "--validating-configuration needs --namespace")]
    [InlineData("--mutating-configuration v --namespace n --in-cluster", "--mutating-configuration needs --lease")]
    [InlineData("--mutating-configuration v --namespace n --lease l", "--mutating-configuration needs a cluster: --in-cluster or --kubeconfig")]
    [InlineData("--max-reviews 3", "--max-reviews must be at least 4")]
    [InlineData("--in-cluster --kubeconfig k", "--in-cluster and --kubeconfig name two clusters: give one")]
    [InlineData("--context c", "--context is one of a --kubeconfig: give that too")]
    [InlineData("--context c --in-cluster", "--context is one of a --kubeconfig: give that too")]
    [InlineData("--events-token-file t", "--events-token-file is for --events-url: give that too")]
    [InlineData("--events-url http://example.com", "--events-url must be an https URL, or an http URL on loopback, without user and password")]
    [InlineData("--events-url https://u:secret@example.com", "--events-url must be an https URL, or an http URL on loopback, without user and password")]
    [InlineData("--otlp-endpoint ftp://example.com", "--otlp-endpoint must be an http or https URL, without user and password")]
    [InlineData("--listen 8443", "'8443' is no address with a port; must be such as 127.0.0.1:8443 or [::]:8443")]
    [InlineData("--drain-delay soon", "'soon' is no duration; must be such as 5s or 500ms")]
    public void Says_in_one_line_what_to_do(string line, string message)
    {
        var errors = Create().Parse(line).Errors.Select(error => error.Message).ToList();
        Assert.Equal([message], errors);
    }

    [Theory]
    [InlineData("")]
    [InlineData(Own)]
    [InlineData(Own + " --validating-configuration v --mutating-configuration m")]
    [InlineData("--self-managed --namespace n --service s --secret c --lease l --kubeconfig k --context c")]
    [InlineData("--tls-cert a --tls-key b --client-ca c")]
    [InlineData("--tls-cert a --tls-key b --validating-configuration v --namespace n --lease l --in-cluster")]
    public void Takes(string line) => Assert.Empty(Create().Parse(line).Errors);

    [Fact]
    public async Task Reads_what_is_the_installations_own()
    {
        var own = await ReadAsync(Own + " --validating-configuration v --mutating-configuration m");
        Assert.Equal(("n", "s", "c", "l", "v", "m"), (own.SelfManaged!.Namespace, own.SelfManaged.Service, own.SelfManaged.Secret, own.SelfManaged.Lease, own.SelfManaged.ValidatingConfiguration, own.SelfManaged.MutatingConfiguration));
        Assert.Null(own.Rearming);
        var files = await ReadAsync("--tls-cert a --tls-key b --validating-configuration v --namespace n --lease l --in-cluster");
        Assert.Equal(("n", "l", "v", null), (files.Rearming!.Namespace, files.Rearming.Lease, files.Rearming.ValidatingConfiguration, files.Rearming.MutatingConfiguration));
        Assert.Null(files.SelfManaged);
        Assert.Null((await ReadAsync("")).Rearming);
    }

    /// <summary>What the chart and the manifests start has to be what this command line takes.</summary>
    [Theory]
    [MemberData(nameof(Goldens))]
    public async Task Takes_the_arguments_of_every_installation(string golden)
    {
        var text = await File.ReadAllTextAsync(Path.Combine(GoldenFolder, golden + ".yaml"));
        var arguments = Arguments().Match(text).Groups["one"].Captures.Select(each => each.Value.Trim('"')).ToArray();
        Assert.Contains("--in-cluster", arguments);
        Assert.Empty(Create().Parse(arguments).Errors);
        var options = await ReadAsync(string.Join(' ', arguments));
        Assert.Equal(options.SelfManaged is null, options.Rearming is not null);
        Assert.Equal(options.SelfManaged is null, options.TlsCert is not null);
    }

    private static string GoldenFolder { get; } = Path.Combine(Checkout.Root, "tests", "gitops-bot", "Install", "Goldens");

    private static System.CommandLine.RootCommand Create() => WebhookCommand.Create((_, _) => Task.FromResult(0));

    private static async Task<WebhookOptions> ReadAsync(string line)
    {
        WebhookOptions? read = null;
        var command = WebhookCommand.Create((options, _) =>
        {
            read = options;
            return Task.FromResult(0);
        });
        Assert.Equal(0, await command.Parse(line).InvokeAsync());
        return read!;
    }

    [GeneratedRegex(@"\n +args:\n(?: +- (?<one>[^\n]+)\n)+")]
    private static partial Regex Arguments();
}
