using SelfHealGitOps.Manifests;

namespace SelfHealGitOps.Policy;

/// <summary>What is wrong with one file. Findings are in <see cref="FindingOrder"/>.</summary>
/// <param name="Documents">The documents that were judged: manifests, not values or templates.</param>
public sealed record FileJudgement(IReadOnlyList<Finding> Findings, IReadOnlyList<ProblemFile> Problems, int Documents);

/// <summary>Judges the objects of files. Keeps its buffers from file to file; one judge serves one thread.</summary>
/// <param name="others">The objects of all files; null where a file is judged by itself. Only set rules look at them.</param>
public sealed class FileJudge(RuleSet rules, PolicySettings settings, ObjectSet? others = null)
{
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
    internal IEnumerable<(Field Root, int? Item, List<Finding> Findings)> Objects(SourceText source, bool isNamed)
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
            foreach (var (root, item) in reading.Document.Manifests())
            {
                findings.AddRange(JudgeObject(root, item, set));
            }
        }

        findings.Sort(FindingOrder.Instance);
        return new(findings, problems, documents);
    }

    private IEnumerable<(Field Root, int? Item, List<Finding> Findings)> Objects(IEnumerable<DocumentReading> readings, ObjectSet? set)
    {
        foreach (var reading in readings)
        {
            if (reading.Kind != DocumentKind.Manifest)
            {
                continue;
            }

            foreach (var (root, item) in reading.Document.Manifests())
            {
                yield return (root, item, JudgeObject(root, item, set));
            }
        }
    }

    private List<Finding> JudgeObject(Field root, int? item, ObjectSet? set)
    {
        subject.Load(root, settings);
        rules.Check(subject, item, found, set);
        return found.Count == 0 ? [] : [.. found.Select(finding => Settle(root, finding))];
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
