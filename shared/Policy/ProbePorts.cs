using SelfHealGitOps.Manifests;

namespace SelfHealGitOps.Policy;

/// <summary>
/// Whether the port that a probe asks is among the container's ports, as kube-linter sees it: a number is found among
/// the numbers and a name among the names, of the TCP ports alone; an unnamed port has the empty name.
/// </summary>
internal static class ProbePorts
{
    /// <summary>Judges one probe of every regular container. Init and ephemeral containers are left out, as kube-linter does.</summary>
    public static void Check(Rule rule, Subject subject, FindingList findings, Name probeName)
    {
        foreach (ref readonly var container in subject.Containers)
        {
            var probe = container[probeName];
            if (container.List != ContainerList.Containers || !probe.IsMap)
            {
                continue;
            }

            // One finding per probe, the first in this order: a probe has only one of them anyway.
            _ = IsUnlisted(rule, findings, container, probe, probe[Name.HttpGet])
                || IsUnlisted(rule, findings, container, probe, probe[Name.TcpSocket])
                || IsUnlisted(rule, findings, container, probe, probe[Name.Grpc]);
        }
    }

    /// <summary>The same for a probe that is yet to be written: true when it asks no port, or one that is listed.</summary>
    public static bool Lists(Field container, Value.Map probe)
    {
        foreach (var (kind, handler) in probe.Entries)
        {
            if (kind is not ("httpGet" or "tcpSocket" or "grpc") || handler is not Value.Map { Entries: var entries })
            {
                continue;
            }

            foreach (var (key, value) in entries)
            {
                if (key == "port" && !Lists(container, value))
                {
                    return false;
                }
            }
        }

        return true;
    }

    private static bool IsUnlisted(Rule rule, FindingList findings, in Container container, Field probe, Field handler)
    {
        if (!handler.IsMap || Lists(container.Field, handler[Name.Port]))
        {
            return false;
        }

        var port = handler[Name.Port];
        var label = container.Label;
        findings.Add(
            rule,
            port,
            $"{label} has a {NameOf(probe)} that asks {(port.Exists ? $"port {port.Text}" : "no port")}; must be one of the TCP ports it lists",
            TemplateText.IsExpression(port.Utf8) ? new Refusal(RefusalCode.Templated, $"the port of the {NameOf(probe)} is filled in later")
            : port.IsString ? Refusal.NeedsEvidence($"the number of the port that {label} calls '{port.Text}'")
            : Refusal.NeedsDecision($"whether {label} answers on {(port.Exists ? $"port {port.Text}" : "a port")}, which then belongs among its ports"));
        return true;
    }

    private static string NameOf(Field probe) => probe.Path.Steps[^1] is PathStep.Key(var name) ? name : "";

    private static bool Lists(Field container, Field port)
    {
        foreach (var listed in container[Name.Ports].Elements)
        {
            if (IsTcp(listed) && (port.IsString
                ? listed[Name.Name].Utf8.SequenceEqual(port.Utf8)
                : IsNumber(listed[Name.ContainerPort], port.Integer ?? 0)))
            {
                return true;
            }
        }

        return false;
    }

    private static bool Lists(Field container, Value port)
    {
        foreach (var listed in container[Name.Ports].Elements)
        {
            if (IsTcp(listed) && port switch
            {
                Value.Number(var number) => IsNumber(listed[Name.ContainerPort], number),
                Value.Text(var name) => (listed[Name.Name].Text ?? "") == name,
                _ => false,
            })
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsTcp(Field port) => port[Name.Protocol].Utf8.IsEmpty || port[Name.Protocol].Is("TCP"u8);

    /// <summary>A number that is filled in later may be any.</summary>
    private static bool IsNumber(Field containerPort, long number) =>
        containerPort.IsString ? TemplateText.IsExpression(containerPort.Utf8) : (containerPort.Integer ?? 0) == number;
}
