using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace SelfHealGitOps.Bot.Export;

/// <summary>Policies and their bindings as documents of YAML, behind a comment that says what they cover.</summary>
internal static class VapYaml
{
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="namespaces">Those that are not judged.</param>
    public static string TextOf(VapExport export, string header, IReadOnlyList<string> namespaces)
    {
        var yaml = new StringBuilder();
        foreach (var line in header.Split('\n'))
        {
            yaml.Append(line.Length == 0 ? "#" : $"# {line}").Append('\n');
        }

        foreach (var policy in export.Policies)
        {
            AddPolicy(yaml, policy, namespaces);
            AddBinding(yaml, policy);
        }

        return yaml.ToString();
    }

    private static void AddPolicy(StringBuilder yaml, VapPolicy policy, IReadOnlyList<string> namespaces)
    {
        AddHead(yaml, "ValidatingAdmissionPolicy", policy.Name);
        yaml.Append(
            """
            spec:
              failurePolicy: Fail
              matchConstraints:
                matchPolicy: Equivalent
                namespaceSelector:
                  matchExpressions:
                    - key: kubernetes.io/metadata.name
                      operator: NotIn
                      values:

            """);
        foreach (var name in namespaces)
        {
            yaml.Append($"            - {Quoted(name)}\n");
        }

        yaml.Append("    resourceRules:\n");
        foreach (var group in policy.Target.Resources.GroupBy(resource => resource.Group))
        {
            yaml.Append($"      - apiGroups: [{Quoted(group.Key)}]\n        apiVersions: [\"v1\"]\n        operations: [\"CREATE\", \"UPDATE\"]\n        resources:\n");
            foreach (var resource in group)
            {
                yaml.Append($"          - {Quoted(resource.Resource)}\n");
            }
        }

        AddNamed(yaml, "matchConditions", policy.Target.Conditions);
        if (policy.Variables.Count > 0)
        {
            AddNamed(yaml, "variables", policy.Variables);
        }

        yaml.Append("  validations:\n");
        foreach (var validation in policy.Validations)
        {
            yaml.Append("    - expression: ");
            AddBlock(yaml, validation.Expression);
            yaml.Append($"      message: {Quoted(validation.Message)}\n");
            if (validation.MessageExpression is { } message)
            {
                yaml.Append("      messageExpression: ");
                AddBlock(yaml, message);
            }

            yaml.Append("      reason: Forbidden\n");
        }
    }

    private static void AddBinding(StringBuilder yaml, VapPolicy policy)
    {
        AddHead(yaml, "ValidatingAdmissionPolicyBinding", policy.Name);
        yaml.Append($"spec:\n  policyName: {policy.Name}\n  validationActions: [{Quoted(policy.Action.ToString())}]\n");
    }

    private static void AddHead(StringBuilder yaml, string kind, string name) => yaml.Append(
        $"""
        ---
        apiVersion: admissionregistration.k8s.io/v1
        kind: {kind}
        metadata:
          name: {name}
          labels:
            app.kubernetes.io/name: selfheal
            app.kubernetes.io/component: export-vap

        """);

    private static void AddNamed(StringBuilder yaml, string key, IReadOnlyList<(string Name, string Expression)> expressions)
    {
        yaml.Append($"  {key}:\n");
        foreach (var (name, expression) in expressions)
        {
            yaml.Append($"    - name: {name}\n      expression: ");
            AddBlock(yaml, expression);
        }
    }

    /// <summary>Expressions are full of quotes: as a block they stand there as they are.</summary>
    private static void AddBlock(StringBuilder yaml, string text)
    {
        yaml.Append("|-\n");
        foreach (var line in text.Split('\n'))
        {
            yaml.Append("        ").Append(line.TrimEnd('\r')).Append('\n');
        }
    }

    private static string Quoted(string text) => JsonSerializer.Serialize(text, Readable);
}
