using System.Net;
using System.Net.Sockets;
using Xunit;
using Xunit.Abstractions;

namespace SelfHealGitOps.EndToEnd.Tests.Heal;

/// <summary>Two bots that are always there: a Lease of the cluster says which of them works, and the forge tells both when something has happened.</summary>
public sealed class DaemonTests(ITestOutputHelper log) : ShopTests("run")
{
    [GiteaFact]
    public async Task One_of_two_works_a_push_wakes_it_and_the_other_takes_over_when_it_is_killed()
    {
        await using var shop = await GiteaShop.OpenAsync(Namespace);
        await Kubectl.MustAsync("create", "namespace", Namespace);
        Directory.CreateDirectory(Work);
        await ChildProcess.GitAsync(Work, "init", "--quiet", "--initial-branch=main");
        await File.WriteAllTextAsync(Path.Combine(Work, ".selfheal.yaml"), "profile: pss-baseline\n");
        await PushAsync(shop, "first.yaml");
        await File.WriteAllTextAsync(Path.Combine(Folder, "token"), shop.BotToken + "\n");
        using var first = Start(shop, "one", out var hookOfFirst);
        using var second = Start(shop, "two", out var hookOfSecond);
        try
        {
            await Eventually.TrueAsync(() => shop.HasRequestForAsync("first.yaml"), () => $"nothing is opened:\n{first.Said}\n{second.Said}");
            Assert.True(first.HasSaid("selfheal: leading") ^ second.HasSaid("selfheal: leading"), $"{first.Said}\n{second.Said}");

            // The next pass by itself would be in an hour.
            await shop.HookAsync(hookOfFirst, Secret);
            await shop.HookAsync(hookOfSecond, Secret);
            await PushAsync(shop, "second.yaml");
            await Eventually.TrueAsync(() => shop.HasRequestForAsync("second.yaml"), () => $"a push wakes nobody:\n{first.Said}\n{second.Said}");

            var (leader, heir) = first.HasSaid("selfheal: leading") ? (first, second) : (second, first);
            leader.Kill();
            await PushAsync(shop, "third.yaml");
            await Eventually.TrueAsync(() => shop.HasRequestForAsync("third.yaml"), () => $"nobody takes over:\n{heir.Said}");
            Assert.True(heir.HasSaid("selfheal: leading"), heir.Said);
            Assert.Equal(["first.yaml", "second.yaml", "third.yaml"], (await shop.RequestsAsync()).Keys.Order(StringComparer.Ordinal));
        }
        finally
        {
            log.WriteLine($"one: {first.Said}\ntwo: {second.Said}");
        }
    }

    private const string Secret = "a secret of both sides";

    private Daemon Start(GiteaShop shop, string name, out string hook)
    {
        var port = FreePort();
        hook = $"http://127.0.0.1:{port}/hooks/gitea";
        File.WriteAllText(Path.Combine(Folder, "secret"), Secret);
        File.WriteAllText(Path.Combine(Folder, $"{name}.yaml"), $$"""
            author: {name: selfheal, email: selfheal@example.invalid}
            state: state-{{name}}
            interval: 1h
            repositories:
            - url: {{shop.Url}}
            forges:
              gitea:
                kind: gitea
                url: {{GiteaShop.Address}}
                credentials: {token: {file: token} }
                webhookSecret: {file: secret}
            http: {listen: "127.0.0.1:{{port}}"}
            cooldown: 0s
            limits:
              human: {open: 50, perDay: 50}

            """);
        return new Daemon(Folder, "--config", $"{name}.yaml", "--lease", $"{Namespace}/bot");
    }

    private async Task PushAsync(GiteaShop shop, string file)
    {
        await File.WriteAllTextAsync(Path.Combine(Work, file), $$"""
            apiVersion: v1
            kind: Pod
            metadata: {name: {{Path.GetFileNameWithoutExtension(file)}}, namespace: {{Namespace}} }
            spec:
              containers:
              - name: main
                image: local/busybox:1
                securityContext: {privileged: true}

            """);
        await ChildProcess.GitAsync(Work, "add", "--all");
        await ChildProcess.GitAsync(Work, "commit", "--quiet", $"--message=Add {file}");
        await ChildProcess.GitAsync(Work, "push", "--quiet", shop.UrlOf(shop.Alice), "main");
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
