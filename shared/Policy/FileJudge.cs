using SelfHealGitOps.Manifests;

namespace SelfHealGitOps.Policy;

/// <summary>What is wrong with one file. Findings are in <see cref="FindingOrder"/>.</summary>
/// <param name="Documents">The documents that were judged: manifests, not values or templates.</param>
public sealed record FileJudgement(IReadOnlyList<Finding> Findings, IReadOnlyList<ProblemFile> Problems, int Documents)
{
    /// <summary>Findings that do not count, in the same order. None of them is among <see cref="Findings"/>.</summary>
    public IReadOnlyList<ExemptedFinding> Exempted { get; init; } = [];
}

/// <summary>Judges the objects of files. Keeps its buffers from file to file; one judge serves one thread.</summary>
/// <param name="others">The objects of all files; null where a file is judged by itself. Only set rules look at them.</param>
/// <param name="now">The instant by which exemptions hold or have expired; null for the clock's, read once.</param>
/// <param name="amend">
/// Gives a finding another fix than its rule could, out of evidence that was gathered beforehand; the same finding where
/// there is none. It changes nothing but fix and refusal. Null for the rules' own fixes.
/// </param>
public sealed class FileJudge(
    RuleSet rules, PolicySettings settings, ObjectSet? others = null, DateTimeOffset? now = null, Func<Finding, Finding>? amend = null)
{
    private readonly DateTimeOffset now = now ?? TimeProvider.System.GetUtcNow();
    private readonly ManifestReader reader = new();
    private readonly Subject subject = new();
    private readonly FindingList found = new();

    /// <summary>
    /// Judges every object of a file. Each finding's fix has been tried against the text: what cannot be edited safely
    /// comes with a refusal in place of its fix.
    /// </summary>
    public FileJudgement Judge(SourceText source, bool isNamed = false)
    {
        if (rules.JudgesSets)
        {
            var file = FileReading.Read(reader, source, isNamed);
            return Judge(file.Documents, SetOf(file));
        }

        return Judge(reader.Read(source, isNamed), set: null);
    }

    /// <summary>Judges a file that was read before, whose objects are among the others as they are.</summary>
    public FileJudgement Judge(FileReading file) => Judge(file.Documents, rules.JudgesSets ? others ?? ObjectSet.Of(file.Objects) : null);

    /// <summary>The objects of a file with their findings, one after the other, while their document is there to be edited.</summary>
    internal IEnumerable<JudgedObject> Objects(SourceText source, bool isNamed)
    {
        if (rules.JudgesSets)
        {
            var file = FileReading.Read(reader, source, isNamed);
            return Objects(file.Documents, SetOf(file));
        }

        return Objects(reader.Read(source, isNamed), set: null);
    }

    /// <summary>The file as it is now among the others as they were.</summary>
    private ObjectSet? SetOf(FileReading file) =>
        rules.JudgesSets ? (others ?? ObjectSet.Empty).With(file.Source.File, file.Objects) : null;

    private FileJudgement Judge(IEnumerable<DocumentReading> readings, ObjectSet? set)
    {
        var findings = new List<Finding>();
        var exempted = new List<ExemptedFinding>();
        var problems = new List<ProblemFile>();
        var documents = 0;
        foreach (var reading in readings)
        {
            if (reading.Problem is { } problem)
            {
                problems.Add(problem);
            }

            if (reading.Kind != DocumentKind.Manifest)
            {
                continue;
            }

            documents++;
            var ignores = InlineIgnores.Of(reading.Document);
            foreach (var (root, item) in reading.Document.Manifests())
            {
                var judged = JudgeObject(root, item, set, ignores);
                findings.AddRange(judged.Findings);
                exempted.AddRange(judged.Exempted);
            }

            if (ignores is not null)
            {
                findings.AddRange(ignores.Findings(rules, settings, reading.Document.Source, now));
            }
        }

        findings.Sort(FindingOrder.Instance);
        exempted.Sort((x, y) => FindingOrder.Instance.Compare(x.Finding, y.Finding));
        return new(findings, problems, documents) { Exempted = exempted };
    }

    private IEnumerable<JudgedObject> Objects(IEnumerable<DocumentReading> readings, ObjectSet? set)
    {
        foreach (var reading in readings)
        {
            if (reading.Kind != DocumentKind.Manifest)
            {
                continue;
            }

            var ignores = InlineIgnores.Of(reading.Document);
            foreach (var (root, item) in reading.Document.Manifests())
            {
                yield return JudgeObject(root, item, set, ignores);
            }
        }
    }

    private JudgedObject JudgeObject(Field root, int? item, ObjectSet? set, InlineIgnores? ignores)
    {
        subject.Load(root, settings);
        rules.Check(subject, item, found, set);
        if (found.Count == 0)
        {
            return new(root, item, [], []);
        }

        // Replaced rules are gone by now: to exempt the stricter rule is not to exempt the weaker.
        var findings = new List<Finding>(found.Count);
        var exempted = new List<ExemptedFinding>();
        foreach (var finding in found)
        {
            if (Exempt(root, finding, ignores) is { } exempt)
            {
                exempted.Add(exempt);
            }
            else
            {
                findings.Add(Settle(root, amend is null ? finding : amend(finding)));
            }
        }

        return new(root, item, findings, exempted);
    }

    private ExemptedFinding? Exempt(Field root, Finding finding, InlineIgnores? ignores)
    {
        var entry = settings.Exemptions.Find(finding, now);
        var comment = ignores?.Find(root, finding, now);
        return entry is null && comment is null
            ? null
            : new(finding, entry, comment, IsRefusedAtAdmission: entry is null && rules.Rules.Any(rule => rule is ObjectRule && rule.Info.Id == finding.Rule.Id));
    }

    /// <summary>Tries the fix on the object and on its text: what neither takes is refused.</summary>
    private static Finding Settle(Field root, Finding finding)
    {
        if (finding.Fix is not { } fix)
        {
            return finding;
        }

        var edits = fix.Edits.Select(edit => new AttributedEdit(edit, [finding.Rule.Id])).ToList();
        return (PatchRenderer.Render(root, edits, withTests: false), YamlEditor.Apply(root, edits)) switch
        {
            (RenderedPatch.Refused patch, _) => finding.Refuse(patch.Refusal),
            (_, EditResult.Refused text) => finding.Refuse(text.Refusal),
            (_, EditResult.Spliced { Splices.Count: 0 }) => finding.Refuse(new(RefusalCode.Unverified, "the fix would change nothing")),
            (RenderedPatch.Rendered patch, EditResult.Spliced text) => finding with { Rendered = new(patch.ToPatch(), text.Splices) },
            _ => finding,
        };
    }
}
