using Xunit;

namespace SelfHealGitOps.Tests;

/// <summary>A theory over a corpus; skipped, with the reason, where the corpus is absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class CorporaTheoryAttribute : TheoryAttribute
{
    public CorporaTheoryAttribute(string corpus)
    {
        Corpus = corpus;
        if (!Corpora.Has(corpus))
        {
            Skip = $"the corpus '{corpus}' is not on this machine; name the folder of the corpora in SELFHEAL_CORPORA";
        }
    }

    public string Corpus { get; }
}
