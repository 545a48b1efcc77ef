using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using SelfHealGitOps.Cluster;
using Xunit;

namespace SelfHealGitOps.Tests.Cluster;

/// <summary>What goes over the wire, and what comes back when it goes wrong there.</summary>
public sealed class KubernetesApiTests
{
    private const string Map = """{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"one"}}""";
    private static readonly ObjectReference One = new(ResourceTypes.ConfigMaps, "shop", "one");
    private static readonly byte[] Body = Encoding.UTF8.GetBytes(Map);

    [Fact]
    public async Task Asks_by_path_and_query()
    {
        await using var stub = new WireStub(_ => WireStub.Json(Map));
        using var api = Api(stub, url: new Uri(stub.Url, "/k8s/clusters/c-1/"));
        var deployment = new ObjectReference(ResourceTypes.Deployments, "shop", "web", "scale");
        await api.GetAsync(deployment, default);
        await api.ListAsync(ResourceTypes.Pods, null, new() { LabelSelector = "a=b,c in (d)", FieldSelector = "spec.nodeName=n", Limit = 5, Continue = "x+/=" }, default);
        await api.GetAsync(new(ResourceTypes.Namespaces, null, "a b?c#d"), default);
        await api.CreateAsync(ResourceTypes.ConfigMaps, "shop", Body, new() { DryRun = true, FieldManager = "me", FieldValidation = FieldValidation.Strict }, default);
        await api.PatchAsync(One, PatchType.Apply, Body, new() { FieldManager = "me", Force = true }, default);
        await api.PatchAsync(One, PatchType.Json, Body, new() { Force = true }, default);
        await api.DeleteAsync(One, new() { DryRun = true, Propagation = Propagation.Foreground, Uid = "u", ResourceVersion = "7", GracePeriod = TimeSpan.FromSeconds(3) }, default);
        await api.LogsAsync("shop", "web-1", new() { Container = "c", Previous = true, TailLines = 9, Since = TimeSpan.FromMinutes(1), LimitBytes = 100 }, default);
        Assert.Equal(
            [
                "GET /k8s/clusters/c-1/apis/apps/v1/namespaces/shop/deployments/web/scale",
                "GET /k8s/clusters/c-1/api/v1/pods?labelSelector=a%3Db%2Cc%20in%20%28d%29&fieldSelector=spec.nodeName%3Dn&limit=5&continue=x%2B%2F%3D",
                "GET /k8s/clusters/c-1/api/v1/namespaces/a%20b%3Fc%23d",
                "POST /k8s/clusters/c-1/api/v1/namespaces/shop/configmaps?dryRun=All&fieldManager=me&fieldValidation=Strict",
                "PATCH /k8s/clusters/c-1/api/v1/namespaces/shop/configmaps/one?fieldManager=me&force=true",
                "PATCH /k8s/clusters/c-1/api/v1/namespaces/shop/configmaps/one",
                "DELETE /k8s/clusters/c-1/api/v1/namespaces/shop/configmaps/one",
                "GET /k8s/clusters/c-1/api/v1/namespaces/shop/pods/web-1/log?container=c&previous=true&tailLines=9&sinceSeconds=60&limitBytes=101",
            ],
            stub.Requests.Select(request => $"{request.Method} {request.Path}"));
        Assert.Equal(["application/apply-patch+yaml", "application/json-patch+json"], stub.Requests.Where(request => request.Method == "PATCH").Select(request => request.Header("Content-Type")));
        Assert.Equal(
            """{"kind":"DeleteOptions","apiVersion":"v1","propagationPolicy":"Foreground","gracePeriodSeconds":3,"preconditions":{"uid":"u","resourceVersion":"7"},"dryRun":["All"]}""",
            stub.Requests[6].Body);
    }

    [Fact]
    public async Task Makes_no_sense_of_a_namespace_where_none_belongs()
    {
        await using var stub = new WireStub(_ => WireStub.Json(Map));
        using var api = Api(stub);
        await Assert.ThrowsAsync<ArgumentException>(() => api.GetAsync(new(ResourceTypes.ConfigMaps, null, "one"), default));
        await Assert.ThrowsAsync<ArgumentException>(() => api.GetAsync(new(ResourceTypes.Nodes, "shop", "one"), default));
        await Assert.ThrowsAsync<ArgumentException>(() => api.PatchAsync(One, PatchType.Apply, Body, WriteOptions.Default, default));
    }

    [Fact]
    public async Task Keeps_warnings()
    {
        await using var stub = new WireStub(_ => WireStub.Json(
            Map, "200 OK", "Warning: 299 - \"first, with \\\"quotes\\\"\" \"Sat, 25 Aug 2012 23:34:45 GMT\", 299 - \"second\"", "Warning: 299 - \"third\""));
        using var api = Api(stub);
        Assert.Equal(["first, with \"quotes\"", "second", "third"], Assert.IsType<ClusterReply.Done>(await api.GetAsync(One, default)).Warnings);
    }

    [Fact]
    public async Task Reads_why_it_was_refused()
    {
        const string Status = """
            {"kind":"Status","apiVersion":"v1","status":"Failure","message":"ConfigMap \"one\" is invalid","reason":"Invalid","code":422,
            "details":{"causes":[{"reason":"FieldValueInvalid","message":"must not be so","field":"data.a"}]}}
            """;
        await using var stub = new WireStub(_ => WireStub.Json(Status, "422 Unprocessable Entity"));
        using var api = Api(stub);
        var status = Assert.IsType<ClusterReply.Refused>(await api.GetAsync(One, default)).Status;
        Assert.True(status.IsInvalid);
        Assert.Equal(new StatusCause("data.a", "FieldValueInvalid", "must not be so"), Assert.Single(status.Causes));
    }

    [Theory]
    [InlineData("429 Too Many Requests", "7", 7)]
    [InlineData("503 Service Unavailable", "1", 1)]
    [InlineData("500 Internal Server Error", "", -1)]
    [InlineData("429 Too Many Requests", "Thu, 01 Jan 1970 00:00:00 GMT", 0)]
    public async Task Takes_overload_for_no_answer(string status, string retryAfter, int seconds)
    {
        await using var stub = new WireStub(_ => WireStub.Json("<html>", status, retryAfter.Length == 0 ? "X: y" : $"Retry-After: {retryAfter}"));
        using var api = Api(stub);
        var reply = Assert.IsType<ClusterReply.Unavailable>(await api.GetAsync(One, default));
        Assert.Equal(seconds < 0 ? null : TimeSpan.FromSeconds(seconds), reply.RetryAfter);
        Assert.Contains(status[..3], reply.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{\"kind\":")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n8\r\n{\"kind\":\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\n{\"kind\":")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n<html>")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n{} x")]
    [InlineData("")]
    [InlineData("nonsense\r\n\r\n")]
    public async Task Takes_what_is_no_answer_for_none(string bytes)
    {
        await using var stub = new WireStub(_ => bytes);
        using var api = Api(stub);
        Assert.IsType<ClusterReply.Unavailable>(await api.GetAsync(One, default));
    }

    [Fact]
    public async Task Ends_slow_answers()
    {
        await using var stub = new WireStub(async (_, stream) =>
        {
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n{"u8.ToArray());
            await stream.FlushAsync();
            await Task.Delay(TimeSpan.FromSeconds(30));
        });
        using var api = Api(stub, new() { Timeout = TimeSpan.FromMilliseconds(300) });
        Assert.Contains("within", Assert.IsType<ClusterReply.Unavailable>(await api.GetAsync(One, default)).Reason, StringComparison.Ordinal);
        using var enough = new CancellationTokenSource(TimeSpan.FromMilliseconds(50));
        using var patient = Api(stub);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => patient.GetAsync(One, enough.Token));
    }

    [Fact]
    public async Task Takes_no_more_than_the_bound()
    {
        await using var stub = new WireStub(_ => WireStub.Json("{\"a\":\"" + new string('x', 5000) + "\"}"));
        using var api = Api(stub, new() { MaxAnswerBytes = 4096 });
        Assert.Contains("longer than 4096", Assert.IsType<ClusterReply.Unavailable>(await api.GetAsync(One, default)).Reason, StringComparison.Ordinal);
        var log = Assert.IsType<LogReply.Read>(await api.LogsAsync("shop", "p", new() { LimitBytes = 100 }, default));
        Assert.Equal((100, true), (log.Text.Length, log.IsCut));
    }

    [Fact]
    public async Task Follows_no_redirect()
    {
        await using var other = new WireStub(_ => WireStub.Json(Map));
        await using var stub = new WireStub(_ => WireStub.Json("", "302 Found", $"Location: {other.Url}"));
        using var api = Api(stub, credentials: new ClusterCredentials.Token("secret-token"));
        var status = Assert.IsType<ClusterReply.Refused>(await api.GetAsync(One, default)).Status;
        Assert.Equal(302, status.Code);
        Assert.Empty(other.Requests);
        Assert.Equal("Bearer secret-token", Assert.Single(stub.Requests).Header("Authorization"));
    }

    [Fact]
    public async Task Says_that_nobody_is_there()
    {
        Uri url;
        await using (var stub = new WireStub(_ => ""))
        {
            url = stub.Url;
        }

        using var api = new KubernetesApi(new(url) { Credentials = new ClusterCredentials.Token("secret-token") }, TimeProvider.System);
        var reply = Assert.IsType<ClusterReply.Unavailable>(await api.GetAsync(One, default));
        Assert.Contains("refused", reply.Reason, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("secret-token", reply.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Watches_line_by_line()
    {
        await using var stub = new WireStub(async (_, stream) =>
        {
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"u8.ToArray());
            foreach (var part in (string[])["{\"type\":\"ADDED\",\"obj", "ect\":{\"a\":1}}\n\n{\"type\":\"BOOKMARK\",\"object\":{\"metadata\":{\"resourceVersion\":\"9\"}}}\n{\"type\":", "\"DELETED\",\"object\":{}}\n"])
            {
                await stream.WriteAsync(Encoding.UTF8.GetBytes(part));
                await stream.FlushAsync();
                await Task.Delay(20);
            }
        });
        using var api = Api(stub);
        var told = await Told(api.WatchAsync(ResourceTypes.Pods, "shop", new() { ResourceVersion = "5", Timeout = TimeSpan.FromSeconds(60) }, default));
        Assert.Equal(["Added", "Bookmark", "Deleted"], told.Select(each => each.GetType().Name));
        Assert.Equal(new WatchEvent.Bookmark("9"), told[1]);
        Assert.Equal("/api/v1/namespaces/shop/pods?watch=true&resourceVersion=5&allowWatchBookmarks=true&timeoutSeconds=60", stub.Requests[0].Path);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{\"type\":\"ADDED\",\"object\":{}}\n{\"type\":\"ADD", "Added Broken")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n{\"ty\r\n", "Broken")]
    [InlineData("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{\"type\":\"ADDED\"}\n{\"type\":\"ADDED\",\"object\":{}}\n", "Broken")]
    [InlineData("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{\"type\":\"ADDED\",\"object\":{}}\n{\"type\":\"ERROR\",\"object\":{\"kind\":\"Status\",\"code\":410,\"reason\":\"Expired\"}}\n{\"type\":\"ADDED\",\"object\":{}}\n", "Added Error")]
    [InlineData("HTTP/1.1 410 Gone\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", "Error")]
    [InlineData("HTTP/1.1 503 Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", "Broken")]
    [InlineData("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n", "")]
    public async Task Says_how_a_watch_ended(string bytes, string expected)
    {
        await using var stub = new WireStub(_ => bytes);
        using var api = Api(stub);
        var told = await Told(api.WatchAsync(ResourceTypes.Pods, null, new(), default));
        Assert.Equal(expected, string.Join(' ', told.Select(each => each.GetType().Name)));
    }

    [Fact]
    public async Task Ends_a_watch_that_does_not_end()
    {
        await using var stub = new WireStub(async (_, stream) =>
        {
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"u8.ToArray());
            await stream.FlushAsync();
            await Task.Delay(TimeSpan.FromSeconds(60));
        });
        using var api = Api(stub, new() { WatchGrace = TimeSpan.FromMilliseconds(100) });
        var told = await Told(api.WatchAsync(ResourceTypes.Pods, null, new() { Timeout = TimeSpan.FromSeconds(1) }, default));
        Assert.IsType<WatchEvent.Broken>(Assert.Single(told));
    }

    [Fact]
    public async Task Takes_no_event_longer_than_the_bound()
    {
        await using var stub = new WireStub(_ => "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{\"type\":\"ADDED\",\"object\":{\"a\":\"" + new string('x', 50_000));
        using var api = Api(stub, new() { MaxEventBytes = 1000 });
        var told = Assert.IsType<WatchEvent.Broken>(Assert.Single(await Told(api.WatchAsync(ResourceTypes.Pods, null, new(), default))));
        Assert.Contains("longer", told.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Finds_out_group_by_group_where_the_server_is_old_and_one_is_broken()
    {
        await using var stub = new WireStub(request => request.Path switch
        {
            "/api" => WireStub.Json("""{"kind":"APIVersions","versions":["v1"]}"""),
            "/api/v1" => WireStub.Json("""{"kind":"APIResourceList","groupVersion":"v1","resources":[{"name":"pods","namespaced":true,"kind":"Pod","verbs":["get"]},{"name":"pods/eviction","namespaced":true,"group":"policy","version":"v1","kind":"Eviction","verbs":["create"]}]}"""),
            "/apis" => WireStub.Json("""{"kind":"APIGroupList","groups":[{"name":"metrics.k8s.io","versions":[{"groupVersion":"metrics.k8s.io/v1beta1","version":"v1beta1"}],"preferredVersion":{"groupVersion":"metrics.k8s.io/v1beta1"}},{"name":"apps","versions":[{"groupVersion":"apps/v1beta1"},{"groupVersion":"apps/v1"}],"preferredVersion":{"groupVersion":"apps/v1"}}]}"""),
            "/apis/apps/v1" => WireStub.Json("""{"kind":"APIResourceList","groupVersion":"apps/v1","resources":[{"name":"deployments","namespaced":true,"kind":"Deployment","verbs":["get","list"],"shortNames":["deploy"]}]}"""),
            "/apis/apps/v1beta1" => WireStub.Json("""{"kind":"APIResourceList","groupVersion":"apps/v1beta1","resources":[{"name":"deployments","namespaced":true,"kind":"Deployment","verbs":["get"]}]}"""),
            _ => WireStub.Json("", "503 Service Unavailable"),
        });
        using var api = Api(stub);
        var found = Assert.IsType<DiscoveryReply.Found>(await api.DiscoverAsync(default)).Discovery;
        Assert.Equal("metrics.k8s.io/v1beta1", Assert.Single(found.Problems).ApiVersion);
        Assert.Equal(["pods/v1", "deployments.apps/v1", "deployments.apps/v1beta1"], found.Resources.Select(resource => resource.Type.ToString()));
        Assert.Equal([true, true, false], found.Resources.Select(resource => resource.IsPreferred));
        Assert.Equal(("eviction", "policy/v1"), (found.Resources[0].Subresources[0].Name, found.Resources[0].Subresources[0].ApiVersion));
    }

    [Fact]
    public async Task Says_which_groups_are_stale()
    {
        await using var stub = new WireStub(request => WireStub.Json(request.Path == "/api"
            ? """{"kind":"APIGroupDiscoveryList","items":[{"metadata":{},"versions":[{"version":"v1","resources":[{"resource":"pods","responseKind":{"group":"","version":"","kind":"Pod"},"scope":"Namespaced","verbs":["get"],"subresources":[{"subresource":"status","responseKind":{"group":"","version":"","kind":"Pod"},"verbs":["get"]}]}]}]}]}"""
            : """{"kind":"APIGroupDiscoveryList","items":[{"metadata":{"name":"metrics.k8s.io"},"versions":[{"version":"v1beta1","freshness":"Stale"}]}]}"""));
        using var api = Api(stub);
        var found = Assert.IsType<DiscoveryReply.Found>(await api.DiscoverAsync(default)).Discovery;
        Assert.Equal("metrics.k8s.io/v1beta1", Assert.Single(found.Problems).ApiVersion);
        Assert.Equal("v1", found.Find("v1", "Pod")!.Subresources[0].ApiVersion);
        Assert.Contains("apidiscovery.k8s.io;v=v2;", stub.Requests[0].Header("Accept"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Believes_the_authority_of_the_kubeconfig_and_no_other()
    {
        using var ours = new TestAuthority("ours");
        using var another = new TestAuthority("another");
        using var server = ours.IssueServer("127.0.0.1");
        await using var stub = new WireStub(_ => WireStub.Json(Map), server);
        using var trusting = new KubernetesApi(new(stub.Url) { Authorities = [ours.Certificate] }, TimeProvider.System);
        Assert.IsType<ClusterReply.Done>(await trusting.GetAsync(One, default));
        using var wary = new KubernetesApi(new(stub.Url) { Authorities = [another.Certificate], Credentials = new ClusterCredentials.Token("secret") }, TimeProvider.System);
        Assert.Contains("certificate", Assert.IsType<ClusterReply.Unavailable>(await wary.GetAsync(One, default)).Reason, StringComparison.Ordinal);
        using var blind = new KubernetesApi(new(stub.Url) { SkipTlsVerify = true }, TimeProvider.System);
        Assert.IsType<ClusterReply.Done>(await blind.GetAsync(One, default));
        Assert.Equal(2, stub.Requests.Count);
    }

    [Fact]
    public async Task Checks_the_name_that_the_kubeconfig_gives_the_server()
    {
        using var ours = new TestAuthority("ours");
        using var server = ours.IssueServer("kubernetes.example.com");
        await using var stub = new WireStub(_ => WireStub.Json(Map), server);
        var access = new ClusterAccess(stub.Url) { Authorities = [ours.Certificate] };
        using var plain = new KubernetesApi(access, TimeProvider.System);
        Assert.IsType<ClusterReply.Unavailable>(await plain.GetAsync(One, default));
        using var named = new KubernetesApi(access with { TlsServerName = "kubernetes.example.com" }, TimeProvider.System);
        Assert.IsType<ClusterReply.Done>(await named.GetAsync(One, default));
        using var wrong = new KubernetesApi(access with { TlsServerName = "other.example.com" }, TimeProvider.System);
        Assert.IsType<ClusterReply.Unavailable>(await wrong.GetAsync(One, default));
    }

    [Theory]
    [InlineData("pkcs8")]
    [InlineData("pkcs1")]
    [InlineData("sec1")]
    public async Task Shows_a_client_certificate(string form)
    {
        using var ours = new TestAuthority("ours");
        using var server = ours.IssueServer("127.0.0.1");
        using var rsa = RSA.Create(2048);
        using var ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var key = form switch { "pkcs8" => rsa.ExportPkcs8PrivateKeyPem(), "pkcs1" => rsa.ExportRSAPrivateKeyPem(), _ => ecdsa.ExportECPrivateKeyPem() };
        using var client = ours.Issue(form == "sec1" ? ecdsa : rsa, "ann");
        Assert.True(ClientCertificate.TryRead(client.ExportCertificatePem(), key, out var certificate, out _));
        await using var stub = new WireStub(_ => WireStub.Json(Map), server);
        using var api = new KubernetesApi(new(stub.Url) { Authorities = [ours.Certificate], Certificate = certificate }, TimeProvider.System);
        Assert.IsType<ClusterReply.Done>(await api.GetAsync(One, default));
        Assert.Equal("CN=ann", Assert.Single(stub.Requests).ClientCertificate?.Subject);
    }

    [Fact]
    public async Task Reads_a_token_file_again()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("token", "first\n");
        await using var stub = new WireStub(_ => WireStub.Json(Map));
        using var api = Api(stub, credentials: new ClusterCredentials.TokenFile(file));
        await api.GetAsync(One, default);
        folder.Write("token", "second\n");
        await api.GetAsync(One, default);
        File.Delete(file);
        await api.GetAsync(One, default);
        Assert.Equal(["Bearer first", "Bearer second", "Bearer second"], stub.Requests.Select(request => request.Header("Authorization")));
        folder.Write("token", "evil\r\nX-Injected: yes");
        Assert.IsType<ClusterReply.Unavailable>(await api.GetAsync(One, default));
        Assert.Equal(3, stub.Requests.Count);
    }

    [Fact]
    public async Task Acts_as_another()
    {
        await using var stub = new WireStub(_ => WireStub.Json(Map));
        using var api = new KubernetesApi(
            new(stub.Url) { Impersonation = new("bob", "u-1", ["readers"], new Dictionary<string, IReadOnlyList<string>> { ["example.com/why"] = ["test"] }) },
            TimeProvider.System);
        await api.GetAsync(One, default);
        var request = Assert.Single(stub.Requests);
        Assert.Equal(
            ("bob", "u-1", "readers", "test"),
            (request.Header("Impersonate-User"), request.Header("Impersonate-Uid"), request.Header("Impersonate-Group"), request.Header("Impersonate-Extra-example.com%2Fwhy")));
    }

    [Fact]
    public async Task Goes_through_the_proxy_it_is_given()
    {
        await using var proxy = new WireStub(_ => WireStub.Json(Map));
        using var api = new KubernetesApi(new(new Uri("http://kubernetes.invalid:8080")) { Proxy = proxy.Url }, TimeProvider.System);
        Assert.IsType<ClusterReply.Done>(await api.GetAsync(One, default));
        Assert.StartsWith("http://kubernetes.invalid:8080/api/v1/", Assert.Single(proxy.Requests).Path, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Runs_the_plugin_once_until_its_token_expires_or_is_no_longer_taken()
    {
        using var folder = new TemporaryFolder();
        var clock = new Clock();
        var script = folder.Script($$$"""
            echo run >> '{{{folder.Path}}}/runs'
            n=$(wc -l < '{{{folder.Path}}}/runs')
            printf '%s' "$KUBERNETES_EXEC_INFO" > '{{{folder.Path}}}/info'
            printf '%s|' "$@" "$EXTRA" > '{{{folder.Path}}}/args'
            echo 'secret on the error output' >&2
            echo '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":{"token":"token-'$((n))'","expirationTimestamp":"2026-01-01T01:00:00Z"}}'
            """);
        await using var stub = new WireStub(_ => WireStub.Json(Map));
        var plugin = new ExecPlugin("client.authentication.k8s.io/v1", script, ["a b", "$(id)"], new Dictionary<string, string> { ["EXTRA"] = "x;y" })
        {
            ClusterInfo = new JsonObject { ["server"] = "https://example.com" },
        };
        using var api = new KubernetesApi(new(stub.Url) { Credentials = new ClusterCredentials.Exec(plugin) }, clock);
        await api.GetAsync(One, default);
        await api.GetAsync(One, default);
        clock.Advance(TimeSpan.FromMinutes(60));
        await api.GetAsync(One, default);
        Assert.Equal(["Bearer token-1", "Bearer token-1", "Bearer token-2"], stub.Requests.Select(request => request.Header("Authorization")));
        Assert.Equal("a b|$(id)|x;y|", folder.Read("args"));
        Assert.Equal(
            """{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","spec":{"interactive":false,"cluster":{"server":"https://example.com"}}}""",
            folder.Read("info"));
    }

    [Fact]
    public async Task Runs_the_plugin_again_when_its_token_is_not_taken()
    {
        using var folder = new TemporaryFolder();
        var script = folder.Script($$$"""
            echo run >> '{{{folder.Path}}}/runs'
            n=$(wc -l < '{{{folder.Path}}}/runs')
            echo '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":{"token":"token-'$((n))'"}}'
            """);
        await using var stub = new WireStub(request => request.Header("Authorization") == "Bearer token-1" ? WireStub.Json("", "401 Unauthorized") : WireStub.Json(Map));
        using var api = Api(stub, credentials: Exec(script));
        Assert.IsType<ClusterReply.Done>(await api.CreateAsync(ResourceTypes.ConfigMaps, "shop", Body, WriteOptions.Default, default));
        Assert.Equal([Map, Map], stub.Requests.Select(request => request.Body));
        Assert.IsType<ClusterReply.Done>(await api.GetAsync(One, default));
        Assert.Equal(3, stub.Requests.Count);
    }

    [Theory]
    [InlineData("echo secret-token >&2; exit 3", "exit code 3")]
    [InlineData("echo nonsense-secret-token", "wrote no ExecCredential")]
    [InlineData("""echo '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1beta1","status":{"token":"secret-token"}}'""", "another version")]
    [InlineData("""echo '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":{}}'""", "neither a token nor a certificate")]
    [InlineData("""printf %s '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":{"token":"secret-token\nX: y"}}'""", "made no token")]
    [InlineData("head -c 2000000 /dev/zero", "wrote more than")]
    public async Task Says_what_is_wrong_with_a_plugin_and_nothing_of_what_it_said(string script, string expected)
    {
        using var folder = new TemporaryFolder();
        await using var stub = new WireStub(_ => WireStub.Json(Map));
        using var api = Api(stub, credentials: Exec(folder.Script(script)));
        var reason = Assert.IsType<ClusterReply.Unavailable>(await api.GetAsync(One, default)).Reason;
        Assert.Contains(expected, reason, StringComparison.Ordinal);
        Assert.DoesNotContain("secret-token", reason, StringComparison.Ordinal);
        Assert.Empty(stub.Requests);
    }

    [Fact]
    public async Task Says_that_there_is_no_such_plugin()
    {
        await using var stub = new WireStub(_ => WireStub.Json(Map));
        var plugin = new ExecPlugin("client.authentication.k8s.io/v1", "no-such-plugin-anywhere", [], new Dictionary<string, string>()) { InstallHint = "Get it at example.com" };
        using var api = Api(stub, credentials: new ClusterCredentials.Exec(plugin));
        var reason = Assert.IsType<ClusterReply.Unavailable>(await api.GetAsync(One, default)).Reason;
        Assert.Equal("the credential plugin no-such-plugin-anywhere is not in PATH. Get it at example.com", reason);
    }

    private static ClusterCredentials.Exec Exec(string script) =>
        new(new("client.authentication.k8s.io/v1", script, [], new Dictionary<string, string>()));

    private static KubernetesApi Api(WireStub stub, KubernetesApiLimits? limits = null, ClusterCredentials? credentials = null, Uri? url = null) =>
        new(new(url ?? stub.Url) { Credentials = credentials ?? new ClusterCredentials.None() }, TimeProvider.System, limits);

    private static async Task<List<WatchEvent>> Told(IAsyncEnumerable<WatchEvent> watch)
    {
        var told = new List<WatchEvent>();
        await foreach (var each in watch)
        {
            told.Add(each);
        }

        return told;
    }
}
