using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using SelfHealGitOps.Manifests;

namespace SelfHealGitOps.Bot.Registry;

/// <summary>
/// The configuration that <c>docker login</c> writes: credentials by registry, or the programs that keep them. Read anew for
/// every question, so that a mounted Secret may change.
/// Source: https://docs.docker.com/reference/cli/docker/login/#credential-stores
/// </summary>
internal sealed partial class DockerConfig(string path, CredentialHelper helper)
{
    private const int MaxBytes = 1 << 20;

    /// <param name="key">The registry as the configuration calls it.</param>
    public async Task<CredentialsReading> FindAsync(string key, CancellationToken cancellationToken)
    {
        try
        {
            if (new FileInfo(path) is not { Exists: true } file)
            {
                return new CredentialsReading.Failed($"the Docker configuration {path} is not there; mount it, or take dockerConfig away to ask anonymously");
            }

            if (file.Length > MaxBytes)
            {
                return new CredentialsReading.Failed($"the Docker configuration {path} has {file.Length} bytes; must have {MaxBytes} at most");
            }

            using var json = JsonDocument.Parse(await File.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false));
            return await FindAsync(json.RootElement, key, cancellationToken).ConfigureAwait(false);
        }
        catch (JsonException exception)
        {
            // The parser quotes none of the text, which may be a password.
            return new CredentialsReading.Failed($"the Docker configuration {path} is no JSON: line {exception.LineNumber + 1}");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return new CredentialsReading.Failed($"the Docker configuration {path} cannot be read: {exception.Message}");
        }
    }

    private async Task<CredentialsReading> FindAsync(JsonElement root, string key, CancellationToken cancellationToken)
    {
        if (HelperFor(root, key) is { } name)
        {
            if (!HelperName().IsMatch(name))
            {
                return new CredentialsReading.Failed($"{path} names the credential helper {Excerpt.Of(name)}; must be lower-case letters, digits and dashes");
            }

            var reading = await helper.GetAsync(name, key, cancellationToken).ConfigureAwait(false);
            if (reading is not CredentialsReading.None)
            {
                return reading;
            }
        }

        return Json.Member(root, "auths") is { ValueKind: JsonValueKind.Object } auths
            && auths.EnumerateObject().FirstOrDefault(entry => HostOf(entry.Name) == HostOf(key)) is { Value.ValueKind: JsonValueKind.Object } entry
            ? Read(entry.Value, key)
            : new CredentialsReading.None();
    }

    private static string? HelperFor(JsonElement root, string key)
    {
        if (Json.Member(root, "credHelpers") is { ValueKind: JsonValueKind.Object } helpers)
        {
            foreach (var entry in helpers.EnumerateObject())
            {
                if (HostOf(entry.Name) == HostOf(key) && entry.Value.ValueKind == JsonValueKind.String)
                {
                    return entry.Value.GetString();
                }
            }
        }

        return Json.Text(root, "credsStore") is { Length: > 0 } store ? store : null;
    }

    private CredentialsReading Read(JsonElement entry, string key)
    {
        if (Json.Text(entry, "identitytoken") is { Length: > 0 })
        {
            return new CredentialsReading.Failed($"{path} holds an identity token for {key}, which is not supported; give a user and an access token");
        }

        if (Json.Text(entry, "auth") is not { Length: > 0 } auth)
        {
            return Json.Text(entry, "username") is { Length: > 0 } user && Json.Text(entry, "password") is { Length: > 0 } password
                ? new CredentialsReading.Found(new(user, password))
                : new CredentialsReading.None();
        }

        var bytes = new byte[auth.Length];
        if (Convert.TryFromBase64String(auth, bytes, out var length)
            && Encoding.UTF8.GetString(bytes, 0, length).TrimEnd('\0') is var pair
            && pair.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon)
        {
            return new CredentialsReading.Found(new(pair[..colon], pair[(colon + 1)..]));
        }

        return new CredentialsReading.Failed($"{path}: auths[{key}].auth is not user:password in base64");
    }

    /// <summary>Keys are hosts, or URLs such as old clients wrote them.</summary>
    private static string HostOf(string key)
    {
        var start = key.IndexOf("://", StringComparison.Ordinal) is >= 0 and var at ? at + 3 : 0;
        var end = key.IndexOf('/', start);
        return key[start..(end < 0 ? key.Length : end)].ToLowerInvariant();
    }

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9-]{0,62}\z")]
    private static partial Regex HelperName();
}
