using System.Globalization;
using System.Text;
using SelfHealGitOps.Bot.Git;
using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Bot.Propose;

/// <summary>How far back a value may have been good, to be proposed again.</summary>
internal sealed record HistoryBounds
{
    /// <summary>Of one file.</summary>
    public int Versions { get; init; } = 50;

    /// <summary>An older value is more likely to have been given up for a reason; an image of that age has known holes.</summary>
    public TimeSpan Age { get; init; } = TimeSpan.FromDays(180);
}

/// <summary>
/// Asks a file's history for the last good value: what stood at the very place of a finding, in the same container of the
/// same object, when the rule did not find it. A person reviews it: what was good then need not be now.
/// </summary>
/// <param name="history">The versions of a file, newest first; <c>Clone.History</c> of the commit that was scanned.</param>
/// <param name="others">As for <see cref="FileMender"/>.</param>
internal sealed class HistoryProposer(
    Func<string, int, CancellationToken, IAsyncEnumerable<FileVersion>> history,
    RuleSet rules,
    PolicySettings settings,
    TimeProvider time,
    ObjectSet? others = null,
    HistoryBounds? bounds = null)
{
    private const int LongestQuote = 200;

    private readonly HistoryBounds bounds = bounds ?? new();

    /// <summary>Adds the fixes that history allows.</summary>
    /// <returns>Why history could not be read, or could be only in part; null if nothing went wrong.</returns>
    public async Task<string?> ProposeAsync(FileFindings file, Amendments amendments, CancellationToken cancellationToken)
    {
        var open = file.Findings.Where(finding => IsAsked(finding) && amendments.Of(finding.Key) is null && file.RootOf(finding).Exists).ToList();
        if (open.Count == 0)
        {
            return null;
        }

        var oldest = time.GetUtcNow() - bounds.Age;
        var tried = new HashSet<(FindingKey, Value)>();
        try
        {
            await foreach (var version in history(file.File, bounds.Versions, cancellationToken).ConfigureAwait(false))
            {
                if (version.When < oldest)
                {
                    break;
                }

                if (version.Bytes.Span.SequenceEqual(file.Source.Bytes))
                {
                    continue;
                }

                Compare(file, new SourceText(file.File, version.Bytes), version, open, tried, amendments);
                if (open.Count == 0)
                {
                    break;
                }
            }

            return null;
        }
        catch (GitException exception)
        {
            return exception.Message;
        }
    }

    private void Compare(FileFindings file, SourceText then, FileVersion version, List<Finding> open, HashSet<(FindingKey, Value)> tried, Amendments amendments)
    {
        var roots = FileReading.Read(new ManifestReader(), then, isNamed: false).Documents
            .Where(reading => reading.Kind == DocumentKind.Manifest)
            .SelectMany(reading => reading.Document.Manifests().Select(manifest => (reading.Document.Index, manifest.Item, manifest.Root)))
            .ToList();
        IReadOnlyList<Finding>? found = null;
        foreach (var finding in open.ToList())
        {
            // Twice in one file, and nobody knows which of them this one was.
            var same = roots.Where(each => IsSame(ObjectIdentity.Of(each.Root), finding.Object)).Take(2).ToList();
            if (same is not [var (document, item, root)])
            {
                continue;
            }

            var was = FieldAt.Of(root, finding.Path);
            if (FieldAt.ValueOf(was) is not { } value || HoldsSecretOrExpression(value) || !IsOfSameImage(finding, file, was) || !tried.Add((finding.Key, value)))
            {
                continue;
            }

            found ??= new FileJudge(rules, settings, others, time.GetUtcNow()).Judge(then).Findings;
            if (found.Any(each => each.Rule.Id == finding.Rule.Id && each.Origin.Document == document && each.Origin.Item == item && each.Path == finding.Path))
            {
                continue;
            }

            var proposed = Proposed(finding, value, version);
            if (Holds(file, amendments, proposed))
            {
                amendments.Add(finding.Key, proposed);
                open.Remove(finding);
            }
        }
    }

    /// <summary>Places of one value that the owner once wrote, and whose loss is mended by writing it again. No names, rights, labels, commands or volumes.</summary>
    private static bool IsAsked(Finding finding)
    {
        if (finding.Refusal?.Code is not (RefusalCode.NeedsEvidence or RefusalCode.NeedsDecision) || finding.Object.HasGeneratedName || finding.Object.Name is null)
        {
            return false;
        }

        var last = finding.Path.Steps.Count > 0 && finding.Path.Steps[^1] is PathStep.Key(var name) ? name : "";
        return (finding.Rule.Id, last) switch
        {
            ("latest-tag" or "image-digest", "image") => true,
            ("unset-cpu-requirements" or "unset-cpu-limit", "cpu") => true,
            ("unset-memory-requirements" or "unset-memory-request", "memory") => true,
            ("request-exceeds-limit", "cpu" or "memory" or "ephemeral-storage") => true,
            ("no-liveness-probe", "livenessProbe") or ("no-readiness-probe", "readinessProbe") => true,
            ("liveness-port" or "readiness-port" or "startup-port", "port") => true,
            ("minimum-three-replicas", "replicas") or ("hpa-minimum-three-replicas", "minReplicas" or "maxReplicas") => true,
            ("pdb-max-unavailable", "maxUnavailable") or ("pdb-min-available", "minAvailable" or "maxUnavailable") => true,
            ("job-ttl-seconds-after-finished", "ttlSecondsAfterFinished") => true,
            ("restart-policy", "restartPolicy") => true,
            ("run-as-user" or "pss-run-as-user", "runAsUser") => true,
            ("default-service-account" or "non-existent-service-account", "serviceAccountName") => true,
            ("priority-class-name", "priorityClassName") => true,
            _ => false,
        };
    }

    private static bool IsSame(ObjectIdentity then, ObjectIdentity now) =>
        then.Kind == now.Kind && then.Namespace == now.Namespace && then.Name == now.Name && !then.HasGeneratedName;

    /// <summary>Another tag or digest of the very repository, or the field is of no image.</summary>
    private static bool IsOfSameImage(Finding finding, FileFindings file, Field was)
    {
        if (finding.Rule.Id is not ("latest-tag" or "image-digest"))
        {
            return true;
        }

        return ImageReference.TryParse(FieldWalk.To(file.RootOf(finding), finding.Pointer).Text, out var now)
            && ImageReference.TryParse(was.Text, out var then)
            && then.Registry == now.Registry && then.Repository == now.Repository;
    }

    private static bool HoldsSecretOrExpression(Value value) => value switch
    {
        Value.Text(var text) => CredentialText.Find(Encoding.UTF8.GetBytes(text)) is not null
            || text.Contains("{{", StringComparison.Ordinal) || text.Contains("${", StringComparison.Ordinal) || text.Contains("$(", StringComparison.Ordinal),
        Value.Map(var entries) => entries.Any(entry => HoldsSecretOrExpression(entry.Value)),
        Value.List(var elements) => elements.Any(HoldsSecretOrExpression),
        _ => false,
    };

    private static ProposedFix Proposed(Finding finding, Value value, FileVersion version)
    {
        var commit = version.Commit[..7];
        var day = version.When.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var text = value is Value.Text(var plain) ? plain : value.ToJson().ToJsonString();
        var quote = text.Length > LongestQuote ? text[..LongestQuote] + "…" : text;
        var fix = new Fix($"Set {finding.Path} to what it was in {commit}", Safety.Review, new Edit.Set(finding.Path, value));
        return new(
            finding with { Fix = fix, Refusal = null, Rendered = null },
            Proposer.History,
            [new($"commit {commit}", $"{finding.Path} was {quote} on {day}; {finding.Rule.Id} does not find that")]);
    }

    /// <summary>Whether it clears the finding in the file as it is now, and brings no other.</summary>
    private bool Holds(FileFindings file, Amendments amendments, ProposedFix proposed)
    {
        var key = proposed.Finding.Key;
        var mender = new FileMender(
            rules,
            settings,
            others,
            time.GetUtcNow(),
            finding => finding.Key == key ? finding with { Fix = proposed.Fix, Refusal = null, Rendered = null } : amendments.Amend(finding));
        return mender.Mend(file.Source, Safety.Review, isNamed: false, finding => finding.Key == key).Fixed.Any(finding => finding.Key == key);
    }
}
