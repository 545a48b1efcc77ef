using SelfHealGitOps.Manifests;

namespace SelfHealGitOps.Policy;

/// <summary>Reads a probe that fixes add as it stands: it is checked here, since nobody sees it again before it is in a manifest.</summary>
internal static class ProbeReading
{
    internal static readonly string[] Handlers = ["exec", "grpc", "httpGet", "tcpSocket"];

    internal static readonly string[] Numbers =
        ["initialDelaySeconds", "periodSeconds", "timeoutSeconds", "successThreshold", "failureThreshold", "terminationGracePeriodSeconds"];

    internal static readonly string[] Keys = [.. Handlers, .. Numbers];

    public static Value.Map? Read(Field field, PolicyProblems problems)
    {
        if (!PolicyFields.CheckMap(field, problems, Keys))
        {
            return null;
        }

        var handlers = Handlers.Count(handler => field[handler].Exists);
        if (handlers != 1)
        {
            problems.Add(field, $"has {handlers} of {string.Join(", ", Handlers)}; must have one");
        }

        foreach (var handler in Handlers)
        {
            Check(handler, field[handler], problems);
        }

        foreach (var number in Numbers)
        {
            // Numbers that are not whole are reported below.
            if (field[number] is { Exists: true } value && !(value is { Kind: NodeKind.Number, Integer: null }) && !(value.Integer is >= 0 and <= DefaultSection.MostInteger))
            {
                problems.Add(value, $"{Seen.Of(value)} must be a whole number from 0 to {DefaultSection.MostInteger}");
            }
        }

        return ValueOf(field, problems) as Value.Map;
    }

    private static void Check(string handler, Field field, PolicyProblems problems)
    {
        if (!PolicyFields.IsMap(field, problems))
        {
            return;
        }

        if (handler == "exec")
        {
            if (PolicyFields.TextsOf(field["command"], problems).Count == 0)
            {
                problems.Add(field, "must have a command");
            }

            return;
        }

        // grpc knows no names of ports.
        var port = field["port"];
        if (!(port.Integer is >= 1 and <= 65535) && !(handler != "grpc" && port is { IsString: true, Utf8.IsEmpty: false }))
        {
            problems.Add(port, $"{(port.Exists ? $"{Seen.Of(port)} is no port" : "the port is missing")}; must be a number from 1 to 65535{(handler == "grpc" ? "" : ", or the name of a port")}");
        }
    }

    private static Value? ValueOf(Field field, PolicyProblems problems)
    {
        switch (field.Kind)
        {
            case NodeKind.Map:
                var entries = new List<KeyValuePair<string, Value>>();
                foreach (var entry in field.Entries)
                {
                    if (entry.Value.Exists && ValueOf(entry.Value, problems) is { } value)
                    {
                        entries.Add(new(entry.Key, value));
                    }
                }

                return new Value.Map([.. entries]);
            case NodeKind.List:
                var elements = new List<Value>();
                foreach (var element in field.Elements)
                {
                    if (ValueOf(element, problems) is { } value)
                    {
                        elements.Add(value);
                    }
                }

                return new Value.List([.. elements]);
            case NodeKind.Boolean:
                return field.IsTrue;
            case NodeKind.String:
                return field.Text!;
            case NodeKind.Number when field.Integer is { } number:
                return number;
            default:
                problems.Add(field, $"{Seen.Of(field)} must be a {(field.Kind == NodeKind.Number ? "whole number" : "value")}");
                return null;
        }
    }
}
