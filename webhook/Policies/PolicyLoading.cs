using System.Security.Cryptography;
using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;
using SelfHealGitOps.Rules;
using SelfHealGitOps.Webhook.Admission;

namespace SelfHealGitOps.Webhook.Policies;

/// <summary>What came of looking at the policy file.</summary>
internal abstract record PolicyLoading
{
    private const int MostBytes = 4 * 1024 * 1024;

    private PolicyLoading()
    {
    }

    public sealed record Loaded(AdmissionPolicy Policy) : PolicyLoading;

    /// <param name="Problems">All of them, one line each; at least one.</param>
    public sealed record Failed(IReadOnlyList<string> Problems) : PolicyLoading;

    /// <summary>The policy that no file is needed for.</summary>
    public static PolicyLoading BuiltIn(string? profile) => Check(PolicyConfiguration.Standard(Catalogue.All), profile, null, 1);

    /// <param name="profile">The profile that the command line asks for; null for the file's.</param>
    public static PolicyLoading Parse(PolicyBytes bytes, string? profile, int generation)
    {
        if (bytes.Problem is { } problem)
        {
            return new Failed([$"{bytes.File}: {problem}"]);
        }

        // Whoever writes a file in place empties it first, and what is empty would mean the built-in policy.
        var source = new SourceText(bytes.File, bytes.Content);
        if (source.Bytes.IndexOfAnyExcept(" \t\r\n\0"u8) < 0)
        {
            return new Failed([$"{bytes.File}:1:1: the file is empty; must hold at least 'version: 1', which means the built-in policy"]);
        }

        return PolicyFile.Read(source, Catalogue.All) switch
        {
            PolicyReading.Accepted(var configuration) => Check(configuration, profile, source, generation),
            PolicyReading.Refused(var problems) => new Failed([.. problems.Select(each => each.ToString())]),
            _ => throw new InvalidOperationException("unknown reading"),
        };
    }

    /// <summary>Reads the file as it is now; what goes wrong is part of the answer.</summary>
    public static PolicyBytes Read(string file)
    {
        try
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var content = new MemoryStream();
            var buffer = new byte[16 * 1024];
            while (stream.Read(buffer) is > 0 and var count)
            {
                content.Write(buffer, 0, count);
                if (content.Length > MostBytes)
                {
                    return new(file, default, $"the file is larger than {MostBytes} bytes");
                }
            }

            return new(file, content.ToArray(), null);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            return new(file, default, exception is FileNotFoundException or DirectoryNotFoundException ? "there is no such file" : $"the file cannot be read: {exception.Message}");
        }
    }

    private static PolicyLoading Check(PolicyConfiguration configuration, string? profile, SourceText? source, int generation) =>
        profile is not null && !configuration.HasProfile(profile)
            ? new Failed([$"--profile: there is no profile '{profile}'; must be one of {string.Join(", ", configuration.ProfileNames)}"])
            : new Loaded(new(configuration, profile, source, generation));
}

/// <summary>A policy file as it was found.</summary>
/// <param name="Problem">Why it could not be read; null where it could.</param>
internal sealed record PolicyBytes(string File, ReadOnlyMemory<byte> Content, string? Problem)
{
    /// <summary>Tells whether anything has changed.</summary>
    public string Hash { get; } = Problem ?? Convert.ToHexString(SHA256.HashData(Content.Span));
}
