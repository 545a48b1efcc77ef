using System.Net;
using SelfHealGitOps.Bot.Registry;
using SelfHealGitOps.Manifests;
using Xunit;

namespace SelfHealGitOps.Bot.Tests.Registry;

/// <summary>Asks a registry on loopback, which has plain http only.</summary>
internal static class Asking
{
    /// <summary>Does not wait between attempts: tests have seen enough after the second.</summary>
    public static RegistryLimits Limits { get; } = new() { Attempts = 2, FirstDelay = TimeSpan.Zero };

    public static RegistryHost Plain(string host) => new(host) { IsInsecure = true };

    public static RegistrySettings Settings(params (string Name, RegistryHost Host)[] hosts) =>
        new(hosts.ToDictionary(each => each.Name, each => each.Host)) { Limits = Limits };

    public static RegistrySettings Of(string host) => Settings((host, Plain(host)));

    public static async Task<ImageAnswer> Ask(
        this RegistrySettings settings, string image, Func<string, CancellationToken, Task<IPAddress[]>>? resolve = null)
    {
        using var images = new RegistryImages(settings, TimeProvider.System, resolve);
        Assert.True(ImageReference.TryParse(image, out var reference), image);
        return await images.AskAsync(reference, CancellationToken.None);
    }

    public static async Task<ImageEvidence> Known(this RegistrySettings settings, string image)
    {
        var answer = await settings.Ask(image);
        Assert.True(answer is ImageAnswer.Known, $"{answer}");
        return ((ImageAnswer.Known)answer).Evidence;
    }

    public static async Task<ImageAnswer.Absent> Absent(
        this RegistrySettings settings, string image, Func<string, CancellationToken, Task<IPAddress[]>>? resolve = null) =>
        Assert.IsType<ImageAnswer.Absent>(await settings.Ask(image, resolve));
}
