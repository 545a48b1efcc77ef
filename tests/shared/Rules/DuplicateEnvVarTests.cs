using System.Globalization;
using SelfHealGitOps.Rules;
using Xunit;

namespace SelfHealGitOps.Tests.Rules;

public sealed class DuplicateEnvVarTests
{
    [Fact]
    public void Finds_one_among_many_in_time()
    {
        var names = Enumerable.Range(0, 20_000).Select(i => $"- {{name: V{i.ToString(CultureInfo.InvariantCulture)}, value: a}}");
        var findings = Judge.Text(
            $"apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - name: web\n    env:\n    {string.Join("\n    ", names)}\n    - {{name: V7, value: b}}\n",
            [new DuplicateEnvVar()]);
        Assert.Equal("/spec/containers/0/env/20000", Assert.Single(findings).Pointer);
    }
}
