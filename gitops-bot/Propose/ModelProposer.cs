using SelfHealGitOps.Bot.Configuration;
using SelfHealGitOps.Bot.Llm;
using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Bot.Propose;

/// <summary>
/// Asks a model where rules and evidence have no answer. Whatever it says can only ever be a value at a place that was
/// listed before it was asked, has cleared its finding in memory and brought no other, and is for a person to review.
/// </summary>
/// <param name="llm">Null with <see cref="ModelMode.Rules"/>, and never asked then.</param>
/// <param name="others">As for <see cref="FileMender"/>.</param>
/// <param name="judge">The later gates; null is a pass, else why not. Null for none.</param>
internal sealed class ModelProposer(
    ModelMode mode,
    ILlm? llm,
    RuleSet rules,
    PolicySettings settings,
    TimeProvider time,
    ObjectSet? others = null,
    Func<FileFindings, IReadOnlyList<ProposedFix>, CancellationToken, Task<string?>>? judge = null)
{
    public const int Tries = 3;

    /// <summary>That fail in a row for the endpoint's sake, after which nothing more is asked of it: each may take its whole time.</summary>
    private const int MostInVain = 3;

    /// <summary>Of one file: a model's time is dear, and the next pass asks about the rest.</summary>
    private const int MostObjects = 10;

    private const int MostFindings = 12;

    private const int MostPromptCharacters = 48 << 10;

    /// <summary>Of an object as it is written; what is masked and left out is less in the question.</summary>
    private const int MostObjectBytes = 4 * MostPromptCharacters;

    private const int MostQuoted = 2000;

    private readonly RuleSet rules = rules;
    private readonly PolicySettings settings = settings;
    private readonly TimeProvider time = time;
    private readonly ObjectSet? others = others;
    private readonly Func<FileFindings, IReadOnlyList<ProposedFix>, CancellationToken, Task<string?>>? judge = judge;

    private int inVain;

    /// <summary>Why nothing more is asked in this pass; null while something is.</summary>
    public string? Stopped { get; private set; }

    /// <summary>Adds fixes for findings that have none. What goes wrong with a model is no failure: its findings stay as they are.</summary>
    public async Task<ModelRun> ProposeAsync(FileFindings file, Amendments amendments, CancellationToken cancellationToken)
    {
        if (mode == ModelMode.Rules || llm is null)
        {
            return ModelRun.None;
        }

        var attempts = new List<ModelAttempt>();
        var asked = 0;
        var isWhole = true;
        foreach (var findings in file.Findings
            .Where(finding => finding.Refusal?.Code is RefusalCode.NeedsEvidence or RefusalCode.NeedsDecision && amendments.Of(finding.Key) is null)
            .GroupBy(finding => (finding.Origin.Document, finding.Origin.Item)))
        {
            var root = file.RootOf(findings.First());
            if (!root.Exists)
            {
                continue;
            }

            var questions = findings
                .Select(finding => (Finding: finding, Places: ModelPlace.Of(finding, root)))
                .Where(each => each.Places.Count > 0)
                .Take(MostFindings)
                .Select((each, index) => new ModelFinding($"F{index + 1}", each.Finding, each.Places))
                .ToList();
            if (questions.Count > 0 && asked++ < MostObjects)
            {
                if (Stopped is not null)
                {
                    isWhole = false;
                    break;
                }

                if (root.Document[root.Node] is var node && node.End - node.Start > MostObjectBytes)
                {
                    attempts.Add(new(questions[0].Finding.Object.ToString(), 0, ModelOutcome.FellBack, $"the object is too large to be asked about: at most {MostObjectBytes} bytes"));
                    continue;
                }

                var conversation = new Conversation(this, llm, file, amendments, questions, new(root));
                var (fixes, tried) = await conversation.RunAsync(cancellationToken).ConfigureAwait(false);
                isWhole &= !conversation.IsUnheard;
                attempts.AddRange(tried);
                foreach (var (key, fix) in fixes)
                {
                    amendments.Add(key, fix);
                }
            }
        }

        return new(attempts) { IsWhole = isWhole };
    }

    /// <summary>Counts what the endpoint makes us wait for in vain.</summary>
    private void Hear(LlmAnswer answer, string name)
    {
        inVain = answer is LlmAnswer.Failed { IsOfEndpoint: true, Tries: var tries } ? inVain + tries : 0;
        if (inVain >= MostInVain && answer is LlmAnswer.Failed failed)
        {
            Stopped ??= $"model {name}: {failed.Message}; nothing more is asked of it in this pass";
        }
    }

    /// <summary>About one object.</summary>
    private sealed class Conversation(
        ModelProposer owner, ILlm llm, FileFindings file, Amendments amendments, IReadOnlyList<ModelFinding> questions, MaskedObject seen)
    {
        private readonly List<ModelAttempt> attempts = [];
        private readonly string name = questions[0].Finding.Object.ToString();

        /// <summary>True where the endpoint is to blame that there is no answer.</summary>
        public bool IsUnheard { get; private set; }

        public async Task<(Dictionary<FindingKey, ProposedFix> Fixes, IReadOnlyList<ModelAttempt> Attempts)> RunAsync(CancellationToken cancellationToken)
        {
            var messages = ModelPrompt.Of(questions, seen, owner.settings.Defaults).ToList();
            if (messages.Sum(message => message.Text.Length) > MostPromptCharacters)
            {
                return FallBack(0, $"the object is too large to be asked about: at most {MostPromptCharacters} characters");
            }

            var schema = ModelPrompt.Schema(questions);
            for (var n = 1; n <= Tries; n++)
            {
                var answer = await llm.AskAsync(new(messages, "edits", schema), cancellationToken).ConfigureAwait(false);
                owner.Hear(answer, llm.Name);
                if (answer is not LlmAnswer.Text { Content: var content })
                {
                    IsUnheard = answer is LlmAnswer.Failed { IsOfEndpoint: true };
                    return FallBack(n, ((LlmAnswer.Failed)answer).Message);
                }

                var (fixes, outcome, why) = await JudgeAsync(content, isLast: n == Tries, cancellationToken).ConfigureAwait(false);
                if (outcome == ModelOutcome.FellBack)
                {
                    return FallBack(n, why);
                }

                attempts.Add(new(name, n, outcome, why));
                if (outcome == ModelOutcome.Accepted)
                {
                    return (fixes, attempts);
                }

                messages.Add(new(LlmRole.Assistant, Cut(content)));
                messages.Add(new(LlmRole.User, $"Refused: {Cut(seen.Scrub(why))}. Answer again, with all edits, as one JSON object."));
            }

            return FallBack(Tries, $"none of {Tries} answers could be used");
        }

        private (Dictionary<FindingKey, ProposedFix> Fixes, IReadOnlyList<ModelAttempt> Attempts) FallBack(int n, string why)
        {
            attempts.Add(new(name, n, ModelOutcome.FellBack, why));
            return ([], attempts);
        }

        /// <param name="isLast">What holds of the answer is then taken without the rest; before, all of it is asked for again.</param>
        private async Task<(Dictionary<FindingKey, ProposedFix> Fixes, ModelOutcome Outcome, string Why)> JudgeAsync(
            string content, bool isLast, CancellationToken cancellationToken)
        {
            switch (ModelReply.Read(content))
            {
                case ModelReply.Refused refused:
                    return ([], ModelOutcome.RefusedBySchema, refused.Why);
                case ModelReply.Edits { All.Count: 0 }:
                    return ([], ModelOutcome.FellBack, "the model proposes nothing");
                case ModelReply.Edits edits:
                    var (fixes, outcome, why) = Place(edits.All);
                    if (outcome != ModelOutcome.Accepted)
                    {
                        return ([], outcome, why);
                    }

                    if (Try(fixes) is { Count: > 0 } failed)
                    {
                        why = string.Join("; ", failed.Select(each => $"{Id(each.Key)}: {each.Value}"));
                        foreach (var key in failed.Keys)
                        {
                            fixes.Remove(key);
                        }

                        // Without its neighbours, one of those that held may not hold any more.
                        if (!isLast || fixes.Count == 0 || Try(fixes).Count > 0)
                        {
                            return ([], ModelOutcome.RefusedByEngine, why);
                        }
                    }

                    if (owner.judge is { } judge && await judge(file, [.. fixes.Values], cancellationToken).ConfigureAwait(false) is { } objection)
                    {
                        return ([], ModelOutcome.RefusedByGate, objection);
                    }

                    return (fixes, ModelOutcome.Accepted, string.Join(", ", fixes.Values.Select(fix => fix.Finding.Rule.Id)));
                default:
                    throw new InvalidOperationException("a reply holds edits or is refused");
            }
        }

        /// <summary>The edits as fixes. One that is not where it may be spoils the whole answer: it was not understood, or is not meant well.</summary>
        private (Dictionary<FindingKey, ProposedFix> Fixes, ModelOutcome Outcome, string Why) Place(IReadOnlyList<ModelEdit> edits)
        {
            var placed = new Dictionary<string, List<(Edit Edit, string Why)>>(StringComparer.Ordinal);
            foreach (var edit in edits)
            {
                var finding = questions.FirstOrDefault(each => each.Id == edit.Finding);
                var place = finding?.Places.FirstOrDefault(each => each.Path.ToString() == edit.Path);
                var operation = edit.Op switch { "set" => ModelOperations.Set, "append" => ModelOperations.Append, _ => ModelOperations.Remove };
                if (finding is null || place is null || !place.Operations.HasFlag(operation))
                {
                    return ([], ModelOutcome.RefusedByAllowList, $"no place of {Excerpt.Of(edit.Finding)} takes {edit.Op} at {Excerpt.Of(edit.Path)}");
                }

                var made = Made(place, operation, edit);
                if (made is null)
                {
                    return ([], ModelOutcome.RefusedByValue, $"the value for {edit.Path} must be {place.Value.Wanted}");
                }

                if (!placed.TryGetValue(finding.Id, out var list))
                {
                    placed[finding.Id] = list = [];
                }

                if (list.Exists(each => each.Edit.Path == made.Path))
                {
                    return ([], ModelOutcome.RefusedBySchema, $"{edit.Path} is edited twice for {finding.Id}");
                }

                list.Add((made, edit.Why));
            }

            var fixes = new Dictionary<FindingKey, ProposedFix>();
            foreach (var question in questions.Where(each => placed.ContainsKey(each.Id)))
            {
                var list = placed[question.Id];
                var fix = new Fix(Title(list.Select(each => each.Edit)), Safety.Review, [.. list.Select(each => each.Edit)]);
                fixes[question.Finding.Key] = new(
                    question.Finding with { Fix = fix, Refusal = null, Rendered = null },
                    Proposer.Model,
                    [.. list.Select(each => new Evidence($"model {llm.Name}", Plain(seen.Scrub(each.Why))))]);
            }

            return (fixes, ModelOutcome.Accepted, "");
        }

        private static Edit? Made(ModelPlace place, ModelOperations operation, ModelEdit edit)
        {
            if (operation == ModelOperations.Remove)
            {
                return new Edit.Remove(place.Path);
            }

            try
            {
                return place.Value.Read(edit.Value) is not { } value ? null
                    : operation == ModelOperations.Set ? new Edit.Set(place.Path, value)
                    : new Edit.Append(place.Path, value);
            }
            catch (InvalidOperationException)
            {
                // Text that is no Unicode, such as half of a surrogate pair.
                return null;
            }
        }

        /// <summary>Carries the fixes out in memory, among those of rules and evidence for the same findings; which do not hold, and why.</summary>
        private Dictionary<FindingKey, string> Try(Dictionary<FindingKey, ProposedFix> fixes)
        {
            var mender = new FileMender(
                owner.rules,
                owner.settings,
                owner.others,
                owner.time.GetUtcNow(),
                finding => fixes.TryGetValue(finding.Key, out var own) ? finding with { Fix = own.Fix, Refusal = null, Rendered = null } : amendments.Amend(finding));
            var mended = mender.Mend(file.Source, Safety.Review, isNamed: false, finding => fixes.ContainsKey(finding.Key));
            var gone = mended.Fixed.Select(finding => finding.Key).ToHashSet();
            return fixes.Keys.Where(key => !gone.Contains(key)).ToDictionary(
                key => key,
                key => mended.Remaining.Findings.FirstOrDefault(finding => finding.Key == key)?.Refusal?.Message ?? "the finding stays");
        }

        private string Id(FindingKey key) => questions.First(each => each.Finding.Key == key).Id;

        private static string Title(IEnumerable<Edit> edits) => $"As a model proposes: {string.Join(", ", edits.Select(edit => edit switch
        {
            Edit.Set set => $"set {set.Path} to {Shown(set.Value)}",
            Edit.Append append => $"add {Shown(append.Value)} to {append.Path}",
            _ => $"remove {edit.Path}",
        }))}";

        private static string Shown(Value value) => value is Value.Text(var text) ? text : value.ToJson().ToJsonString();

        private static string Plain(string text) => string.Concat(text.Where(character => !char.IsControl(character))).Trim();

        private static string Cut(string text) => text.Length > MostQuoted ? text[..MostQuoted] : text;
    }
}
