using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Rules;

public sealed class PssCapabilitiesRestricted : ObjectRule
{
    protected override RuleInfo Definition { get; } = new(
        Id: "pss-capabilities-restricted",
        Title: "Container keeps capabilities it need not have",
        Why: "The default capabilities let root in a container change owners, ids and files at will; most programs need none of them.",
        Source: "https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted",
        Severity: Severity.Error,
        Profiles: Profiles.Default | Profiles.PssRestricted,
        Remedy: "Adds ALL to capabilities.drop, and removes added capabilities other than NET_BIND_SERVICE. Review: a program that needs a capability stops working.")
    {
        Replaces = new("pss-capabilities-baseline", SinceMinor: 22),
    };

    public override void Check(Subject subject, FindingList findings)
    {
        var version = subject.Settings.PssVersion;
        if (!version.IsAtLeast(22) || (version.IsAtLeast(25) && subject.IsWindows))
        {
            return;
        }

        foreach (ref readonly var container in subject.Containers)
        {
            var capabilities = container[Name.SecurityContext][Name.Capabilities];
            if (!DropsAll(capabilities))
            {
                var drop = capabilities[Name.Drop];
                findings.Add(
                    this,
                    drop,
                    $"{container.Label} does not drop all capabilities; securityContext.capabilities.drop must include 'ALL'",
                    new Fix("Drop ALL capabilities", Safety.Review, new Edit.Append(drop.Path, "ALL")));
            }

            foreach (var capability in capabilities[Name.Add].Elements)
            {
                if (!capability.Is("NET_BIND_SERVICE"u8))
                {
                    findings.Add(
                        this,
                        capability,
                        $"{container.Label} adds the capability {Seen.Of(capability)}; must be 'NET_BIND_SERVICE' or absent",
                        new Fix($"Do not add {Seen.Of(capability)}", Safety.Review, new Edit.Remove(capability.Path)));
                }
            }
        }
    }

    private static bool DropsAll(Field capabilities)
    {
        foreach (var capability in capabilities[Name.Drop].Elements)
        {
            if (capability.Is("ALL"u8))
            {
                return true;
            }
        }

        return false;
    }
}
