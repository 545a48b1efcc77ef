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

    /// <summary>The policy of a repository that the bot has brought here, where nobody looks for it: errors are on one line, and say whose it is.</summary>
    /// <param name="file">A full path.</param>
    /// <param name="repository">What it is called.</param>
    /// <param name="name">Where its owner has it.</param>
    /// <exception cref="UsageException">The file cannot be read, or has mistakes: the message names all of them.</exception>
    public static RepositoryPolicy Read(string file, string repository, string name) => PolicyFile.Read(new SourceText(name, Bytes(file, name)), Catalogue.All) switch
    {
        PolicyReading.Accepted(var configuration) => new(configuration, file),
        PolicyReading.Refused(var problems) => throw new UsageException($"{repository}: {string.Join("; ", problems.Select(problem => Printable.Of(problem.ToString())))}"),
        _ => throw new InvalidOperationException("a policy file is read or refused"),
    };

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
