using Xunit;

namespace SelfHealGitOps.Bot.Tests.Detect;

public class NotManifestTests
{
    [Theory]
    [InlineData("notes.yaml", "text: [about apiVersion and kind\n")]
    [InlineData("package.json", "{\"name\": \"kind\", \"apiVersion\": 1, \"broken\": tru}\n")]
    [InlineData("two.json", "{\"a\": 1}\n{\"kind\": apiVersion\n")]
    [InlineData("flow.yaml", "{kind: apiVersion, [\n")]
    [InlineData("twice.yaml", "spec: {kind: a, kind: b, apiVersion: c}\n")]
    public void Is_reported_as_broken_only_when_it_is_named(string name, string text)
    {
        using var folder = new TempFolder().Write(name, text);

        Assert.Equal(0, SelfHeal.Run(folder.Root, "scan").ExitCode);
        Assert.Equal(3, SelfHeal.Run(folder.Root, "scan", name).ExitCode);
    }

    [Theory]
    [InlineData("values.yaml", "kind: values\napiVersion: [not, one]\n")]
    [InlineData("deployment.yaml", "{{- if .Values.on }}\napiVersion: v1\nkind: Pod\n{{- end }}\n")]
    [InlineData("kustomization.yaml", "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [../apps]\n")]
    [InlineData("compose.yaml", "services: {web: {image: nginx, x-kind: {apiVersion: v1}}}\n")]
    public void Is_judged_by_no_rule_also_when_it_is_named(string name, string text)
    {
        using var folder = new TempFolder().Write(name, text);

        var outcome = SelfHeal.Run(folder.Root, "scan", name, "-o", "json");

        Assert.Equal(0, outcome.ExitCode);
        Assert.Equal(0, (int)outcome.Json["summary"]!["documents"]!);
    }
}
