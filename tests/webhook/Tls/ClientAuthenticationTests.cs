using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using SelfHealGitOps.Webhook.Tls;
using Xunit;

namespace SelfHealGitOps.Webhook.Tests.Tls;

public sealed class ClientAuthenticationTests : IDisposable
{
    private static readonly TestAuthority Root = TestAuthority.Root("clients");
    private static readonly TestAuthority Other = TestAuthority.Root("clients of another");

    private readonly TempFolder folder = new();
    private readonly ShownClock clock = new(TestAuthority.Now);

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Answers_reviews_for_a_certificate_of_the_authority()
    {
        await using var server = await StartAsync(Root.Pem);
        Assert.Equal(HttpStatusCode.OK, await ReviewAsync(server, Root.Client()));
    }

    [Fact]
    public async Task Probes_need_no_certificate_and_reviews_do()
    {
        await using var server = await StartAsync(Root.Pem);
        using var client = server.Client([server.Serving.Current!.Leaf]);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(new Uri("/probe", UriKind.Relative))).StatusCode);
        using var response = await client.GetAsync(new Uri("/review", UriKind.Relative));
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Contains("no client certificate was shown", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refuses_what_the_authority_did_not_issue_or_not_for_this()
    {
        await using var server = await StartAsync(Root.Pem);
        Assert.Equal(HttpStatusCode.Forbidden, await ReviewAsync(server, Other.Client()));

        // The name is the authority's, the key is not.
        Assert.Equal(HttpStatusCode.Forbidden, await ReviewAsync(server, TestAuthority.Root("clients").Client()));
        Assert.Equal(HttpStatusCode.Forbidden, await ReviewAsync(server, Root.Issue(usages: CertificatePem.ServerAuthentication)));
        Assert.Equal(HttpStatusCode.Forbidden, await ReviewAsync(server, Root.Client(notAfter: TestAuthority.Now.AddMinutes(-1))));

        // A leaf is no authority, whatever it signs.
        var leaf = Root.Client();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var made = new CertificateRequest("CN=of a leaf", key, HashAlgorithmName.SHA256)
            .Create(leaf.SubjectName, X509SignatureGenerator.CreateForECDsa(leaf.GetECDsaPrivateKey()!), TestAuthority.Now.AddDays(-1), TestAuthority.Now.AddDays(1), [1, 2, 3]);
        Assert.Equal(HttpStatusCode.Forbidden, await ReviewAsync(server, made.CopyWithPrivateKey(key), [leaf]));
    }

    [Fact]
    public async Task Follows_the_issuers_that_the_client_brings()
    {
        await using var server = await StartAsync(Root.Pem);
        var between = Root.Intermediate();
        Assert.Equal(HttpStatusCode.OK, await ReviewAsync(server, between.Client(), [between.Certificate]));
        Assert.Equal(HttpStatusCode.Forbidden, await ReviewAsync(server, between.Client()));
    }

    [Fact]
    public async Task A_certificate_that_expires_ends_what_its_connection_may_ask()
    {
        await using var server = await StartAsync(Root.Pem);
        using var client = server.Client([server.Serving.Current!.Leaf], Root.Client(notAfter: TestAuthority.Now.AddMinutes(10)));
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(new Uri("/review", UriKind.Relative))).StatusCode);
        clock.Now += TimeSpan.FromMinutes(11);
        Assert.Equal(HttpStatusCode.Forbidden, (await client.GetAsync(new Uri("/review", UriKind.Relative))).StatusCode);
    }

    [Fact]
    public async Task An_authority_added_is_heard_and_one_taken_away_is_not()
    {
        await using var server = await StartAsync(Root.Pem);
        using var first = server.Client([server.Serving.Current!.Leaf], Root.Client());
        using var second = server.Client([server.Serving.Current!.Leaf], Other.Client());
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(first));
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(second));

        folder.Write("ca.crt", Root.Pem + Other.Pem);
        await Eventually.Async(async () => await StatusAsync(second) == HttpStatusCode.OK);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(first));

        folder.Write("ca.crt", Other.Pem);
        await Eventually.Async(async () => await StatusAsync(first) == HttpStatusCode.Forbidden);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(second));
    }

    [Fact]
    public async Task A_broken_file_leaves_the_authorities_as_they_were()
    {
        await using var server = await StartAsync(Root.Pem);
        var clients = (ClientAuthentication)server.App.Services.GetService(typeof(ClientAuthentication))!;
        var file = new ClientAuthorityFile(folder.File("ca.crt"), clients, clock, Microsoft.Extensions.Logging.Abstractions.NullLogger<ClientAuthorityFile>.Instance);
        folder.Write("ca.crt", "garbage");
        Assert.NotNull(file.Load());
        Assert.NotNull(file.Load());
        Assert.Equal(HttpStatusCode.OK, await ReviewAsync(server, Root.Client()));
    }

    [Fact]
    public void Roots_alone_are_taken_for_authorities()
    {
        string Refusal(string pem)
        {
            Assert.Null(ClientAuthorities.Read(new("ca.crt", pem), TestAuthority.Now, out var problem));
            return problem;
        }

        Assert.StartsWith("ca.crt: holds no certificate", Refusal(""), StringComparison.Ordinal);
        Assert.Contains("must be roots, which issue themselves", Refusal(Root.Pem + Root.Intermediate().Pem), StringComparison.Ordinal);
        Assert.Contains("must be roots", Refusal(Root.Client().ExportCertificatePem()), StringComparison.Ordinal);
        Assert.Null(ClientAuthorities.Read(new("ca.crt", Root.Pem), TestAuthority.Now.AddYears(9), out var expired));
        Assert.Contains("every authority in it has expired", expired, StringComparison.Ordinal);
    }

    private async Task<TlsServer> StartAsync(string authorities) =>
        await TlsServer.StartAsync(TlsServer.Options(clientCa: folder.Write("ca.crt", authorities)), clock);

    private static async Task<HttpStatusCode> ReviewAsync(TlsServer server, X509Certificate2 shown, X509Certificate2Collection? issuers = null)
    {
        using var client = server.Client([server.Serving.Current!.Leaf], shown, issuers);
        return await StatusAsync(client);
    }

    private static async Task<HttpStatusCode> StatusAsync(HttpClient client)
    {
        using var response = await client.GetAsync(new Uri("/review", UriKind.Relative));
        return response.StatusCode;
    }
}
