using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace SelfHealGitOps.Bot.Forge.Rest;

/// <summary>
/// A GitHub App: its key signs a token for ten minutes, and that buys one of the installation for an hour, which is kept
/// until shortly before it ends.
/// </summary>
internal sealed class GitHubApp : IDisposable
{
    /// <summary>GitHub takes no more than ten minutes; its clock may be ahead or behind.</summary>
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(9);
    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Early = TimeSpan.FromMinutes(5);

    private readonly string appId;
    private readonly long installation;
    private readonly RSA key = RSA.Create();
    private readonly TimeProvider time;
    private readonly ForgeConnection connection;
    private readonly SemaphoreSlim one = new(1, 1);
    private (string Token, DateTimeOffset Ends)? held;

    /// <exception cref="ForgeException">The key is none.</exception>
    public GitHubApp(Uri root, string appId, long installation, string privateKeyPem, TimeProvider time, ForgeLimits limits, HttpMessageHandler? handler = null)
    {
        this.appId = appId;
        this.installation = installation;
        this.time = time;
        connection = GitHubForge.Connect(root, _ => ValueTask.FromResult($"Bearer {Jwt()}"), limits, time, handler);
        try
        {
            key.ImportFromPem(privateKeyPem);
        }
        catch (Exception exception) when (exception is ArgumentException or CryptographicException)
        {
            // What the framework says of it is left out: it may quote.
            throw new ForgeException("GitHub", "reading the App's key", "it is no RSA private key in PEM", "download the key anew at the App's page and give it whole", isTransient: false, fault: ForgeFault.Unauthorized);
        }
    }

    public void Dispose()
    {
        connection.Dispose();
        key.Dispose();
        one.Dispose();
    }

    public async ValueTask<string> TokenAsync(CancellationToken cancellationToken)
    {
        await one.WaitAsync(cancellationToken);
        try
        {
            if (held is { } good && good.Ends - Early > time.GetUtcNow())
            {
                return good.Token;
            }

            var reply = await connection.RequireAsync(
                HttpMethod.Post, $"app/installations/{installation.ToString(CultureInfo.InvariantCulture)}/access_tokens", new JsonObject(), cancellationToken);
            var answer = reply.Answer ?? throw new ForgeException("GitHub", "asking for a token of the installation", "the answer is empty", "try again later", isTransient: true);
            var ends = DateTimeOffset.TryParse(answer["expires_at"].Text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
                ? at
                : throw answer.Wrong("$.expires_at is no time");
            held = (answer["token"].Text, ends);
            return held.Value.Token;
        }
        finally
        {
            one.Release();
        }
    }

    /// <summary>The user that the App acts as.</summary>
    public async Task<string> LoginAsync(CancellationToken cancellationToken)
    {
        var reply = await connection.RequireAsync(HttpMethod.Get, "app", null, cancellationToken);
        return reply.Answer is { } answer ? $"{answer["slug"].Text}[bot]" : throw new ForgeException("GitHub", "GET app", "the answer is empty", "try again later", isTransient: true);
    }

    private string Jwt()
    {
        var now = time.GetUtcNow();
        var header = Part(new() { ["alg"] = "RS256", ["typ"] = "JWT" });
        var claims = Part(new() { ["iat"] = (now - Skew).ToUnixTimeSeconds(), ["exp"] = (now + Life).ToUnixTimeSeconds(), ["iss"] = appId });
        var signed = $"{header}.{claims}";
        return $"{signed}.{Base64Url.EncodeToString(key.SignData(System.Text.Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))}";
    }

    private static string Part(JsonObject part) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(part));
}
