using System.Text;
using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;
using SelfHealGitOps.Rules;
using Xunit;

namespace SelfHealGitOps.Tests.Rules;

/// <summary>Which mounts lead to the node, as docker-sock, sensitive-host-mounts and writable-host-mount all see it.</summary>
public sealed class HostMountTests
{
    private const string Pod = """
        apiVersion: v1
        kind: Pod
        metadata: {name: a, namespace: b}
        spec:
          volumes:
          - {name: z, hostPath: {path: /z}}
          - {name: twice, emptyDir: {}}
          - {name: twice, hostPath: {path: /first}}
          - {name: twice, hostPath: {path: /second}}
          - {name: cache, emptyDir: {}}
          - {name: a, hostPath: {path: /a}}
          - {hostPath: {path: /nameless}}
          initContainers:
          - name: setup
            volumeMounts:
            - {name: z, mountPath: /1}
          - name: idle
          containers:
          - name: web
            volumeMounts:
            - {name: twice, mountPath: /2}
            - {name: cache, mountPath: /3}
            - {name: missing, mountPath: /4}
            - {name: a, mountPath: /5}
            - {mountPath: /6}

        """;

    [Fact]
    public void Are_those_of_every_container_in_order_and_the_first_volume_of_a_name_counts() => Assert.Equal(
        ["setup:/z", "web:/first", "web:/a", "web:/nameless"],
        Judge.Text(Pod, [new WritableHostMount()]).Select(finding => $"{finding.Message.Split('\'')[1]}:{finding.Message.Split('\'')[3]}"));

    [Fact]
    public void Are_looked_up_anew_for_every_object()
    {
        var other = Pod.Replace("/z", "/y", StringComparison.Ordinal).Replace("name: twice, hostPath", "name: once, hostPath", StringComparison.Ordinal);
        var none = "apiVersion: v1\nkind: Pod\nspec: {containers: [{name: web, volumeMounts: [{name: z}]}]}\n";

        var findings = Judge.Text($"{Pod}---\n{other}---\n{none}---\napiVersion: v1\nkind: Service\n", [new WritableHostMount()]);

        Assert.Equal([4, 3], findings.CountBy(finding => finding.Origin.Document).Select(count => count.Value));
    }

    [Fact]
    public void Allocate_nothing_where_they_are_read_only()
    {
        var text = Pod.Replace("mountPath:", "readOnly: true, mountPath:", StringComparison.Ordinal);
        var document = new ManifestReader().Read(new SourceText("pod.yaml", Encoding.UTF8.GetBytes(text)), isNamed: true).Single().Document;
        var subject = new Subject();
        var findings = new FindingList();
        findings.Start(document.Root, itemIndex: null);
        var rule = new WritableHostMount();
        subject.Load(document.Root, PolicySettings.Default);
        rule.Check(subject, findings);
        Assert.Empty(findings);

        var before = GC.GetAllocatedBytesForCurrentThread();
        subject.Load(document.Root, PolicySettings.Default);
        rule.Check(subject, findings);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }
}
