using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Xunit;

namespace SelfHealGitOps.Bot.Tests.Export;

/// <summary>The API server that <c>KUBECONFIG</c> names, spoken to as its admin.</summary>
internal sealed class TestCluster : IDisposable
{
    private readonly HttpClient http;
    private readonly List<string> made = [];

    private TestCluster(HttpClient http, string run) => (this.http, Run) = (http, run);

    /// <summary>Why there is no cluster to test against; null where there is one.</summary>
    public static string? WhyNot { get; } = Environment.GetEnvironmentVariable("KUBECONFIG") is { Length: > 0 } file && File.Exists(file)
        ? null
        : "no cluster: KUBECONFIG names no file";

    /// <summary>In the names of everything that the test makes.</summary>
    public string Run { get; }

    public static TestCluster Connect()
    {
        var view = SelfHeal.Execute("kubectl", ".", [], ["config", "view", "--raw", "--flatten", "--minify", "-o", "json"]);
        Assert.True(view.ExitCode == 0, view.Error);
        var (cluster, user) = (view.Json["clusters"]![0]!["cluster"]!, view.Json["users"]![0]!["user"]!);
        var authority = X509CertificateLoader.LoadCertificate(Data(cluster, "certificate-authority-data"));
        var handler = new SocketsHttpHandler();
        handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            CustomTrustStore = { authority },
        };
        if (user["client-certificate-data"] is not null)
        {
            handler.SslOptions.ClientCertificates = [X509Certificate2.CreateFromPem(
                Encoding.ASCII.GetString(Data(user, "client-certificate-data")), Encoding.ASCII.GetString(Data(user, "client-key-data")))];
        }

        var http = new HttpClient(handler) { BaseAddress = new Uri(cluster["server"]!.GetValue<string>()), Timeout = TimeSpan.FromSeconds(60) };
        if (user["token"]?.GetValue<string>() is { } token)
        {
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        return new(http, $"sh-vap-{Guid.NewGuid().ToString("N")[..6]}");

        static byte[] Data(JsonNode at, string key) => Convert.FromBase64String(at[key]!.GetValue<string>());
    }

    /// <param name="path">Of the collection, from the root.</param>
    public async Task<ClusterAnswer> Create(string path, JsonNode body, bool isDryRun = false)
    {
        var answer = await Send(HttpMethod.Post, isDryRun ? $"{path}?dryRun=All" : path, body);
        if (answer.IsDone && !isDryRun)
        {
            made.Add($"{path}/{body["metadata"]!["name"]}");
        }

        return answer;
    }

    /// <param name="path">Of the object.</param>
    public Task<ClusterAnswer> Get(string path) => Send(HttpMethod.Get, path, null);

    /// <summary>Changes an object by a strategic merge patch.</summary>
    public Task<ClusterAnswer> Patch(string path, JsonNode body, bool isDryRun = true) =>
        Send(HttpMethod.Patch, isDryRun ? $"{path}?dryRun=All" : path, body, "application/strategic-merge-patch+json");

    public Task<ClusterAnswer> Replace(string path, JsonNode body) => Send(HttpMethod.Put, $"{path}?dryRun=All", body);

    /// <summary>In the background, as kubectl does.</summary>
    public Task<ClusterAnswer> Delete(string path) => Send(HttpMethod.Delete, path, null);

    /// <summary>A namespace, with the account that pods want, under these labels.</summary>
    public async Task<string> MakeNamespace(string suffix, string? label = null)
    {
        var name = $"{Run}-{suffix}";
        var body = new JsonObject { ["metadata"] = new JsonObject { ["name"] = name, ["labels"] = Labels(label) } };
        Assert.True((await Create("/api/v1/namespaces", body)).IsDone);
        await Until($"the service account of {name}", async () => (await Get($"/api/v1/namespaces/{name}/serviceaccounts/default")).IsDone);
        return name;
    }

    public static JsonObject Labels(string? label) => label is null ? [] : new JsonObject { ["selfheal-test"] = label };

    /// <summary>Waits until something holds that the cluster brings about by itself.</summary>
    public static async Task Until(string what, Func<Task<bool>> holds)
    {
        for (var i = 0; i < 300; i++)
        {
            if (await holds())
            {
                return;
            }

            await Task.Delay(100);
        }

        Assert.Fail($"in 30 seconds there was never {what}");
    }

    /// <summary>Takes away what was made, bindings before their policies.</summary>
    public async Task TakeAway()
    {
        foreach (var path in Enumerable.Reverse(made))
        {
            await Delete(path);
        }

        made.Clear();
    }

    public void Dispose() => http.Dispose();

    private async Task<ClusterAnswer> Send(HttpMethod method, string path, JsonNode? body, string type = "application/json")
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
        {
            request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, new MediaTypeHeaderValue(type));
        }

        using var response = await http.SendAsync(request);
        var warnings = response.Headers.NonValidated.TryGetValues("Warning", out var values) ? values.ToList() : [];
        return new((int)response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync())!, warnings);
    }
}

/// <summary>What the API server said.</summary>
internal sealed record ClusterAnswer(int Status, JsonNode Body, IReadOnlyList<string> Warnings)
{
    public bool IsDone => Status is 200 or 201;

    public string Message => Body["message"]?.GetValue<string>() ?? "";
}
