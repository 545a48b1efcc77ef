using System.Text.Json.Nodes;
using SelfHealGitOps.Cluster;

namespace SelfHealGitOps.Bot.Install;

/// <summary>Who puts an object back to what Git says, and how to make them wait.</summary>
/// <param name="Name"><c>Argo CD application platform</c>.</param>
/// <param name="HowToPause">A command.</param>
/// <param name="HowToResume">A command.</param>
internal sealed record GitOpsOwner(string Name, string HowToPause, string HowToResume)
{
    /// <summary>As the object's own marks say; null where nobody claims it.</summary>
    public static GitOpsOwner? Of(JsonObject live)
    {
        var metadata = live["metadata"] as JsonObject;
        var annotations = metadata?["annotations"] as JsonObject;
        var labels = metadata?["labels"] as JsonObject;

        // application:group/kind:namespace/name, where the application may be namespace_name.
        if (annotations?.Text("argocd.argoproj.io/tracking-id") is { } tracking && tracking.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon)
        {
            return ArgoCd(tracking[..colon]);
        }

        if (labels?.Text("kustomize.toolkit.fluxcd.io/name") is { } kustomization)
        {
            var @namespace = labels.Text("kustomize.toolkit.fluxcd.io/namespace") ?? "flux-system";
            return new(
                $"Flux Kustomization {@namespace}/{kustomization}",
                $"flux -n {@namespace} suspend kustomization {kustomization}",
                $"flux -n {@namespace} resume kustomization {kustomization}");
        }

        if (labels?.Text("helm.toolkit.fluxcd.io/name") is { } release)
        {
            var @namespace = labels.Text("helm.toolkit.fluxcd.io/namespace") ?? "flux-system";
            return new(
                $"Flux HelmRelease {@namespace}/{release}",
                $"flux -n {@namespace} suspend helmrelease {release}",
                $"flux -n {@namespace} resume helmrelease {release}");
        }

        // The label is Helm's, too; only with a field manager of Argo CD's does it name an application.
        var isArgoCds = (metadata?["managedFields"] as JsonArray ?? []).OfType<JsonObject>()
            .Any(fields => fields.Text("manager")?.StartsWith("argocd", StringComparison.Ordinal) == true);
        return isArgoCds && labels?.Text("app.kubernetes.io/instance") is { } instance ? ArgoCd(instance) : null;
    }

    private static GitOpsOwner ArgoCd(string application)
    {
        var underscore = application.IndexOf('_', StringComparison.Ordinal);
        var (@namespace, name) = underscore > 0 ? (application[..underscore], application[(underscore + 1)..]) : ("argocd", application);
        var patch = $"kubectl -n {@namespace} patch applications.argoproj.io {name} --type merge -p";
        return new(
            $"Argo CD application {name}",
            $"{patch} '{{\"spec\":{{\"syncPolicy\":{{\"automated\":null}}}}}}'",
            $"{patch} '{{\"spec\":{{\"syncPolicy\":{{\"automated\":{{\"selfHeal\":true}}}}}}}}' (with what else its syncPolicy had)");
    }
}
