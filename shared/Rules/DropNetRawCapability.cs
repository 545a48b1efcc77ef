using System.Text;
using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Rules;

public sealed class DropNetRawCapability : ObjectRule
{
    protected override RuleInfo Definition { get; } = new(
        Id: "drop-net-raw-capability",
        Title: "Container keeps NET_RAW",
        Why: "With raw sockets a container can forge packets and pose as its neighbours on the network.",
        Source: "https://docs.kubelinter.io/#/generated/checks?id=drop-net-raw-capability",
        Severity: Severity.Warning,
        Profiles: Profiles.KubeLinter,
        Remedy: "Takes NET_RAW and ALL out of capabilities.add, and appends ALL to capabilities.drop: it holds NET_RAW, and the Pod Security Standards want the same. Review: a program that needs a capability of the default set has to add it again.");

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
                if (Covers(added.Utf8))
                {
                    findings.Add(
                        this,
                        added,
                        $"{container.Label} adds the capability {added.Text}; NET_RAW must not be added",
                        new Fix($"Take {added.Text} out of the added capabilities", Safety.Review, new Edit.Remove(added.Path)));
                }
            }

            if (!IsDropped(capabilities[Name.Drop]))
            {
                findings.Add(
                    this,
                    capabilities[Name.Drop],
                    $"{container.Label} does not drop NET_RAW; capabilities.drop must hold it, or ALL",
                    new Fix("Drop ALL capabilities", Safety.Review, new Edit.Append(capabilities[Name.Drop].Path, "ALL")));
            }
        }
    }

    private static bool IsDropped(Field drop)
    {
        foreach (var dropped in drop.Elements)
        {
            if (Covers(dropped.Utf8))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>As kube-linter's pattern, so that CAP_NET_RAW is known too; ALL in any case.</summary>
    private static bool Covers(ReadOnlySpan<byte> capability) =>
        capability.IndexOf("NET_RAW"u8) >= 0 || Ascii.EqualsIgnoreCase(capability, "all"u8);
}
