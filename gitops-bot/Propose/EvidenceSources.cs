using System.Security.Cryptography;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Bot.Propose;

/// <summary>
/// Whoever is asked where the rules know no fix: registries, the history of the file, and then a model. The first that
/// knows something is heard. One for each pass.
/// </summary>
internal sealed class EvidenceSources(RegistryProposer? registry, HistoryProposer? history, ModelProposer? model, Answers memory, string digest)
{
    private readonly List<ModelAttempt> attempts = [];
    private readonly List<string> problems = [];

    /// <summary>What came of asking a model, for the audit.</summary>
    public IReadOnlyList<ModelAttempt> Attempts => attempts;

    /// <summary>Why something could not be learnt.</summary>
    public IReadOnlyList<string> Problems => problems;

    public async Task ProposeAsync(FileFindings file, Amendments amendments, CancellationToken cancellationToken)
    {
        if (registry is not null)
        {
            var unknown = await registry.ProposeAsync(file, amendments, cancellationToken);
            problems.AddRange(unknown.Values);
        }

        var open = file.Findings.Where(finding => finding.Fix is null && amendments.Of(finding.Key) is null).ToList();
        if (open.Count > 0)
        {
            await AskOnceAsync(file with { Findings = open }, amendments, cancellationToken);
        }
    }

    /// <summary>About one text, history and a model are asked once: the answer of the first is the same, and that of the second costs the same again. What could not be heard is asked again.</summary>
    private async Task AskOnceAsync(FileFindings file, Amendments amendments, CancellationToken cancellationToken)
    {
        var question = $"{digest} {file.File} {Convert.ToHexStringLower(SHA256.HashData(file.Source.Bytes))} {string.Join(' ', file.Findings.Select(finding => finding.Key))}";
        if (memory.Find(question) is not { } answer)
        {
            var heard = new Amendments();
            var isWhole = true;
            if (history is not null && await history.ProposeAsync(file, heard, cancellationToken) is { } problem)
            {
                problems.Add(problem);
                isWhole = false;
            }

            if (model is not null)
            {
                var wasStopped = model.Stopped is not null;
                var run = await model.ProposeAsync(file, heard, cancellationToken);
                attempts.AddRange(run.Attempts);
                isWhole &= run.IsWhole;
                if (!wasStopped && model.Stopped is { } why)
                {
                    problems.Add(why);
                }
            }

            answer = [.. file.Findings.Select(finding => (finding.Key, Fix: heard.Of(finding.Key))).Where(each => each.Fix is not null).Select(each => (each.Key, each.Fix!))];
            if (isWhole)
            {
                memory.Add(question, answer);
            }
        }

        foreach (var (key, fix) in answer)
        {
            amendments.Add(key, fix);
        }
    }
}

/// <summary>What history and a model have answered, for a day: lives as long as the process.</summary>
internal sealed class Answers(TimeProvider clock)
{
    private const int Most = 1000;

    private static readonly TimeSpan Life = TimeSpan.FromDays(1);

    private readonly Dictionary<string, (DateTimeOffset At, IReadOnlyList<(FindingKey, ProposedFix)> Answer)> answers = new(StringComparer.Ordinal);

    public IReadOnlyList<(FindingKey Key, ProposedFix Fix)>? Find(string question) =>
        answers.TryGetValue(question, out var found) && clock.GetUtcNow() - found.At < Life ? found.Answer : null;

    public void Add(string question, IReadOnlyList<(FindingKey Key, ProposedFix Fix)> answer)
    {
        if (answers.Count >= Most)
        {
            answers.Clear();
        }

        answers[question] = (clock.GetUtcNow(), answer);
    }
}
