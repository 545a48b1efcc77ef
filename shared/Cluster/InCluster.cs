using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace SelfHealGitOps.Cluster;

/// <summary>The cluster that a pod runs in, by its service account. Source: https://kubernetes.io/docs/tasks/run-application/access-api-from-pod/</summary>
public static class InCluster
{
    private const string Folder = "/var/run/secrets/kubernetes.io/serviceaccount";

    /// <summary>True in a pod; false where a kubeconfig is to be looked for.</summary>
    public static bool IsHere => Environment.GetEnvironmentVariable("KUBERNETES_SERVICE_HOST") is { Length: > 0 };

    public static KubeconfigReading Load() => Load(
        Environment.GetEnvironmentVariable("KUBERNETES_SERVICE_HOST"), Environment.GetEnvironmentVariable("KUBERNETES_SERVICE_PORT"), Folder);

    /// <param name="host">An address, IPv6 without brackets, or a name.</param>
    /// <param name="folder">Holds <c>token</c>, <c>ca.crt</c> and <c>namespace</c>.</param>
    internal static KubeconfigReading Load(string? host, string? port, string folder)
    {
        if (string.IsNullOrEmpty(host) || string.IsNullOrEmpty(port))
        {
            return Refuse("KUBERNETES_SERVICE_HOST", "is not set, or KUBERNETES_SERVICE_PORT is not: this is no pod; use a kubeconfig");
        }

        var authority = IPAddress.TryParse(host, out var address) && address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? $"[{address}]" : host;
        if (!Uri.TryCreate($"https://{authority}:{port}", UriKind.Absolute, out var server))
        {
            return Refuse("KUBERNETES_SERVICE_HOST", $"'{host}' with port '{port}' is no address");
        }

        var token = Path.Combine(folder, "token");
        var certificate = Path.Combine(folder, "ca.crt");
        try
        {
            var authorities = new X509Certificate2Collection();
            authorities.ImportFromPem(File.ReadAllText(certificate));
            if (authorities.Count == 0)
            {
                return Refuse(certificate, "holds no certificate; must be PEM");
            }

            if (!File.Exists(token))
            {
                return Refuse(token, "there is no such file; the pod needs automountServiceAccountToken: true, and a service account");
            }

            var @namespace = Path.Combine(folder, "namespace");
            return new KubeconfigReading.Accepted(
                new ClusterAccess(server)
                {
                    Authorities = authorities,
                    Credentials = new ClusterCredentials.TokenFile(token),
                    IgnoresProxyEnvironment = true,
                    DefaultNamespace = File.Exists(@namespace) && File.ReadAllText(@namespace).Trim() is { Length: > 0 } own ? own : "default",
                },
                "");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return Refuse(certificate, $"cannot be read: {exception.Message}; the pod needs automountServiceAccountToken: true");
        }
        catch (CryptographicException)
        {
            return Refuse(certificate, "holds no certificate; must be PEM");
        }
    }

    private static KubeconfigReading.Refused Refuse(string place, string message) => new([new(place, 0, 0, "", message)]);
}
