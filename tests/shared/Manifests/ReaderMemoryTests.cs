using System.Text;
using SelfHealGitOps.Manifests;
using Xunit;

namespace SelfHealGitOps.Tests.Manifests;

/// <summary>By itself: what other tests hold meanwhile would be counted.</summary>
[CollectionDefinition(nameof(ReaderMemoryTests), DisableParallelization = true)]
[Collection(nameof(ReaderMemoryTests))]
public sealed class ReaderMemoryTests
{
    [Fact]
    public void Many_documents_cost_the_memory_of_one()
    {
        const int documents = 20_000;
        var text = string.Concat(Enumerable.Repeat("apiVersion: v1\nkind: Thing\nmetadata:\n  name: x\n---\n", documents));
        var source = new SourceText("a.yaml", Encoding.UTF8.GetBytes(text));
        var reader = new ManifestReader();
        var most = 0L;
        var count = 0;
        var before = GC.GetTotalMemory(forceFullCollection: true);
        foreach (var reading in reader.Read(source, isNamed: true))
        {
            count += reading.Kind == DocumentKind.Manifest ? 1 : 0;
            if (count % 4000 == 0)
            {
                most = Math.Max(most, GC.GetTotalMemory(forceFullCollection: true) - before);
            }
        }

        Assert.Equal(documents, count);
        Assert.InRange(most, long.MinValue, 8_000_000);
    }
}
