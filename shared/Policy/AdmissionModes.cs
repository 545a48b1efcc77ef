using System.Collections.Frozen;

namespace SelfHealGitOps.Policy;

/// <summary>The modes that hold in one namespace: a look-up, however many entries the policy has. Immutable.</summary>
internal sealed class AdmissionModes
{
    private static readonly AdmissionOperation[] Operations = Enum.GetValues<AdmissionOperation>();

    private readonly AdmissionMode[] others;
    private readonly FrozenDictionary<string, AdmissionMode[]> byRule;

    /// <param name="settings">The policy.</param>
    /// <param name="namespaceName">Null for objects of the whole cluster.</param>
    /// <param name="labels">Null where they are not known.</param>
    public AdmissionModes(AdmissionSettings settings, string? namespaceName, IReadOnlyDictionary<string, string>? labels)
    {
        // From the last entry on, since that is the one that wins.
        List<(AdmissionScope Scope, bool IsCertain)> scopes =
            [.. settings.Scopes.Reverse()
                .Select(scope => (Scope: scope, Covers: scope.Covers(namespaceName, labels)))
                .Where(each => each.Covers != false)
                .Select(each => (each.Scope, each.Covers == true))];
        var named = settings.RuleModes.Keys.Concat(scopes.SelectMany(each => each.Scope.Rules ?? Enumerable.Empty<string>()));
        byRule = named.Distinct(StringComparer.Ordinal)
            .ToFrozenDictionary(id => id, id => Modes(settings.RuleModes.GetValueOrDefault(id, settings.Mode), id), StringComparer.Ordinal);
        others = Modes(settings.Mode, null);

        AdmissionMode[] Modes(AdmissionMode otherwise, string? ruleId) =>
            [.. Operations.Select(operation => Resolve(
                scopes.Where(each => each.Scope.Operations?.Contains(operation) != false
                    && (each.Scope.Rules is null || (ruleId is not null && each.Scope.Rules.Contains(ruleId)))),
                otherwise))];
    }

    public AdmissionMode Of(string ruleId, AdmissionOperation operation) =>
        (byRule.TryGetValue(ruleId, out var modes) ? modes : others)[(int)operation];

    /// <summary>
    /// The first that certainly matches decides; one before it that may match, and is stricter, decides in its stead. Each
    /// entry that asks for unknown labels is taken to match or not by itself: that two of them exclude each other is not
    /// looked into, which can only make the outcome stricter.
    /// </summary>
    private static AdmissionMode Resolve(IEnumerable<(AdmissionScope Scope, bool IsCertain)> scopes, AdmissionMode otherwise)
    {
        var strictest = AdmissionMode.Off;
        foreach (var (scope, isCertain) in scopes)
        {
            strictest = Strictest(strictest, scope.Mode);
            if (isCertain)
            {
                return strictest;
            }
        }

        return Strictest(strictest, otherwise);
    }

    private static AdmissionMode Strictest(AdmissionMode one, AdmissionMode other) => one > other ? one : other;
}
