using System.Text.Json.Nodes;
using SelfHealGitOps.Cluster;

namespace SelfHealGitOps.Bot.Install;

/// <summary>
/// Sends a Deployment that has to be refused, and one that has to be admitted, as a server-side dry run: the one way to see
/// whether the API server reaches the webhook. Nothing is stored. A Deployment, since Pod Security Admission refuses none.
/// </summary>
internal static class ProbeCheck
{
    public static async Task<DoctorCheck> RefusedAsync(ICluster cluster, string @namespace, TimeProvider clock, CancellationToken cancellationToken)
    {
        var about = $"dry run in {@namespace}";
        var started = clock.GetTimestamp();
        var reply = await SendAsync(cluster, @namespace, isPrivileged: true, cancellationToken);
        var elapsed = $"{clock.GetElapsedTime(started).TotalMilliseconds:0} ms";
        return reply switch
        {
            ClusterReply.Refused { Status: var status } when status.Message.Contains("selfheal: ", StringComparison.Ordinal) =>
                new(DoctorOutcome.Ok, about, $"a privileged Deployment is refused, in {elapsed}"),
            ClusterReply.Refused { Status: var status } when IsUnreachable(status.Message) => Unreachable(about, status.Message),
            ClusterReply.Refused { Status: var status } => new(
                DoctorOutcome.Unknown, about, $"somebody else refused it first: {status}", "name a namespace where you may make Deployments with --namespace"),
            ClusterReply.Unavailable { Reason: var reason } when IsUnreachable(reason) => Unreachable(about, reason),
            ClusterReply.Unavailable { Reason: var reason } => new(DoctorOutcome.Unknown, about, reason),
            ClusterReply.Done done when done.Warnings.Any(warning => warning.StartsWith("selfheal: ", StringComparison.Ordinal)) =>
                new(DoctorOutcome.Warning, about, $"a privileged Deployment is admitted with a warning, in {elapsed}", "the policy's mode is warn there; set it to enforce when its findings are mended"),
            _ => new(
                DoctorOutcome.Failed, about, $"a privileged Deployment is admitted, in {elapsed}",
                "the webhook is not asked (see its rules and namespaceSelector), or its policy there is off, or observes alone"),
        };
    }

    public static async Task<DoctorCheck> AdmittedAsync(ICluster cluster, string @namespace, CancellationToken cancellationToken)
    {
        var about = $"dry run in {@namespace}";
        return await SendAsync(cluster, @namespace, isPrivileged: false, cancellationToken) switch
        {
            ClusterReply.Done => new(DoctorOutcome.Ok, about, "a Deployment of the Restricted level is admitted"),
            ClusterReply.Refused { Status: var status } when status.Message.Contains("selfheal: ", StringComparison.Ordinal) =>
                new(DoctorOutcome.Warning, about, $"a Deployment of the Restricted level is refused: {status.Message}", "the policy asks for more than that; see that it is meant"),
            var reply => new(DoctorOutcome.Unknown, about, reply.Problem ?? ""),
        };
    }

    private static DoctorCheck Unreachable(string about, string reason) => new(
        DoctorOutcome.Failed,
        about,
        $"the API server does not reach the webhook: {reason}",
        reason.Contains("x509", StringComparison.Ordinal) || reason.Contains("certificate", StringComparison.Ordinal)
            ? "caBundle does not fit the certificate that is served; see the log of the webhook's leader"

            // Not the "?timeout=3s" of every URL that it is called by.
            : reason.Contains("deadline exceeded", StringComparison.Ordinal) || reason.Contains(" timeout", StringComparison.Ordinal)
                ? "see that the control plane may reach port 8443 of the pods (firewall, network policy, CNI), and that they have CPU"
                : "see that a replica is ready, and that the Service selects it");

    private static bool IsUnreachable(string message) =>
        message.Contains("failed calling webhook", StringComparison.Ordinal) || message.Contains("no endpoints available", StringComparison.Ordinal);

    private static Task<ClusterReply> SendAsync(ICluster cluster, string @namespace, bool isPrivileged, CancellationToken cancellationToken) =>
        cluster.CreateAsync(ResourceTypes.Deployments, @namespace, Deployment(@namespace, isPrivileged), new() { DryRun = true, FieldManager = "selfheal-doctor" }, cancellationToken);

    private static JsonObject Deployment(string @namespace, bool isPrivileged)
    {
        var security = new JsonObject
        {
            ["allowPrivilegeEscalation"] = isPrivileged,
            ["readOnlyRootFilesystem"] = true,
            ["runAsNonRoot"] = true,
            ["capabilities"] = new JsonObject { ["drop"] = new JsonArray("ALL") },
            ["seccompProfile"] = new JsonObject { ["type"] = "RuntimeDefault" },
        };
        if (isPrivileged)
        {
            security["privileged"] = true;
        }

        return new JsonObject
        {
            ["apiVersion"] = "apps/v1",
            ["kind"] = "Deployment",
            ["metadata"] = new JsonObject { ["generateName"] = "selfheal-doctor-", ["namespace"] = @namespace },
            ["spec"] = new JsonObject
            {
                ["replicas"] = 1,
                ["selector"] = new JsonObject { ["matchLabels"] = new JsonObject { ["app.kubernetes.io/name"] = "selfheal-doctor" } },
                ["template"] = new JsonObject
                {
                    ["metadata"] = new JsonObject { ["labels"] = new JsonObject { ["app.kubernetes.io/name"] = "selfheal-doctor" } },
                    ["spec"] = new JsonObject
                    {
                        ["securityContext"] = new JsonObject { ["runAsNonRoot"] = true, ["seccompProfile"] = new JsonObject { ["type"] = "RuntimeDefault" } },
                        ["containers"] = new JsonArray(new JsonObject
                        {
                            ["name"] = "probe",
                            ["image"] = "registry.invalid/selfheal/doctor:v1.0.0",
                            ["resources"] = new JsonObject
                            {
                                ["requests"] = new JsonObject { ["cpu"] = "10m", ["memory"] = "16Mi" },
                                ["limits"] = new JsonObject { ["cpu"] = "100m", ["memory"] = "16Mi" },
                            },
                            ["securityContext"] = security,
                        }),
                    },
                },
            },
        };
    }
}
