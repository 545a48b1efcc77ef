namespace SelfHealGitOps.Bot.Export;

/// <summary>One ValidatingAdmissionPolicy with its binding: what is judged of the kinds of a target, and what follows from it.</summary>
/// <param name="Variables">Only those that something names, each behind those that it names itself.</param>
internal sealed record VapPolicy(
    CelTarget Target, VapAction Action, IReadOnlyList<(string Name, string Expression)> Variables, IReadOnlyList<VapValidation> Validations)
{
    public string Name => $"selfheal-{Action.ToString().ToLowerInvariant()}-{Target.Name}";
}

/// <param name="Expression">True where nothing is wrong.</param>
/// <param name="Message">Where there is no message expression, or the API server cannot carry it out.</param>
/// <param name="MessageExpression">With the names of the containers; null where there are none to name.</param>
internal sealed record VapValidation(string RuleId, string Expression, string Message, string? MessageExpression);
