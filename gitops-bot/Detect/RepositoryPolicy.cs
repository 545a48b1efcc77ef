using SelfHealGitOps.Bot.Report;
using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;
using SelfHealGitOps.Rules;

namespace SelfHealGitOps.Bot.Detect;

/// <summary>What a repository is judged by, and where that is written.</summary>
/// <param name="File">The full path of the policy file; null where there is none.</param>
internal sealed record RepositoryPolicy(PolicyConfiguration Configuration, string? File)
{
    /// <summary>What holds without a policy file.</summary>
    public static RepositoryPolicy None { get; } = new(PolicyConfiguration.Standard(Catalogue.All), null);

    /// <param name="file">A full path.</param>
    /// <exception cref="UsageException">The file cannot be read, or has mistakes: the message names all of them.</exception>
    public static RepositoryPolicy Read(string file)
    {
        var name = PolicySearch.NameOf(file);
        switch (PolicyFile.Read(new SourceText(name, Bytes(file, name)), Catalogue.All))
        {
            case PolicyReading.Accepted(var configuration):
                return new(configuration, file);
            case PolicyReading.Refused(var problems):
                var lines = problems.Select(problem => Printable.Of(problem.ToString())).Prepend(
                    $"the policy file has {problems.Count} mistake{(problems.Count == 1 ? "" : "s")}, and is not used:");
                throw new UsageException(string.Join('\n', lines));
            default:
                throw new InvalidOperationException("a policy file is read or refused");
        }
    }

    private static ReadOnlyMemory<byte> Bytes(string file, string name)
    {
        try
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
            return FileBytes.Read(stream).Bytes;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"the policy file {Printable.Of(name)} cannot be read: {Printable.Of(exception.Message)}");
        }
    }
}
