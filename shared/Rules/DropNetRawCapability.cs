using System.Text;
using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Rules;

public sealed class DropNetRawCapability : ObjectRule
{
    private static readonly Parameter<PatternList> ForbiddenCapabilities = Parameter.Patterns(
        "forbiddenCapabilities", "capabilities that no container may add and each must drop; all for every one", "NET_RAW");

    private static readonly Parameter<PatternList> Exceptions = Parameter.Patterns(
        "exceptions", "capabilities that may be added all the same");

    private readonly PatternList forbidden;
    private readonly PatternList exceptions;
    private readonly bool forbidsAll;

    public DropNetRawCapability()
        : this(ParameterValues.None)
    {
    }

    private DropNetRawCapability(ParameterValues values)
    {
        forbidden = values.Of(ForbiddenCapabilities);
        exceptions = values.Of(Exceptions);
        forbidsAll = forbidden.Any(pattern => pattern.Text.Equals("all", StringComparison.OrdinalIgnoreCase));
    }

    public override IReadOnlyList<Parameter> Parameters { get; } = [ForbiddenCapabilities, Exceptions];

    protected override RuleInfo Definition { get; } = new(
        Id: "drop-net-raw-capability",
        Title: "Container keeps NET_RAW",
        Why: "With raw sockets a container can forge packets and pose as its neighbours on the network.",
        Source: "https://docs.kubelinter.io/#/generated/checks?id=drop-net-raw-capability",
        Severity: Severity.Warning,
        Profiles: Profiles.Default | Profiles.KubeLinter,
        Remedy: "Takes NET_RAW and ALL out of capabilities.add, and appends ALL to capabilities.drop: it holds NET_RAW, and the Pod Security Standards want the same. Review: a program that needs a capability of the default set has to add it again.")
    {
        SaidBy = ["pss-capabilities-restricted", "pss-capabilities-baseline"],
    };

    public override void Check(Subject subject, FindingList findings)
    {
        foreach (ref readonly var container in subject.Containers)
        {
            // kube-linter asks only where the author has written capabilities at all.
            var capabilities = container[Name.SecurityContext][Name.Capabilities];
            if (!capabilities.IsMap)
            {
                continue;
            }

            foreach (var added in capabilities[Name.Add].Elements)
            {
                if (MustNotBeAdded(added.Utf8))
                {
                    findings.Add(
                        this,
                        added,
                        $"{container.Label} adds the capability {added.Text}; {(forbidsAll ? "none may" : $"{string.Join(", ", forbidden)} must not")} be added",
                        new Fix($"Take {added.Text} out of the added capabilities", Safety.Review, new Edit.Remove(added.Path)));
                }
            }

            if (!DropsAllForbidden(capabilities[Name.Drop]))
            {
                findings.Add(
                    this,
                    capabilities[Name.Drop],
                    $"{container.Label} does not drop {Missing(capabilities[Name.Drop])}",
                    new Fix("Drop ALL capabilities", Safety.Review, new Edit.Append(capabilities[Name.Drop].Path, "ALL")));
            }
        }
    }

    protected override Rule Configure(ParameterValues values) => new DropNetRawCapability(values);

    private static bool IsAll(ReadOnlySpan<byte> capability) => Ascii.EqualsIgnoreCase(capability, "all"u8);

    /// <summary>By kube-linter's pattern, so that CAP_NET_RAW is known too; ALL holds every one.</summary>
    private bool MustNotBeAdded(ReadOnlySpan<byte> capability) =>
        forbidden.Count > 0 && (forbidsAll || IsAll(capability) || forbidden.IsMatch(capability)) && !exceptions.IsMatch(capability);

    private bool DropsAllForbidden(Field drop)
    {
        foreach (var dropped in drop.Elements)
        {
            if (IsAll(dropped.Utf8))
            {
                return true;
            }
        }

        for (var i = 0; i < forbidden.Count; i++)
        {
            if (forbidsAll || !Holds(drop, forbidden[i]))
            {
                return false;
            }
        }

        return true;
    }

    private static bool Holds(Field list, Pattern capability)
    {
        foreach (var element in list.Elements)
        {
            if (capability.IsMatch(element.Utf8))
            {
                return true;
            }
        }

        return false;
    }

    private string Missing(Field drop)
    {
        if (forbidsAll)
        {
            return "ALL; capabilities.drop must hold it";
        }

        var missing = new List<string>();
        foreach (var capability in forbidden)
        {
            if (!Holds(drop, capability))
            {
                missing.Add(capability.Text);
            }
        }

        return $"{string.Join(", ", missing)}; capabilities.drop must hold {(missing.Count == 1 ? "it" : "them")}, or ALL";
    }
}
