using System.Security.Cryptography;
using System.Text;
using SelfHealGitOps.Cluster;
using Xunit;

namespace SelfHealGitOps.Tests.Cluster;

public sealed class KubeconfigTests : IDisposable
{
    private const string Plain = """
        apiVersion: v1
        kind: Config
        current-context: here
        contexts:
        - {name: here, context: {cluster: c, user: u, namespace: shop}}
        - {name: there, context: {cluster: c, user: ""}}
        clusters:
        - name: c
          cluster: {server: "https://10.0.0.1:6443/base", insecure-skip-tls-verify: true, tls-server-name: api.example.com, proxy-url: "socks5://proxy:1080"}
        users:
        - {name: u, user: {token: t0ken, as: bob, as-groups: [a, b], as-uid: "7", as-user-extra: {k: [v]}}}
        """;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Reads_the_current_context()
    {
        var (access, context) = Yes(Load(Plain));
        Assert.Equal(("here", "https://10.0.0.1:6443/base", "shop", "api.example.com"), (context, access.Server.ToString(), access.DefaultNamespace, access.TlsServerName));
        Assert.True(access.SkipTlsVerify);
        Assert.Equal("socks5://proxy:1080/", access.Proxy!.ToString());
        Assert.Equal(new ClusterCredentials.Token("t0ken"), access.Credentials);
        Assert.Equal(("bob", "7", "a,b", "v"), (access.Impersonation!.User, access.Impersonation.Uid, string.Join(',', access.Impersonation.Groups), access.Impersonation.Extra["k"][0]));
    }

    [Fact]
    public void Reads_a_context_by_name()
    {
        var (access, context) = Yes(Load(Plain, "there"));
        Assert.Equal(("there", "default"), (context, access.DefaultNamespace));
        Assert.IsType<ClusterCredentials.None>(access.Credentials);
        Assert.Null(access.Impersonation);
    }

    [Fact]
    public void Shows_no_secret_in_its_text()
    {
        var access = Yes(Load(Plain)).Access;
        Assert.DoesNotContain("t0ken", $"{access} {access.Credentials} {Load(Plain)}", StringComparison.Ordinal);
    }

    [Fact]
    public void Merges_files_the_first_of_which_is_heard()
    {
        var first = folder.Write("a/config", """
            contexts: [{name: here, context: {cluster: c, user: mine}}]
            users: [{name: mine, user: {tokenFile: token}}]
            """);
        var second = folder.Write("b/config", Plain);
        var (access, context) = Yes(Kubeconfig.Load([first, folder.Path + "/none", second]));
        Assert.Equal(("here", "default"), (context, access.DefaultNamespace));
        Assert.Equal(new ClusterCredentials.TokenFile(Path.Combine(folder.Path, "a", "token")), access.Credentials);
        Assert.Equal("10.0.0.1", access.Server.Host);
    }

    [Fact]
    public void Splits_the_variable()
    {
        Assert.Equal(["/a", "/b"], Kubeconfig.Paths($"/a{Path.PathSeparator}{Path.PathSeparator}/b{Path.PathSeparator}/a"));
        Assert.EndsWith(Path.Combine(".kube", "config"), Assert.Single(Kubeconfig.Paths(null)), StringComparison.Ordinal);
        Assert.Single(Kubeconfig.Paths(""));
    }

    [Fact]
    public void Reads_certificates_from_files_beside_it_and_from_data()
    {
        using var authority = new TestAuthority("ca");
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var client = authority.Issue(key, "ann");
        folder.Write("pki/ca.crt", authority.Certificate.ExportCertificatePem());
        folder.Write("pki/ann.crt", client.ExportCertificatePem() + "\n" + authority.Certificate.ExportCertificatePem());
        var data = Convert.ToBase64String(Encoding.UTF8.GetBytes(key.ExportPkcs8PrivateKeyPem()));
        var access = Yes(Load("""
            current-context: x
            contexts: [{name: x, context: {cluster: c, user: u}}]
            clusters: [{name: c, cluster: {server: "https://h", certificate-authority: pki/ca.crt}}]
            users: [{name: u, user: {client-certificate: pki/ann.crt, client-key: nowhere, client-key-data: DATA}}]
            """.Replace("DATA", data, StringComparison.Ordinal))).Access;
        Assert.Equal("CN=ca", Assert.Single(access.Authorities!).Subject);
        Assert.NotNull(access.Certificate);
    }

    [Fact]
    public void Reads_plugins()
    {
        var access = Yes(Load("""
            current-context: x
            contexts: [{name: x, context: {cluster: c, user: u}}]
            clusters:
            - name: c
              cluster:
                server: https://h
                extensions: [{name: client.authentication.k8s.io/exec, extension: {audience: "06", deep: [1]}}]
            users:
            - name: u
              user:
                exec:
                  apiVersion: client.authentication.k8s.io/v1
                  interactiveMode: IfAvailable
                  command: bin/plugin
                  args: [a, "b c"]
                  env: [{name: K, value: v}]
                  provideClusterInfo: true
                  installHint: get it
            """)).Access;
        var plugin = Assert.IsType<ClusterCredentials.Exec>(access.Credentials).Plugin;
        Assert.Equal((Path.Combine(folder.Path, "bin/plugin"), "a|b c", "v", "get it"), (plugin.Command, string.Join('|', plugin.Arguments), plugin.Environment["K"], plugin.InstallHint));
        Assert.Equal("""{"server":"https://h","config":{"audience":"06","deep":[1]}}""", plugin.ClusterInfo!.ToJsonString());
    }

    [Theory]
    [InlineData("current-context: nix\n" + Rest, "current-context: there is no context 'nix'; there are: 'x'")]
    [InlineData(Rest, "current-context: is not set")]
    [InlineData("current-context: x\ncontexts: [{name: x, context: {cluster: d, user: u}}]\nclusters: [{name: c, cluster: {}}]\nusers: []", "config:2:32: contexts.0.context.cluster: there is no cluster 'd'; there are: 'c'")]
    [InlineData(Head + "{server: nonsense}}]\n" + User + "{}}]", "clusters.0.cluster.server: is no URL")]
    [InlineData(Head + "{}}]\n" + User + "{}}]", "clusters.0.cluster.server: is missing")]
    [InlineData(Head + "{server: \"https://h\", certificate-authority: none.crt}}]\n" + User + "{}}]", "clusters.0.cluster.certificate-authority: 'none.crt' cannot be read")]
    [InlineData(Head + "{server: \"https://h\", certificate-authority-data: \"%\"}}]\n" + User + "{}}]", "certificate-authority-data: is no base64")]
    [InlineData(Head + "{server: \"https://h\", certificate-authority-data: aGFsbG8=}}]\n" + User + "{}}]", "certificate-authority-data: holds no certificate")]
    [InlineData(Head + "{server: \"https://h\"}}]\n" + User + "{auth-provider: {name: gcp}}}]", "users.0.user.auth-provider: is not supported, as in kubectl since 1.26; use exec")]
    [InlineData(Head + "{server: \"https://h\"}}]\n" + User + "{username: a, password: hunter2}}]", "users.0.user.username: user name and password are not supported")]
    [InlineData(Head + "{server: \"https://h\"}}]\n" + User + "{token: \"hunter2\\nX: y\"}}]", "users.0.user.token: is no token")]
    [InlineData(Head + "{server: \"https://h\"}}]\n" + User + "{client-certificate-data: aHVudGVyMg==}}]", "users.0.user.client-key: is missing")]
    [InlineData(Head + "{server: \"https://h\"}}]\n" + User + "{client-certificate-data: aHVudGVyMg==, client-key-data: aHVudGVyMg==}}]", "client-certificate-data: holds no certificate")]
    [InlineData(Head + "{server: \"https://h\"}}]\n" + User + "{exec: {apiVersion: client.authentication.k8s.io/v1alpha1, command: p}}}]", "users.0.user.exec.apiVersion: 'client.authentication.k8s.io/v1alpha1' is not spoken here")]
    [InlineData(Head + "{server: \"https://h\"}}]\n" + User + "{exec: {apiVersion: client.authentication.k8s.io/v1, command: p, interactiveMode: Always}}}]", "exec.interactiveMode: Always")]
    [InlineData(Head + "{server: \"https://h\"}}]\n" + User + "{as-groups: [a]}}]", "users.0.user: is missing|users.0.user.as: is missing")]
    [InlineData("a: [", "config:")]
    [InlineData("- list", "is no kubeconfig")]
    [InlineData("kind: Pod", "'Pod' is no kubeconfig")]
    [InlineData("users: [{name: a}, {name: a}]", "'a' is there twice")]
    [InlineData("clusters: {}", "is no list")]
    public void Says_what_is_wrong_and_where(string text, string expected)
    {
        var refused = Assert.IsType<KubeconfigReading.Refused>(Load(text));
        var shown = string.Join('\n', refused.Problems);
        Assert.Contains(expected.Split('|'), each => shown.Contains(each, StringComparison.Ordinal));
        Assert.DoesNotContain("hunter2", shown, StringComparison.Ordinal);
        Assert.StartsWith(folder.Path, shown, StringComparison.Ordinal);
    }

    [Fact]
    public void Says_that_there_is_no_file() =>
        Assert.Contains("there is no such file", Assert.Single(Assert.IsType<KubeconfigReading.Refused>(Kubeconfig.Load([folder.Path + "/none"])).Problems).ToString(), StringComparison.Ordinal);

    [Theory]
    [InlineData("10.96.0.1", "https://10.96.0.1/")]
    [InlineData("fd00::1", "https://[fd00::1]/")]
    [InlineData("kubernetes.default.svc", "https://kubernetes.default.svc/")]
    public void Finds_the_cluster_that_a_pod_runs_in(string host, string url)
    {
        using var authority = new TestAuthority("ca");
        folder.Write("ca.crt", authority.Certificate.ExportCertificatePem());
        folder.Write("token", "t");
        folder.Write("namespace", "selfheal\n");
        var access = Yes(InCluster.Load(host, "443", folder.Path)).Access;
        Assert.Equal((url, "selfheal", true), (access.Server.ToString(), access.DefaultNamespace, access.IgnoresProxyEnvironment));
        Assert.IsType<ClusterCredentials.TokenFile>(access.Credentials);
    }

    [Fact]
    public void Says_that_this_is_no_pod()
    {
        Assert.IsType<KubeconfigReading.Refused>(InCluster.Load(null, null, folder.Path));
        Assert.IsType<KubeconfigReading.Refused>(InCluster.Load("10.0.0.1", "443", folder.Path));
        folder.Write("ca.crt", "nonsense");
        Assert.IsType<KubeconfigReading.Refused>(InCluster.Load("10.0.0.1", "443", folder.Path));
    }

    private const string Rest = "contexts: [{name: x, context: {cluster: c, user: u}}]\nclusters: [{name: c, cluster: {server: \"https://h\"}}]\nusers: [{name: u, user: {}}]";
    private const string Head = "current-context: x\ncontexts: [{name: x, context: {cluster: c, user: u}}]\nclusters: [{name: c, cluster: ";
    private const string User = "users: [{name: u, user: ";

    private KubeconfigReading Load(string text, string? context = null) => Kubeconfig.Load([folder.Write("config", text)], context);

    private static (ClusterAccess Access, string Context) Yes(KubeconfigReading reading)
    {
        Assert.True(reading is KubeconfigReading.Accepted, reading is KubeconfigReading.Refused refused ? string.Join('\n', refused.Problems) : "");
        var accepted = (KubeconfigReading.Accepted)reading;
        return (accepted.Access, accepted.Context);
    }
}
