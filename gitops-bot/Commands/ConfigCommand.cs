using System.CommandLine;
using System.Text;
using SelfHealGitOps.Bot.Configuration;
using SelfHealGitOps.Bot.Detect;
using SelfHealGitOps.Bot.Report;

namespace SelfHealGitOps.Bot.Commands;

/// <summary><c>selfheal config</c>: what can be asked of the bot's own configuration. One method for each verb.</summary>
internal static class ConfigCommand
{
    public static Command Create() => new("config", $"Work on the bot's configuration, {ConfigurationFile.FileName}.")
    {
        Check(),
        Schema(),
    };

    private static Command Check()
    {
        var command = new Command("check", "Check a configuration, and show what holds by it.");
        var file = new Argument<string?>("FILE")
        {
            Description = $"The configuration; else {ConfigurationFile.FileName} in the current folder.",
            HelpName = "FILE",
            Arity = ArgumentArity.ZeroOrOne,
        };
        command.Add(file);
        command.SetAction(parsed =>
        {
            var named = parsed.GetValue(file);
            if (named is not null && named.StartsWith('-') && !File.Exists(named))
            {
                throw new UsageException($"there is no option '{named}'; 'selfheal config check --help' lists them");
            }

            if (named is null && !File.Exists(ConfigurationFile.FileName))
            {
                throw new UsageException($"there is no {ConfigurationFile.FileName} in this folder; name the file");
            }

            // Links are not followed: relative paths start from where the owner put the file, not from where a ConfigMap keeps it.
            var path = Path.GetFullPath(named ?? ConfigurationFile.FileName);
            var configuration = ConfigurationFile.Load(path);
            foreach (var (name, value) in ConfigurationReport.Of(configuration).Prepend(("configuration", PolicySearch.NameOf(path))))
            {
                Console.Out.WriteLine($"{name,-13}  {Printable.Of(value)}");
            }

            // No mistake of the file's: it may be checked on another machine than the bot's. Said all the same, and loudly.
            var gone = configuration.Repositories.Where(repository => repository.Url.Protocol == "file" && !Directory.Exists(repository.Url.Text)).ToList();
            foreach (var repository in gone)
            {
                Console.Error.WriteLine($"selfheal: repository {repository.Name}: there is no folder {Printable.Of(repository.Url.Text)} on this machine");
            }

            return gone.Count == 0 ? ExitCode.Clean : ExitCode.CouldNotDecide;
        });
        return command;
    }

    private static Command Schema()
    {
        var command = new Command("schema", "Print the JSON Schema of configurations, for editors.");
        command.SetAction(_ =>
        {
            using var output = Console.OpenStandardOutput();
            output.Write(Encoding.UTF8.GetBytes(ConfigurationSchema.Text()));
            return ExitCode.Clean;
        });
        return command;
    }
}
