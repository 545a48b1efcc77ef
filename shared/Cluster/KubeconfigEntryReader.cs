using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using SelfHealGitOps.Manifests;

namespace SelfHealGitOps.Cluster;

/// <summary>Reads the cluster and the user of a context, and reports all that is wrong with them.</summary>
internal sealed class KubeconfigEntryReader(List<KubeconfigProblem> problems)
{
    private static readonly string[] ProxySchemes = ["http", "https", "socks4", "socks4a", "socks5"];

    /// <summary>Null where there is no telling where the cluster is.</summary>
    public ClusterAccess? ReadCluster(KubeconfigEntry cluster)
    {
        var value = cluster.Value;
        var server = ReadUrl(value["server"], "https", "http");
        if (!value["server"].Exists)
        {
            Report(value["server"], "is missing; must be the address of the API server, such as https://10.0.0.1:6443");
        }

        var authorities = ReadAuthorities(cluster);
        var skips = value["insecure-skip-tls-verify"].IsTrue;
        if (skips && authorities is not null)
        {
            Report(value["insecure-skip-tls-verify"], "true beside a certificate authority; take one of the two out");
        }

        return server is null ? null : new(server)
        {
            Authorities = authorities,
            TlsServerName = value["tls-server-name"].Text is { Length: > 0 } name ? name : null,
            SkipTlsVerify = skips,
            Proxy = value["proxy-url"].Text is { Length: > 0 } ? ReadUrl(value["proxy-url"], ProxySchemes) : null,
        };
    }

    public ClusterAccess ReadUser(KubeconfigEntry user, KubeconfigEntry cluster, ClusterAccess access)
    {
        var value = user.Value;
        if (value["auth-provider"].Exists)
        {
            Report(value["auth-provider"], "is not supported, as in kubectl since 1.26; use exec with the plugin of your provider");
        }

        if (value["username"].Exists || value["password"].Exists)
        {
            Report(value["username"].Exists ? value["username"] : value["password"], "user name and password are not supported, by the API server either since 1.19; use a client certificate, a token or exec");
        }

        return access with
        {
            Certificate = ReadCertificate(user),
            Credentials = ReadCredentials(user, cluster),
            Impersonation = ReadImpersonation(value),
        };
    }

    private ClusterCredentials ReadCredentials(KubeconfigEntry user, KubeconfigEntry cluster)
    {
        var value = user.Value;
        if (value["tokenFile"].Text is { Length: > 0 } file)
        {
            return new ClusterCredentials.TokenFile(Path.Combine(user.File.Folder, file));
        }

        if (value["token"].Text is { Length: > 0 } token)
        {
            if (BearerText.IsValid(token))
            {
                return new ClusterCredentials.Token(token);
            }

            Report(value["token"], "is no token; must be one line of visible ASCII characters");
        }

        return value["exec"].Exists && ReadExec(user, cluster) is { } plugin ? new ClusterCredentials.Exec(plugin) : new ClusterCredentials.None();
    }

    private ExecPlugin? ReadExec(KubeconfigEntry user, KubeconfigEntry cluster)
    {
        var exec = user.Value["exec"];
        var before = problems.Count;
        var version = exec["apiVersion"].Text ?? "";
        if (!ExecPlugin.ApiVersions.Contains(version))
        {
            Report(exec["apiVersion"], $"'{version}' is not spoken here; must be {ExecPlugin.ApiVersions[0]}, or the same with v1beta1: update the plugin, and what wrote this file");
        }

        var command = exec["command"].Text ?? "";
        if (command.Length == 0)
        {
            Report(exec["command"], "is missing; must be the name or the path of a program");
        }
        else if (command.Contains('/') || command.Contains(Path.DirectorySeparatorChar))
        {
            command = Path.GetFullPath(command, user.File.Folder);
        }

        if (exec["interactiveMode"].Text == "Always")
        {
            Report(exec["interactiveMode"], "Always: the program wants a terminal, and there is none; must be Never or IfAvailable");
        }

        var arguments = new List<string>();
        foreach (var argument in exec["args"].Elements)
        {
            arguments.Add(argument.Text ?? "");
        }

        var environment = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var variable in exec["env"].Elements)
        {
            if (variable["name"].Text is not { Length: > 0 } name || name.Contains('='))
            {
                Report(variable["name"], "is no name of a variable");
                continue;
            }

            environment[name] = variable["value"].Text ?? "";
        }

        return problems.Count > before ? null : new(version, command, arguments, environment)
        {
            InstallHint = exec["installHint"].Text ?? "",
            ClusterInfo = exec["provideClusterInfo"].IsTrue ? ClusterInfo(cluster) : null,
        };
    }

    private JsonObject ClusterInfo(KubeconfigEntry cluster)
    {
        var value = cluster.Value;
        var info = new JsonObject { ["server"] = value["server"].Text };
        foreach (var key in (string[])["tls-server-name", "proxy-url"])
        {
            if (value[key].Text is { Length: > 0 } text)
            {
                info[key] = text;
            }
        }

        if (value["insecure-skip-tls-verify"].IsTrue)
        {
            info["insecure-skip-tls-verify"] = true;
        }

        if (ReadData(cluster, "certificate-authority", report: false) is { } authority)
        {
            info["certificate-authority-data"] = Convert.ToBase64String(authority);
        }

        foreach (var extension in value["extensions"].Elements)
        {
            if (extension["name"].Text == "client.authentication.k8s.io/exec")
            {
                info["config"] = JsonTree.ToJson(extension["extension"]);
            }
        }

        return info;
    }

    private Impersonation? ReadImpersonation(Field user)
    {
        var groups = TextsOf(user["as-groups"]);
        var extra = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        foreach (var entry in user["as-user-extra"].Entries)
        {
            extra[entry.Key] = TextsOf(entry.Value);
        }

        if (user["as"].Text is { Length: > 0 } name)
        {
            return new(name, user["as-uid"].Text is { Length: > 0 } uid ? uid : null, groups, extra);
        }

        if (groups.Count > 0 || extra.Count > 0 || user["as-uid"].Text is { Length: > 0 })
        {
            Report(user["as"], "is missing beside as-groups, as-uid or as-user-extra; name the user to act as");
        }

        return null;
    }

    private ClientCertificate? ReadCertificate(KubeconfigEntry user)
    {
        var certificate = ReadData(user, "client-certificate");
        var key = ReadData(user, "client-key");
        if (certificate is null && key is null)
        {
            return null;
        }

        if (certificate is null || key is null)
        {
            var missing = certificate is null ? "client-certificate" : "client-key";
            if (!IsSet(user.Value[missing]) && !IsSet(user.Value[missing + "-data"]))
            {
                Report(user.Value[missing], "is missing; a certificate and its key come together");
            }

            return null;
        }

        if (!ClientCertificate.TryRead(Encoding.UTF8.GetString(certificate), Encoding.UTF8.GetString(key), out var read, out var problem))
        {
            Report(Place(user.Value, "client-certificate"), problem);
        }

        return read;
    }

    private X509Certificate2Collection? ReadAuthorities(KubeconfigEntry cluster)
    {
        if (ReadData(cluster, "certificate-authority") is not { } bytes)
        {
            return null;
        }

        var authorities = new X509Certificate2Collection();
        try
        {
            authorities.ImportFromPem(Encoding.UTF8.GetString(bytes));
        }
        catch (CryptographicException)
        {
            authorities.Clear();
        }

        if (authorities.Count == 0)
        {
            Report(Place(cluster.Value, "certificate-authority"), "holds no certificate; must be PEM that begins with -----BEGIN CERTIFICATE-----");
        }

        return authorities;
    }

    /// <summary>What is in the file itself (<c>…-data</c>, base64), which goes first, or in the file that it names.</summary>
    private byte[]? ReadData(KubeconfigEntry entry, string key, bool report = true)
    {
        var data = entry.Value[key + "-data"];
        if (IsSet(data))
        {
            try
            {
                return Convert.FromBase64String(data.Text!);
            }
            catch (FormatException)
            {
                if (report)
                {
                    Report(data, "is no base64; must be the file's bytes in base64, as kubectl config set-credentials --embed-certs writes them");
                }

                return null;
            }
        }

        var path = entry.Value[key];
        if (!IsSet(path))
        {
            return null;
        }

        try
        {
            return File.ReadAllBytes(Path.Combine(entry.File.Folder, path.Text!));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            if (report)
            {
                Report(path, $"{Excerpt.Of(path.Text!)} cannot be read: {exception.Message}");
            }

            return null;
        }
    }

    private Uri? ReadUrl(Field field, params string[] schemes)
    {
        if (!field.Exists)
        {
            return null;
        }

        // kubectl takes a host alone for http; nobody means that today.
        if (Uri.TryCreate(field.Text, UriKind.Absolute, out var url) && schemes.Contains(url.Scheme) && url.Host.Length > 0)
        {
            return url;
        }

        // A password may stand in it.
        Report(field, $"is no URL of a kind that is known here; must begin with {string.Join(", ", schemes.Select(scheme => scheme + "://"))}");
        return null;
    }

    private static List<string> TextsOf(Field list)
    {
        var texts = new List<string>();
        foreach (var element in list.Elements)
        {
            texts.Add(element.Text ?? "");
        }

        return texts;
    }

    private static bool IsSet(Field field) => field.Exists && field.Text is { Length: > 0 };

    private static Field Place(Field entry, string key) => IsSet(entry[key + "-data"]) ? entry[key + "-data"] : entry[key];

    private void Report(Field place, string message) => problems.Add(KubeconfigProblem.At(place, message));
}
