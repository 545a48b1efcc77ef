using SelfHealGitOps.Cluster;

namespace SelfHealGitOps.Bot.Actions;

/// <summary>All actions that there are. What is not in this list cannot be proposed, described or run.</summary>
internal static class ActionCatalogue
{
    public static IReadOnlyList<ActionKind> All { get; } = [RestartRollout.Kind, DeletePod.Kind, UndoRollout.Kind];

    /// <param name="kind">As people write it, in any case: <c>deployment</c>.</param>
    public static ActionChoice Choose(string cluster, string id, string kind, string @namespace, string name, IReadOnlyDictionary<string, string> parameters)
    {
        if (All.FirstOrDefault(each => each.Id == id) is not { } action)
        {
            return new ActionChoice.Refused($"there is no such action; there are {string.Join(", ", All.Select(each => each.Id))}");
        }

        if (action.Targets.FirstOrDefault(type => string.Equals(type.Kind, kind, StringComparison.OrdinalIgnoreCase)) is not { } type)
        {
            return new ActionChoice.Refused($"{id} is not for that kind; it is for {string.Join(", ", action.Targets.Select(each => each.Kind))}");
        }

        var target = new ObjectReference(type, @namespace, name);
        if (ActionNames.ProblemOf(target) is { } problem)
        {
            return new ActionChoice.Refused(problem);
        }

        if (parameters.Keys.FirstOrDefault(key => action.Parameters.All(each => each.Name != key)) is not null)
        {
            return new ActionChoice.Refused(action.Parameters.Count == 0
                ? $"{id} takes no parameters"
                : $"{id} takes the parameters {string.Join(", ", action.Parameters.Select(each => each.Name))}, and no others");
        }

        return action.Make(cluster, target, parameters);
    }
}

/// <summary>One kind of action: what it is for and what it takes.</summary>
/// <param name="Id">Also the verb that its blast radius begins with.</param>
/// <param name="Summary">One line.</param>
/// <param name="Make">Target and parameter names are known to be good; the values are not.</param>
internal sealed record ActionKind(
    string Id, string Summary, IReadOnlyList<ResourceType> Targets, IReadOnlyList<ActionParameter> Parameters,
    Func<string, ObjectReference, IReadOnlyDictionary<string, string>, ActionChoice> Make);

internal sealed record ActionParameter(string Name, string Summary);

internal abstract record ActionChoice
{
    private ActionChoice()
    {
    }

    public sealed record Chosen(ClusterAction Action) : ActionChoice;

    /// <param name="Why">Quotes nothing of what was asked for.</param>
    public sealed record Refused(string Why) : ActionChoice;
}
