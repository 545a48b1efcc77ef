using System.Net;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging.Abstractions;
using SelfHealGitOps.Webhook.Tls;
using Xunit;

namespace SelfHealGitOps.Webhook.Tests.Tls;

public sealed class CertificateFilesTests : IDisposable
{
    private static readonly TestAuthority Root = TestAuthority.Root();

    private readonly TempFolder folder = new();
    private readonly ShownClock clock = new(TestAuthority.Now);
    private readonly ServingCertificate serving = new();
    private readonly CertificateState state = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Serves_the_new_pair_once_both_files_are_written()
    {
        var (first, second) = (Root.Issue(), Root.Issue());
        Write(first);
        using var files = Files();
        Assert.Null(await files.LoadAsync(default));

        folder.Write("tls.crt", second.ExportCertificatePem());
        await CheckTwiceAsync(files);
        Assert.Equal(first.Thumbprint, serving.Current!.Leaf.Thumbprint);
        Assert.Contains("the key is not that of the first certificate", state.Now.Problem, StringComparison.Ordinal);

        folder.Write("tls.key", TestAuthority.KeyOf(second));
        await files.CheckAsync(default);
        Assert.Equal(second.Thumbprint, serving.Current!.Leaf.Thumbprint);
        Assert.Null(state.Now.Problem);
        Assert.Equal(2, state.Now.Generation);
        Assert.Equal(second.NotAfter.ToUniversalTime(), state.Now.NotAfter!.Value.UtcDateTime);
    }

    [Fact]
    public async Task A_pair_seen_between_two_writes_is_no_problem_yet()
    {
        Write(Root.Issue());
        using var files = Files();
        Assert.Null(await files.LoadAsync(default));
        folder.Write("tls.key", "");
        await files.CheckAsync(default);
        Assert.Null(state.Now.Problem);
    }

    [Fact]
    public async Task Whatever_cannot_be_served_leaves_the_one_before()
    {
        var first = Root.Issue();
        Write(first);
        using var files = Files();
        Assert.Null(await files.LoadAsync(default));
        (Action Break, string Words)[] cases =
        [
            (() => folder.Write("tls.crt", "garbage"), "holds no certificate"),
            (() => File.Delete(folder.File("tls.crt")), "is not there"),
            (() => Write(Root.Issue(notAfter: TestAuthority.Now.AddMinutes(-1))), "expired on"),
            (() => Write(Root.Issue(notBefore: TestAuthority.Now.AddMinutes(1))), "is valid from"),
            (() => folder.Write("tls.crt", new string('x', 2_000_000)), "has more than 1048576 bytes"),
        ];
        foreach (var (harm, words) in cases)
        {
            harm();
            await CheckTwiceAsync(files);
            Assert.Contains(words, state.Now.Problem, StringComparison.Ordinal);
            Assert.Equal(first.Thumbprint, serving.Current!.Leaf.Thumbprint);
            Assert.Equal(1, state.Now.Generation);
        }
    }

    [Fact]
    public async Task A_certificate_that_is_not_valid_yet_is_served_when_its_time_comes()
    {
        Write(Root.Issue());
        using var files = Files();
        Assert.Null(await files.LoadAsync(default));
        var next = Root.Issue(notBefore: TestAuthority.Now.AddMinutes(1));
        Write(next);
        await CheckTwiceAsync(files);
        Assert.NotNull(state.Now.Problem);
        clock.Now += TimeSpan.FromMinutes(1);
        await files.CheckAsync(default);
        Assert.Equal(next.Thumbprint, serving.Current!.Leaf.Thumbprint);
        Assert.Null(state.Now.Problem);
    }

    [Fact]
    public async Task The_old_files_put_back_are_no_problem()
    {
        var first = Root.Issue();
        Write(first);
        using var files = Files();
        Assert.Null(await files.LoadAsync(default));
        folder.Write("tls.crt", "garbage");
        await CheckTwiceAsync(files);
        Assert.NotNull(state.Now.Problem);
        Write(first);
        await files.CheckAsync(default);
        Assert.Null(state.Now.Problem);
        Assert.Equal(1, state.Now.Generation);
    }

    [Fact]
    public async Task A_pair_that_the_platform_refuses_is_found_before_it_is_served()
    {
        // 512 bits are below what any security level of OpenSSL but 0 lets through.
        using var weak = RSA.Create(512);
        var request = new CertificateRequest("CN=localhost", weak, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var pair = request.CreateSelfSigned(TestAuthority.Now.AddDays(-1), TestAuthority.Now.AddDays(1));
        Write(pair);
        using var files = Files();
        Assert.Contains("tls.crt: ", await files.LoadAsync(default), StringComparison.Ordinal);
        Assert.Null(serving.Current);
    }

    [Fact]
    public async Task Broken_files_end_the_start_with_one_line()
    {
        var options = TlsServer.Options(folder.File("none.crt"), folder.File("none.key"));
        await using var app = TlsServer.Build(options);
        Assert.Equal($"{folder.File("none.crt")}: is not there; must be a file in PEM", await app.LoadTlsAsync(default));
        Assert.Equal(1, await WebhookHost.RunAsync(options, default));
    }

    [Fact]
    public async Task Links_exchanged_under_load_fail_no_request_and_drop_no_connection()
    {
        // As a mounted Secret: files are links into ..data, which is itself a link, exchanged by a rename.
        string[] serials = [Mount(0), "", "", ""];
        File.CreateSymbolicLink(folder.File("tls.crt"), "..data/tls.crt");
        File.CreateSymbolicLink(folder.File("tls.key"), "..data/tls.key");
        await using var server = await TlsServer.StartAsync(TlsServer.Options(folder.File("tls.crt"), folder.File("tls.key")));
        using var kept = server.Client([Root.Certificate]);
        var connection = await kept.GetStringAsync(new Uri("/probe", UriKind.Relative));

        using var end = new CancellationTokenSource();
        var loads = Enumerable.Range(0, 3).Select(_ => LoadAsync(server, end.Token)).ToArray();
        for (var turn = 1; turn < serials.Length; turn++)
        {
            serials[turn] = Mount(turn);
            await Eventually.Async(async () => await server.SerialNumberAsync() == serials[turn]);
            Assert.Equal(connection, await kept.GetStringAsync(new Uri("/probe", UriKind.Relative)));
        }

        await end.CancelAsync();
        Assert.All(await Task.WhenAll(loads), requests => Assert.True(requests > 0));
        Assert.Equal(serials.Length, serials.Distinct().Count());
        Assert.Equal(serials.Length, server.State.Now.Generation);
    }

    [Fact]
    public async Task Speaks_no_TLS_before_1_2()
    {
        await using var server = await TlsServer.StartAsync(TlsServer.Options());
        Assert.NotEmpty(await server.SerialNumberAsync(SslProtocols.Tls12));
        Assert.NotEmpty(await server.SerialNumberAsync(SslProtocols.Tls13));
#pragma warning disable SYSLIB0039, CA5397 // What is asked here is whether it is refused.
        await Assert.ThrowsAnyAsync<Exception>(() => server.SerialNumberAsync(SslProtocols.Tls11));
#pragma warning restore SYSLIB0039, CA5397
    }

    [Fact]
    public async Task Speaks_HTTP_2_to_who_wants_it()
    {
        await using var server = await TlsServer.StartAsync(TlsServer.Options());
        using var client = server.Client([server.Serving.Current!.Leaf]);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/probe") { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        using var response = await client.SendAsync(request);
        Assert.Equal(HttpVersion.Version20, response.Version);
    }

    [Fact]
    public async Task Without_files_a_pair_is_made_for_loopback_and_this_machine()
    {
        await using var server = await TlsServer.StartAsync(TlsServer.Options());
        var leaf = server.Serving.Current!.Leaf;
        Assert.True(leaf.MatchesHostname("localhost") && leaf.MatchesHostname("127.0.0.1") && leaf.MatchesHostname("::1"));
        Assert.True(server.State.Now.IsLoaded);
        using var client = server.Client([leaf]);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(new Uri("/probe", UriKind.Relative))).StatusCode);
    }

    private static async Task<int> LoadAsync(TlsServer server, CancellationToken end)
    {
        // One connection that stays, and a new one with each turn.
        using var kept = server.Client([Root.Certificate]);
        for (var requests = 0; ; requests += 2)
        {
            if (end.IsCancellationRequested)
            {
                return requests;
            }

            using var fresh = server.Client([Root.Certificate]);
            foreach (var client in (HttpClient[])[kept, fresh])
            {
                using var response = await client.GetAsync(new Uri("/probe", UriKind.Relative), CancellationToken.None);
                response.EnsureSuccessStatusCode();
            }
        }
    }

    private string Mount(int turn)
    {
        var pair = Root.Issue();
        var data = $"..data-{turn}";
        Directory.CreateDirectory(folder.File(data));
        File.WriteAllText(Path.Combine(folder.File(data), "tls.crt"), pair.ExportCertificatePem());
        File.WriteAllText(Path.Combine(folder.File(data), "tls.key"), TestAuthority.KeyOf(pair));
        File.CreateSymbolicLink(folder.File("..next"), data);

        // The platform's own move follows a link to a folder.
        using var move = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("mv", ["-T", folder.File("..next"), folder.File("..data")]))!;
        move.WaitForExit();
        Assert.Equal(0, move.ExitCode);
        return pair.SerialNumber;
    }

    private static async Task CheckTwiceAsync(CertificateFiles files)
    {
        await files.CheckAsync(default);
        await files.CheckAsync(default);
    }

    private void Write(X509Certificate2 pair)
    {
        folder.Write("tls.crt", pair.ExportCertificatePem());
        folder.Write("tls.key", TestAuthority.KeyOf(pair));
    }

    private CertificateFiles Files() =>
        new(folder.File("tls.crt"), folder.File("tls.key"), serving, state, clock, NullLogger<CertificateFiles>.Instance);
}
