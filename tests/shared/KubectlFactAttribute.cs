using Xunit;

namespace SelfHealGitOps.Tests;

/// <summary>A test that asks kubectl about a corpus; skipped, saying so, where either is absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class KubectlFactAttribute : FactAttribute
{
    public KubectlFactAttribute(string corpus)
    {
        if (!Corpora.Has(corpus))
        {
            Skip = $"the corpus '{corpus}' is not on this machine";
        }
        else if (!(Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, "kubectl"))))
        {
            Skip = "kubectl is not on this machine's PATH";
        }
    }
}
