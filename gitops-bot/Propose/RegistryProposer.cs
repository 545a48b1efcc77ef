using SelfHealGitOps.Bot.Registry;
using SelfHealGitOps.Manifests;

namespace SelfHealGitOps.Bot.Propose;

/// <summary>Asks registries what rules must not invent: what is behind a tag, and as whom an image runs. One for each pass.</summary>
internal sealed class RegistryProposer(IImages images)
{
    /// <summary>Tries in a row in vain, after which nothing more is asked of a registry: each may take its whole time.</summary>
    private const int MostInVain = 3;

    private readonly Dictionary<string, int> inVain = new(StringComparer.Ordinal);

    /// <summary>Adds the fixes that registries' answers allow. An image about which nothing can be learnt leaves its findings as they are.</summary>
    /// <returns>Why nothing was learnt, by image: for whoever wonders. Of a registry that gives no answers, the last one alone.</returns>
    public async Task<IReadOnlyDictionary<ImageReference, string>> ProposeAsync(FileFindings file, Amendments amendments, CancellationToken cancellationToken)
    {
        var known = new Dictionary<ImageReference, ImageEvidence>();
        var unknown = new Dictionary<ImageReference, string>();
        foreach (var finding in file.Findings)
        {
            var root = file.RootOf(finding);
            foreach (var image in EvidenceFixes.Wanted(finding, root).Where(image => !known.ContainsKey(image) && !unknown.ContainsKey(image)))
            {
                var host = ImagePrefix.HostOf(image.Registry);
                var tried = inVain.GetValueOrDefault(host);
                if (tried >= MostInVain)
                {
                    continue;
                }

                switch (await images.AskAsync(image, cancellationToken))
                {
                    case ImageAnswer.Known answer:
                        known[image] = answer.Evidence;
                        inVain[host] = 0;
                        break;
                    case ImageAnswer.Absent { IsTransient: true } absent:
                        inVain[host] = tried += absent.Tries;
                        unknown[image] = tried < MostInVain ? absent.Message : $"{absent.Message}; nothing more is asked of {host} in this pass";
                        break;
                    case ImageAnswer.Absent absent:
                        inVain[host] = 0;
                        unknown[image] = absent.Message;
                        break;
                    default:
                        throw new InvalidOperationException("an answer is known or absent");
                }
            }

            var heard = EvidenceFixes.Apply(finding, root, known.GetValueOrDefault);
            if (heard.Evidence.Count > 0)
            {
                Evidence[] quoted = [.. heard.Evidence.SelectMany(each => each.Facts.Select(fact => new Evidence(each.Host, fact)))];
                amendments.Add(finding.Key, new(heard.Finding, Proposer.Registry, quoted));
            }
        }

        return unknown;
    }
}
