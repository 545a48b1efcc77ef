using SelfHealGitOps.Bot.Report;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Bot.Export;

/// <summary>The policies that rules make, and what has been left out of them.</summary>
/// <param name="Covered">The ids of the rules that are judged.</param>
/// <param name="NotCovered">The rules that are not, each with the reason.</param>
/// <param name="Exemptions">What has become of each exemption that concerns the rules.</param>
internal sealed record VapExport(
    IReadOnlyList<VapPolicy> Policies,
    IReadOnlyList<string> Covered,
    IReadOnlyList<(string RuleId, string Reason)> NotCovered,
    IReadOnlyList<string> Exemptions)
{
    /// <param name="action">One for all rules; null where the modes of the policy file, or the severity of each rule, decide.</param>
    /// <param name="now">By which exemptions hold or have expired.</param>
    /// <param name="admission">The modes of the policy file; null for none.</param>
    public static VapExport Of(RuleSet rules, PolicySettings settings, VapAction? action, DateTimeOffset now, AdmissionSettings? admission = null)
    {
        var modes = admission ?? AdmissionSettings.Standard(rules.Rules);
        var actions = rules.Rules.ToDictionary(rule => rule.Info.Id, rule => action ?? VapActions.Of(rule.Info, modes), StringComparer.Ordinal);
        var forms = rules.Rules.ToDictionary(rule => rule.Info.Id, rule => CelCatalogue.Of(rule, settings), StringComparer.Ordinal);
        Dictionary<string, string> guards = new(StringComparer.Ordinal);
        foreach (var (replaced, by) in rules.Replacements)
        {
            // It counts only where the stricter one counts.
            if (forms[by] is CelForm.Expressed stricter)
            {
                guards[replaced] = Cel.Any([.. stricter.Checks.Select(check => Found(check, check.Bad))]);
            }
            else
            {
                forms[replaced] = new CelForm.Missing($"it counts only where {by} does, which is not covered");
            }
        }

        foreach (var (id, its) in actions)
        {
            if (its is null && forms[id] is CelForm.Expressed)
            {
                forms[id] = new CelForm.Missing("its mode in the policy file is off");
            }
        }

        var exemptions = new List<string>();
        var held = settings.Exemptions.Where(exemption => forms.GetValueOrDefault(exemption.Rule) is CelForm.Expressed).ToList();
        foreach (var exemption in held)
        {
            exemptions.Add($"{exemption}: {Fate(exemption, now)}");
        }

        held.RemoveAll(exemption => !exemption.Holds(now));
        var policies =
            from each in Enum.GetValues<VapAction>()
            from target in CelTarget.All
            let judging = rules.Rules.Where(rule => forms[rule.Info.Id] is CelForm.Expressed && actions[rule.Info.Id] == each)
            let builder = new Builder(target, held)
            let validations = judging
                .OrderBy(rule => rule.Info.Id, StringComparer.Ordinal)
                .SelectMany(rule => builder.Validations(rule.Info.Id, (CelForm.Expressed)forms[rule.Info.Id], guards.GetValueOrDefault(rule.Info.Id)))
                .ToList()
            where validations.Count > 0
            select new VapPolicy(target, each, builder.Variables(validations), validations);
        return new(
            [.. policies],
            [.. forms.Where(form => form.Value is CelForm.Expressed).Select(form => form.Key).Order(StringComparer.Ordinal)],
            [.. forms.Where(form => form.Value is CelForm.Missing).OrderBy(form => form.Key, StringComparer.Ordinal).Select(form => (form.Key, ((CelForm.Missing)form.Value).Reason))],
            exemptions);
    }

    private static string Fate(Exemption exemption, DateTimeOffset now) =>
        exemption.Expires.IsOver(now) ? $"left out, as it expired {exemption.Expires}"
        : exemption.Excess(now) is { } excess ? $"left out, as it {excess}"
        : CelTarget.All.All(target => VapExemptions.ConditionOf(exemption, target) is null) ? "left out, as no policy judges such an object"
        : $"kept for objects made until it expires, {exemption.Expires}; those may be updated after that as well, until the policies are exported again";

    /// <summary>True where a check finds something.</summary>
    private static string Found(CelCheck check, string bad) => ListOf(check.Scope) is { } list ? $"{list}.exists(c, {bad})" : bad;

    private static string? ListOf(CelScope scope) => scope switch
    {
        CelScope.Container => "variables.containers",
        CelScope.RegularContainer => "variables.pod.?containers.orValue([])",
        _ => null,
    };

    /// <summary>Puts together the validations of one policy.</summary>
    private sealed class Builder(CelTarget target, IReadOnlyList<Exemption> exemptions)
    {
        /// <summary>Conditions of exemptions, by the variables that hold them.</summary>
        private readonly List<(string Name, string Expression)> conditions = [];

        /// <param name="guard">Where alone the rule counts; null for everywhere.</param>
        public IEnumerable<VapValidation> Validations(string id, CelForm.Expressed form, string? guard)
        {
            foreach (var check in form.Checks.Where(check => target.Scopes.Contains(check.Scope)))
            {
                yield return Validation(id, check, guard);
            }
        }

        public IReadOnlyList<(string Name, string Expression)> Variables(IReadOnlyList<VapValidation> validations)
        {
            var all = target.Variables.Concat(conditions).ToList();
            HashSet<string> used = [];
            var texts = new Queue<string>(validations.SelectMany(validation => (string[])[validation.Expression, validation.MessageExpression ?? ""]));
            while (texts.TryDequeue(out var text))
            {
                foreach (var (name, expression) in all)
                {
                    if (Names(text, name) && used.Add(name))
                    {
                        texts.Enqueue(expression);
                    }
                }
            }

            return [.. all.Where(variable => used.Contains(variable.Name))];
        }

        private VapValidation Validation(string id, CelCheck check, string? guard)
        {
            List<string> exempt = [];
            List<string> exemptContainers = [];
            foreach (var exemption in exemptions.Where(exemption => exemption.Rule == id))
            {
                if (VapExemptions.ConditionOf(exemption, target) is not { } condition)
                {
                    continue;
                }

                if (exemption.Container is null)
                {
                    exempt.Add(Variable(condition));
                }
                else if (ListOf(check.Scope) is not null)
                {
                    exemptContainers.Add($"(c.name == {Cel.Text(exemption.Container)} && {Variable(condition)})");
                }
            }

            var bad = exemptContainers.Count == 0 ? check.Bad : $"({check.Bad}) && !({string.Join(" || ", exemptContainers)})";
            if (guard is not null)
            {
                exempt.Add($"!({guard})");
            }

            var list = ListOf(check.Scope);
            var expression = string.Join(" || ", exempt.Append(list is null ? $"!({bad})" : $"!{Found(check, bad)}"));

            // The API server takes a message of one line alone.
            var message = Printable.Of(check.Message);
            return new(
                id,
                expression,
                list is null ? $"{id}: {message}" : $"{id}: containers {message}",
                list is null ? null : $"'{id}: container ' + {list}.filter(c, {bad}).map(c, c.name).join(', ') + {Cel.Text($" {message}")}");
        }

        private string Variable(string condition)
        {
            var known = conditions.FirstOrDefault(each => each.Expression == condition).Name;
            if (known is null)
            {
                known = $"exempt{conditions.Count + 1}";
                conditions.Add((known, condition));
            }

            return $"variables.{known}";
        }

        private static bool Names(string text, string variable)
        {
            var name = $"variables.{variable}";
            for (var at = text.IndexOf(name, StringComparison.Ordinal); at >= 0; at = text.IndexOf(name, at + 1, StringComparison.Ordinal))
            {
                if (at + name.Length == text.Length || !char.IsAsciiLetterOrDigit(text[at + name.Length]))
                {
                    return true;
                }
            }

            return false;
        }
    }
}
