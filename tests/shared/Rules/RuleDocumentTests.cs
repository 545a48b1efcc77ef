using SelfHealGitOps.Manifests;
using Xunit;

namespace SelfHealGitOps.Tests.Rules;

public sealed class RuleDocumentTests
{
    /// <summary>Fails when the document is older than the catalogue; <c>make golden</c> writes it anew.</summary>
    [Fact]
    public void The_document_is_that_of_the_catalogue() =>
        Golden.Matches(Path.Combine(Checkout.Root, "docs", "rules.md"), RuleDocument.Write());

    [Fact]
    public void Outlines_keep_what_a_place_is_nested_in()
    {
        string[] lines =
        [
            "apiVersion: v1", "kind: Pod", "spec:", "  volumes:", "  - name: a", "    emptyDir: {}", "  containers:",
            "  # the only one", "  - name: web", "    image: x", "    ports:", "    - containerPort: 80", "  hostIPC: true",
            "---", "kind: Other",
        ];
        Assert.Equal("kind: Pod\nspec:\n  containers:\n  - name: web\n    ports:\n    - containerPort: 80\n", Outline.Of(lines, [11]));
        Assert.Equal("kind: Pod\nspec:\n  hostIPC: true\n", Outline.Of(lines, [12]));
        Assert.Equal("kind: Pod\nspec:\n  containers:\n  - name: web\n    ports:\n    - containerPort: 80\n", Outline.Of(lines, [10]));
    }

    [Fact]
    public void Every_example_is_yaml()
    {
        var parts = RuleDocument.Write().Split("```yaml\n").Skip(1).Select(part => part[..part.IndexOf("```", StringComparison.Ordinal)]).ToList();
        Assert.True(parts.Count > 100, $"{parts.Count} examples");
        foreach (var part in parts)
        {
            foreach (var reading in new ManifestReader().Read(new SourceText("example.yaml", System.Text.Encoding.UTF8.GetBytes(part)), isNamed: true))
            {
                Assert.True(reading.Problem is null, $"{reading.Problem}\n{part}");
            }
        }
    }
}
