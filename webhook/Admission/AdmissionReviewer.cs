using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Webhook.Admission;

/// <summary>
/// The decision: a function of the request, the facts and the policy, and of nothing else; no I/O. Keeps its buffers from
/// request to request; one reviewer serves one request at a time.
/// </summary>
internal sealed class AdmissionReviewer
{
    /// <summary>To try a fix costs the whole object. What has more violations than this is left for /validate to refuse.</summary>
    private const int MostCorrected = 1000;

    /// <summary>Of an object that has more findings of one rule, those are taken for new, and for no single container's.</summary>
    private const int MostPerRule = 200;

    private readonly Subject subject = new();
    private readonly FindingList found = new(MostPerRule);
    private readonly OldViolations old = new(MostPerRule);
    private readonly List<Finding> denied = [];
    private readonly List<Finding> warned = [];
    private readonly List<Finding> observed = [];
    private readonly List<Finding> exempted = [];
    private ObjectMender? mender;
    private AdmissionPolicy? mendersPolicy;

    /// <summary>When the verdict comes too late; by default never.</summary>
    public Deadline Deadline
    {
        get => found.Deadline;
        set => found.Deadline = value;
    }

    /// <summary>Admits or refuses the object as it is.</summary>
    /// <exception cref="OverdueException">The deadline is over.</exception>
    public AdmissionDecision Validate(in AdmissionRequest request, in AdmissionFacts facts, AdmissionPolicy policy)
    {
        if (!Judge(request, facts, policy))
        {
            return AdmissionDecision.Allowed;
        }

        var audit = AuditText.Of(policy, denied, warned, observed, exempted);
        if (denied.Count == 0)
        {
            return new() { Warned = [.. warned], Observed = [.. observed], Warnings = WarningText.Of(warned), AuditAnnotations = audit };
        }

        var identity = IdentityOf(request);
        var fixId = FixId.Of(identity, denied);
        var asked = request;
        return new()
        {
            Denials = [.. denied],
            Warned = [.. warned],
            Observed = [.. observed],
            FixId = fixId,
            Message = RefusalText.Of(identity, fixId, denied, most => CureOf(asked, policy, most)),
            Warnings = WarningText.Of(warned),
            AuditAnnotations = [.. audit, new("fix-id", fixId)],
        };
    }

    /// <summary>Corrects what may be corrected, and never refuses: that is for the validation that follows.</summary>
    /// <exception cref="OverdueException">The deadline is over.</exception>
    public AdmissionDecision Mutate(in AdmissionRequest request, in AdmissionFacts facts, AdmissionPolicy policy)
    {
        if (!Correctable.Allows(request) || !Judge(request, facts, policy) || denied.Count is 0 or > MostCorrected)
        {
            return AdmissionDecision.Allowed;
        }

        // A struct that came by reference cannot be captured.
        var (asked, admission) = (request, policy.Admission);
        HashSet<(string, string)> notDenied = [.. found.Except(denied).Select(KeyOf)];
        var mended = MenderOf(policy).Mend(
            request.Object,
            [.. found],
            finding => !notDenied.Contains(KeyOf(finding)) && MayCorrect(asked, admission, finding),
            exempted);
        if (mended is null)
        {
            return AdmissionDecision.Allowed;
        }

        return new()
        {
            Corrected = mended.Fixed,
            Patch = new([.. mended.Patch.Operations, .. MutationRecord.Operations(mended.Root, mended.Edits)]),
            Warnings = WarningText.OfCorrections(mended.Edits),
            AuditAnnotations = [new("corrected", AuditText.Rules(mended.Fixed)), new("policy", policy.Digest)],
        };
    }

    private static bool MayCorrect(in AdmissionRequest request, AdmissionSettings settings, Finding finding)
    {
        if (finding.Fix is not { } fix || (fix.Safety != Safety.Safe && !settings.Correct.Contains(finding.Rule.Id)))
        {
            return false;
        }

        foreach (var edit in fix.Edits)
        {
            if (!Correctable.Allows(request, edit))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Sorts what is wrong by what it leads to; false where nothing is.</summary>
    private bool Judge(in AdmissionRequest request, in AdmissionFacts facts, AdmissionPolicy policy)
    {
        if (!JudgedRequests.Include(request))
        {
            return false;
        }

        subject.Load(request.Object, policy.Settings);
        policy.Rules.Check(subject, null, found);
        if (found.Count == 0)
        {
            return false;
        }

        denied.Clear();
        warned.Clear();
        observed.Clear();
        exempted.Clear();
        var isUpdate = request.Operation == AdmissionOperation.Update;
        if (isUpdate)
        {
            old.Load(policy.Rules, policy.Settings, request.Object, request.OldObject, Deadline);
            if (old.LeavesSpec && found.All(old.IsUnchanged) && (!found.HasCut || old.LeavesLabels))
            {
                return false;
            }
        }

        var (identity, scope) = (IdentityOf(request), request.Scope);
        var known = request.IsNamespace ? FactsBefore(request, scope) : facts.Namespace;
        foreach (var finding in found)
        {
            var mode = policy.Admission.ModeOf(finding.Rule.Id, scope, known, request.Operation);
            if (mode == AdmissionMode.Off)
            {
                continue;
            }

            var isCut = found.IsCut(finding.Rule);
            if (IsExempt(finding, isCut ? null : finding.Container, identity, facts, policy.Settings.Exemptions))
            {
                exempted.Add(finding);
                continue;
            }

            if (mode == AdmissionMode.Enforce && isUpdate && policy.Admission.ToleratesOldViolations && !isCut && old.Covers(finding))
            {
                mode = AdmissionMode.Warn;
            }

            (mode switch { AdmissionMode.Enforce => denied, AdmissionMode.Warn => warned, _ => observed }).Add(finding);
        }

        return denied.Count + warned.Count + observed.Count + exempted.Count > 0;
    }

    /// <summary>What a Namespace was before: who writes its labels must not choose by them how they are judged. Nothing of one that is made.</summary>
    private static NamespaceFacts? FactsBefore(in AdmissionRequest request, string? name)
    {
        if (name is null || !request.OldObject.IsMap)
        {
            return null;
        }

        var labels = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var entry in request.OldObject[Name.Metadata][Name.Labels].Entries)
        {
            labels[entry.Key] = entry.Value.Text ?? "";
        }

        return new(name, labels);
    }

    /// <param name="container">The one that the finding is in; null for none, or where it is not sure that it is in that alone.</param>
    private static bool IsExempt(Finding finding, string? container, ObjectIdentity identity, in AdmissionFacts facts, ExemptionList exemptions) =>
        exemptions.Find(finding.Rule.Id, identity, container, facts.Now) is not null
        || (facts.TopOwner is { } owner && exemptions.Find(finding.Rule.Id, owner, container, facts.Now) is not null);

    /// <summary>The object by the request's own namespace, or its want of one, which the API server vouches for; the object's word is not taken for it.</summary>
    private static ObjectIdentity IdentityOf(in AdmissionRequest request) => ObjectIdentity.Of(request.Object) with { Namespace = request.Namespace };

    /// <summary>
    /// What would mend all or some of it, where there is a fix: Review fixes, too, since a person reads it. Null as well where
    /// the patch would be too long to be shown, or would show what stands in an environment or in a Secret, be it that it
    /// only moves it.
    /// </summary>
    private MendedObject? CureOf(in AdmissionRequest request, AdmissionPolicy policy, int mostBytes)
    {
        if (denied.Count(finding => finding.Fix is not null) is 0 or > RefusalText.MostMended || denied.Exists(TouchesSecrets))
        {
            return null;
        }

        try
        {
            return MenderOf(policy).Mend(request.Object, [.. found], IsDenied, exempted, mostBytes) is { } cure && !cure.Fixed.Any(TouchesSecrets) ? cure : null;
        }
        catch (OverdueException)
        {
            // A refusal without its cure is better than none.
            return null;
        }
    }

    /// <summary>Also of a finding of the object as it is half mended.</summary>
    private bool IsDenied(Finding finding)
    {
        foreach (var each in denied)
        {
            if (ReferenceEquals(each.Rule, finding.Rule) && each.Path.Equals(finding.Path))
            {
                return true;
            }
        }

        return false;
    }

    private static bool TouchesSecrets(Finding finding)
    {
        if (finding.Fix is { } fix)
        {
            foreach (var edit in fix.Edits)
            {
                foreach (var step in edit.Path.Steps)
                {
                    if (step is PathStep.Key("env" or "data" or "stringData"))
                    {
                        return true;
                    }
                }
            }
        }

        return false;
    }

    private ObjectMender MenderOf(AdmissionPolicy policy)
    {
        if (mender is null || mendersPolicy != policy)
        {
            (mender, mendersPolicy) = (new(policy.Rules, policy.Settings, MostPerRule), policy);
        }

        mender.Deadline = Deadline;
        return mender;
    }

    private static (string, string) KeyOf(Finding finding) => (finding.Rule.Id, finding.Path.ToString());
}
