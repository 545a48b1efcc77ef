using System.Text.Json;
using System.Text.RegularExpressions;
using SelfHealGitOps.Manifests;

namespace SelfHealGitOps.Bot.Propose;

/// <summary>Which values a model may write at a place. What it does not know it does not read: there is no way to say more.</summary>
/// <param name="Wanted">In words, for the question and for a refusal.</param>
/// <param name="Read">Null for a value that is none of these.</param>
internal sealed partial record ModelValue(string Wanted, Func<JsonElement, Value?> Read)
{
    public static ModelValue Cpu { get; } = Text("a quantity of CPU in quotes, such as \"250m\"", CpuForm());

    public static ModelValue Memory { get; } = Text("a quantity of memory in quotes, such as \"128Mi\"", MemoryForm());

    public static ModelValue PodsOrPercent { get; } = new(
        "a number of pods, or a percentage in quotes, such as \"25%\"",
        value => value.ValueKind == JsonValueKind.Number ? Whole(value, 0, 1000) : OfText(value, PercentForm()));

    public static ModelValue Integer(long least, long most) => new($"a whole number from {least} to {most}", value => Whole(value, least, most));

    public static ModelValue OneOf(IReadOnlyCollection<long> numbers) => new(
        $"one of {string.Join(", ", numbers)}", value => Whole(value, long.MinValue, long.MaxValue) is Value.Number number && numbers.Contains(number.Content) ? number : null);

    public static ModelValue OneOf(IReadOnlyCollection<string> texts) => new(
        $"one of {string.Join(", ", texts)}", value => value.ValueKind == JsonValueKind.String && texts.Contains(value.GetString()!) ? new Value.Text(value.GetString()!) : null);

    public static ModelValue Only(bool wanted) => new(
        wanted ? "true" : "false", value => value.ValueKind == (wanted ? JsonValueKind.True : JsonValueKind.False) ? new Value.Boolean(wanted) : null);

    /// <summary>A port that the container lists: by its number or name.</summary>
    public static ModelValue Port(ContainerPorts ports) => new($"one of {ports}", ports.Read);

    /// <summary>A probe that asks the container itself, at a port that it lists. One that runs a command is none of a model's business.</summary>
    public static ModelValue Probe(ContainerPorts ports) => new(
        $"a probe with one of httpGet {{path, port, scheme}}, tcpSocket {{port}}, grpc {{port}}, where port is one of {ports}, "
        + "and any of initialDelaySeconds, periodSeconds, timeoutSeconds, failureThreshold",
        value => ReadProbe(value, ports));

    private static Value.Map? ReadProbe(JsonElement value, ContainerPorts ports)
    {
        var handlers = 0;
        var probe = Map(value, entry =>
        {
            switch (entry.Name)
            {
                case "httpGet" or "tcpSocket" or "grpc":
                    handlers++;
                    var hasPort = false;
                    var handler = Map(entry.Value, inner =>
                    {
                        hasPort |= inner.Name == "port";
                        return (entry.Name, inner.Name) switch
                        {
                            ("grpc", "port") => ports.Read(inner.Value) as Value.Number,
                            (_, "port") => ports.Read(inner.Value),
                            ("httpGet", "path") => OfText(inner.Value, PathForm()),
                            ("httpGet", "scheme") => OneOf(["HTTP", "HTTPS"]).Read(inner.Value),
                            _ => null,
                        };
                    });
                    return hasPort ? handler : null;
                case "initialDelaySeconds":
                    return Whole(entry.Value, 0, 3600);
                case "periodSeconds" or "timeoutSeconds":
                    return Whole(entry.Value, 1, 3600);
                case "failureThreshold":
                    return Whole(entry.Value, 1, 1000);
                default:
                    return null;
            }
        });
        return handlers == 1 ? probe : null;
    }

    /// <summary>Null if one of the entries is.</summary>
    private static Value.Map? Map(JsonElement value, Func<JsonProperty, Value?> read)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        var entries = new List<KeyValuePair<string, Value>>();
        foreach (var entry in value.EnumerateObject())
        {
            if (read(entry) is not { } known)
            {
                return null;
            }

            entries.Add(new(entry.Name, known));
        }

        return new Value.Map([.. entries]);
    }

    private static ModelValue Text(string wanted, Regex form) => new(wanted, value => OfText(value, form));

    private static Value.Text? OfText(JsonElement value, Regex form) =>
        value.ValueKind == JsonValueKind.String && value.GetString() is { Length: <= 200 } text && form.IsMatch(text) ? new Value.Text(text) : null;

    private static Value.Number? Whole(JsonElement value, long least, long most) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) && number >= least && number <= most ? new Value.Number(number) : null;

    [GeneratedRegex(@"^(?:[1-9][0-9]{0,4}m|[1-9][0-9]{0,2})\z")]
    private static partial Regex CpuForm();

    [GeneratedRegex(@"^[1-9][0-9]{0,5}(?:Ki|Mi|Gi)\z")]
    private static partial Regex MemoryForm();

    [GeneratedRegex(@"^[0-9]{1,2}%\z")]
    private static partial Regex PercentForm();

    [GeneratedRegex(@"^/[A-Za-z0-9._~/-]*\z")]
    private static partial Regex PathForm();
}

/// <summary>The TCP ports that a container lists.</summary>
internal sealed record ContainerPorts(IReadOnlyList<long> Numbers, IReadOnlyList<string> Names)
{
    public bool IsEmpty => Numbers.Count == 0;

    public static ContainerPorts Of(Field container)
    {
        var (numbers, names) = (new List<long>(), new List<string>());
        foreach (var port in container["ports"].Elements)
        {
            if (port["protocol"].Text is null or "TCP" && port["containerPort"].Integer is { } number)
            {
                numbers.Add(number);
                if (port["name"].Text is { Length: > 0 } name)
                {
                    names.Add(name);
                }
            }
        }

        return new(numbers, names);
    }

    public Value? Read(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number when value.TryGetInt64(out var number) && Numbers.Contains(number) => new Value.Number(number),
        JsonValueKind.String when Names.Contains(value.GetString()!) => new Value.Text(value.GetString()!),
        _ => null,
    };

    public override string ToString() => string.Join(", ", Numbers.Select(number => number.ToString(System.Globalization.CultureInfo.InvariantCulture)).Concat(Names));
}
