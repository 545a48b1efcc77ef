using Xunit;

namespace SelfHealGitOps.Tests;

/// <summary>A fact over a corpus; skipped, with the reason, where the corpus is absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class CorporaFactAttribute : FactAttribute
{
    public CorporaFactAttribute(string corpus)
    {
        Corpus = corpus;
        if (!Corpora.Has(corpus))
        {
            Skip = $"the corpus '{corpus}' is not on this machine; name the folder of the corpora in SELFHEAL_CORPORA";
        }
    }

    public string Corpus { get; }
}
