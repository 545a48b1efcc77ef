using Xunit;

namespace SelfHealGitOps.Bot.Tests.Export;

/// <summary>Needs a cluster that <c>KUBECONFIG</c> names, with rights over everything; what the test makes there, it takes away.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ClusterFactAttribute : FactAttribute
{
    public ClusterFactAttribute() => Skip = TestCluster.WhyNot;
}

/// <inheritdoc cref="ClusterFactAttribute"/>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ClusterTheoryAttribute : TheoryAttribute
{
    public ClusterTheoryAttribute() => Skip = TestCluster.WhyNot;
}
