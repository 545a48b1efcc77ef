using Xunit;

namespace SelfHealGitOps.EndToEnd.Tests.Heal;

/// <summary>Tests with a folder on this machine and a namespace of the cluster, both of their own; they are gone afterwards.</summary>
/// <param name="prefix">What both are called by; the namespace has a random rest.</param>
public abstract class ShopTests(string prefix) : IAsyncLifetime
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory($"selfheal-e2e-{prefix}-");

    protected string Folder => folder.FullName;

    /// <summary>Where people work at the repository.</summary>
    protected string Work => Path.Combine(Folder, "work");

    protected string Namespace { get; } = $"{prefix}-{Guid.NewGuid():N}"[..13];

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (!string.IsNullOrEmpty(Environment.GetEnvironmentVariable("KUBECONFIG")))
        {
            await Kubectl.RunAsync("delete", "validatingadmissionpolicybinding,validatingadmissionpolicy", Namespace, "--ignore-not-found", "--wait=false");
            await Kubectl.RunAsync("delete", "namespace", Namespace, "--ignore-not-found", "--wait=false");
        }

        folder.Delete(recursive: true);
    }
}
