using System.CommandLine;
using System.Globalization;
using SelfHealGitOps.Bot.Detect;
using SelfHealGitOps.Bot.Report;
using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Bot.Commands;

/// <summary><c>selfheal exempt</c>: writes an exemption into the policy file, for a person to review.</summary>
internal static class ExemptCommand
{
    private static readonly Argument<string> Rule = new("RULE") { Description = "The rule whose findings may stay for a while.", HelpName = "RULE" };

    private static readonly Argument<string> Object = new("OBJECT")
    {
        Description = "The object: KIND/NAMESPACE/NAME, or KIND/NAME where it has no namespace.",
        HelpName = "KIND/[NAMESPACE/]NAME",
    };

    private static readonly Option<string> Owner = new("--owner") { Description = "Who answers for it.", Required = true };

    private static readonly Option<string> Reason = new("--reason") { Description = "Why the finding may stay.", Required = true };

    private static readonly Option<string?> Until = new("--until")
    {
        Description = $"Through the end of this day in UTC, or up to this instant; at most {Expiry.MostDays} days ahead.",
        HelpName = "DATE",
    };

    private static readonly Option<int?> Days = new("--days") { Description = "Through the end of the day so many days from now.", HelpName = "N" };

    private static readonly Option<string?> Container = new("--container") { Description = "Only findings in this container.", HelpName = "NAME" };

    private static readonly Option<string?> Config = new("--config")
    {
        Description = $"The policy file; by default {PolicySearch.FileName} in this folder or above, up to the root of the repository.",
        HelpName = "FILE",
    };

    public static Command Create()
    {
        var command = new Command("exempt", "Let the findings of one rule in one object stay until a date: adds an entry to the policy file.")
        {
            Rule, Object, Owner, Reason, Until, Days, Container, Config,
        };
        Rule.CompletionSources.Add(_ => RuleSelection.AllIds.Select(id => new System.CommandLine.Completions.CompletionItem(id)));
        command.SetAction(parsed => Run(parsed, TimeProvider.System.GetUtcNow()));
        return command;
    }

    private static int Run(ParseResult parsed, DateTimeOffset now)
    {
        var entry = Parse(parsed, now);
        if (entry.Excess(now) is { } excess)
        {
            throw new UsageException($"{excess}");
        }

        if (entry.Expires.IsOver(now))
        {
            throw new UsageException($"{entry.Expires} is over; name a day that is still to come");
        }

        var folder = RealPath.Of(".");
        var path = parsed.GetValue(Config) is { Length: > 0 } named ? RealPath.Of(named) : PolicySearch.Above(folder) ?? PolicySearch.PlaceFor(folder);
        var name = Path.GetRelativePath(folder, path).Replace(Path.DirectorySeparatorChar, '/');
        var isNew = !File.Exists(path);
        var source = new SourceText(name, isNew ? ReadOnlyMemory<byte>.Empty : File.ReadAllBytes(path));
        var policy = isNew ? RepositoryPolicy.None : RepositoryPolicy.Read(path);
        RuleSelection.Find(policy.Configuration, entry.Rule);
        if (policy.Configuration.Settings.Exemptions.FirstOrDefault(other => other.Holds(now) && Covers(other, entry)) is { } other)
        {
            throw new UsageException($"{Printable.Of(other.ToString())} is exempt until {other.Expires} already ({Printable.Of(name)}:{other.Line}); change its date there");
        }

        switch (ExemptionText.Add(source, entry))
        {
            case ExemptionText.Added added:
                Write(path, added.Bytes, isNew);
                Console.Out.WriteLine($"{Printable.Of(name)}:");
                Console.Out.WriteLine(string.Join('\n', added.Entry.Split('\n').Select(Printable.Of)));
                Console.Out.WriteLine();
                Console.Out.WriteLine("Commit it by itself and have it reviewed by whoever owns the policy: an exemption counts as soon as it is merged.");
                return ExitCode.Clean;
            case ExemptionText.Refused(var reason):
                throw new UsageException(Printable.Of(reason));
            default:
                throw new InvalidOperationException("an exemption is neither added nor refused");
        }
    }

    private static void Write(string path, byte[] bytes, bool isNew)
    {
        if (isNew)
        {
            AtomicFile.Create(path, bytes);
        }
        else
        {
            AtomicFile.Replace(path, bytes);
        }
    }

    private static Exemption Parse(ParseResult parsed, DateTimeOffset now)
    {
        var text = parsed.GetValue(Object)!;
        var parts = text.Split('/');
        if (parts.Length is < 2 or > 3 || parts.Any(part => string.IsNullOrWhiteSpace(part)))
        {
            throw new UsageException($"'{text}' is no object; write KIND/NAMESPACE/NAME, such as Deployment/shop/web, or KIND/NAME where there is no namespace");
        }

        return new(
            parsed.GetValue(Rule)!,
            new ExemptObject(null, parts[0], parts.Length == 3 ? parts[1] : null, parts[^1]),
            parsed.GetValue(Container) is { } container ? NotEmpty("--container", container) : null,
            NotEmpty("--owner", parsed.GetValue(Owner)!),
            NotEmpty("--reason", parsed.GetValue(Reason)!),
            ParseExpiry(parsed.GetValue(Until), parsed.GetValue(Days), now));
    }

    private static Expiry ParseExpiry(string? until, int? days, DateTimeOffset now) => (until, days) switch
    {
        (not null, not null) => throw new UsageException("--until and --days both say when it ends; give one of them"),
        (null, null) => throw new UsageException($"every exemption ends: add --until DATE or --days N, at most {Expiry.MostDays} days ahead"),
        (not null, _) => Expiry.TryParse(until, out var expiry) ? expiry : throw new UsageException($"--until {until}: must be {Expiry.Shape}"),
        (_, { } ahead) => ahead is >= 1 and <= Expiry.MostDays
            ? Expiry.Through(DateOnly.FromDateTime(now.UtcDateTime).AddDays(ahead))
            : throw new UsageException($"--days {ahead.ToString(CultureInfo.InvariantCulture)}: must be from 1 to {Expiry.MostDays}"),
    };

    private static string NotEmpty(string option, string text) =>
        string.IsNullOrWhiteSpace(text) ? throw new UsageException($"{option} is empty") : text;

    /// <summary>True when the entry that is there leaves nothing for the new one to exempt.</summary>
    private static bool Covers(Exemption other, Exemption entry) =>
        other.Rule == entry.Rule
        && other.Object == entry.Object
        && (other.Container is null || other.Container == entry.Container);
}
