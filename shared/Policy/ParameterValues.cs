namespace SelfHealGitOps.Policy;

/// <summary>What the owner has set of one rule. Immutable; a parameter that is not there has its default.</summary>
public sealed class ParameterValues(IReadOnlyDictionary<Parameter, object> values)
{
    public static ParameterValues None { get; } = new(new Dictionary<Parameter, object>());

    public bool IsEmpty => values.Count == 0;

    public T Of<T>(Parameter<T> parameter)
        where T : class => values.TryGetValue(parameter, out var value) ? (T)value : parameter.DefaultValue;

    public long Of(IntegerParameter parameter) => values.TryGetValue(parameter, out var value) ? (long)value : parameter.DefaultValue;

    public bool Of(SwitchParameter parameter) => values.TryGetValue(parameter, out var value) ? (bool)value : parameter.DefaultValue;
}
