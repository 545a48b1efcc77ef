namespace SelfHealGitOps.Bot.Export;

/// <summary>Rules about other objects than pods in CEL, by rule id.</summary>
internal static class ObjectForms
{
    public static IReadOnlyDictionary<string, Func<RuleView, CelForm>> All { get; } = new Dictionary<string, Func<RuleView, CelForm>>
    {
        ["exposed-services"] = rule => new CelForm.Expressed(new CelCheck(
            CelScope.Service,
            $"object.spec.?type.orValue('').lowerAscii() in {Cel.List(rule.Words("forbiddenServiceTypes").Select(Lower))}",
            $"the service must not be of type {string.Join(", ", rule.Words("forbiddenServiceTypes"))}")),
        ["use-namespace"] = _ => new CelForm.Expressed(
            new(CelScope.Pod, "object.metadata.namespace == 'default'", "the object must be in a namespace of its own, not in default"),
            new(CelScope.Service, "object.metadata.namespace == 'default'", "the service must be in a namespace of its own, not in default")),
        ["cluster-admin-role-binding"] = _ => new CelForm.Expressed(new CelCheck(
            CelScope.ClusterRoleBinding,
            "object.roleRef.name == 'cluster-admin' && object.roleRef.kind == 'ClusterRole'",
            "the binding must be to a role of what its subjects need, not to cluster-admin")),
        ["wildcard-in-rules"] = _ => new CelForm.Expressed(new CelCheck(
            CelScope.Role,
            "object.?rules.orValue([]).exists(r, '*' in r.?resources.orValue([]) || '*' in r.verbs)",
            "the role's rules must name their resources and verbs, not '*'")),
    };

    /// <summary>As CEL's lowerAscii: letters beyond ASCII stay as they are.</summary>
    private static string Lower(string text) => string.Create(text.Length, text, static (span, from) =>
    {
        for (var i = 0; i < span.Length; i++)
        {
            span[i] = char.IsAsciiLetterUpper(from[i]) ? (char)(from[i] | 0x20) : from[i];
        }
    });
}
