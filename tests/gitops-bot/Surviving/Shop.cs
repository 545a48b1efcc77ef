using SelfHealGitOps.Bot.Audit;
using SelfHealGitOps.Bot.Deliver;
using Xunit;

namespace SelfHealGitOps.Bot.Tests.Surviving;

/// <summary>A small repository in which something is wrong in each way that the bot knows.</summary>
internal static class Shop
{
    /// <summary>One pull request.</summary>
    public static string Web(string name, string version = "1.2.3") => $$"""
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: {{name}}
          namespace: shop
        spec:
          replicas: 2
          selector:
            matchLabels: {app: {{name}}}
          template:
            metadata:
              labels: {app: {{name}}}
            spec:
              containers:
              - name: {{name}}
                image: registry.example.com/shop/{{name}}:{{version}}
                securityContext:
                  privileged: true

        """;

    /// <summary>One issue: nobody can say which path the container may use instead.</summary>
    public static string Host(string name) => $$"""
        apiVersion: v1
        kind: Pod
        metadata:
          name: {{name}}
          namespace: shop
        spec:
          containers:
          - name: {{name}}
            image: registry.example.com/shop/{{name}}:1.0.0
            volumeMounts:
            - {name: data, mountPath: /data}
          volumes:
          - name: data
            hostPath: {path: /var/data}

        """;

    public static HealingStage Stage() => new HealingStage()
        .Write("web.yaml", Web("web")).Write("pod.yaml", Host("pod")).Write(".selfheal.yaml", "version: 1\nprofile: pss-baseline\n").Write("CODEOWNERS", "* @ann\n").Push();

    /// <summary>Nothing is there twice, and the log is whole.</summary>
    public static async Task CheckAsync(HealingStage stage, string bot)
    {
        var requests = stage.Requests();
        Assert.Equal(requests.Count, requests.Select(request => request.Fingerprint).Distinct().Count());
        Assert.Equal(requests.Count, requests.Select(request => request.HeadBranch).Distinct().Count());
        var issues = stage.Issues();
        Assert.Equal(issues.Count, issues.Select(issue => issue.Fingerprint).Distinct().Count());
        Assert.Single(issues, issue => issue.Title == Dashboard.Title);
        var verdict = await AuditChain.VerifyAsync(new AuditFile(stage.StateOf(bot), stage.Clock).LinesAsync(default), null, default);
        Assert.True(verdict.IsWhole, string.Join('\n', verdict.Problems));
    }

    /// <summary>What the audit log says was done, without who and when: each once, in no order.</summary>
    public static async Task<string> AuditedAsync(HealingStage stage, string bot)
    {
        var lines = new List<string>();
        await foreach (var line in new AuditFile(stage.StateOf(bot), stage.Clock).LinesAsync(default))
        {
            if (AuditEntry.Read(line.Bytes.Span) is AuditReading.Whole(var entry) && entry.Event.Verb is not "audit.gap")
            {
                lines.Add($"{entry.Event.Verb} {entry.Event.Target}");
            }
        }

        return string.Join('\n', lines.Order(StringComparer.Ordinal));
    }
}
