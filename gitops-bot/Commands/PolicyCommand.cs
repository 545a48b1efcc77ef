using System.CommandLine;
using System.Text;
using SelfHealGitOps.Bot.Detect;
using SelfHealGitOps.Bot.Report;
using SelfHealGitOps.Policy;
using SelfHealGitOps.Rules;

namespace SelfHealGitOps.Bot.Commands;

/// <summary><c>selfheal policy</c>: what can be asked of a policy file. One method for each verb.</summary>
internal static class PolicyCommand
{
    public static Command Create() => new("policy", $"Work on a policy file, {PolicySearch.FileName}.")
    {
        Check(),
        Schema(),
        PolicyTestCommand.Create(),
    };

    private static Command Check()
    {
        var command = new Command("check", "Check a policy file, and show what it makes of the rules.");
        var file = new Argument<string?>("FILE")
        {
            Description = $"The policy file; else the nearest {PolicySearch.FileName}, from the current folder upwards.",
            HelpName = "FILE",
            Arity = ArgumentArity.ZeroOrOne,
        };
        command.Add(file);
        command.SetAction(parsed =>
        {
            var named = parsed.GetValue(file);
            if (named is not null && named.StartsWith('-') && !File.Exists(named))
            {
                throw new UsageException($"there is no option '{named}'; 'selfheal policy check --help' lists them");
            }

            var path = named is not null ? RealPath.Of(named) : PolicySearch.Above(RealPath.Of("."));
            if (path is null)
            {
                throw new UsageException($"there is no {PolicySearch.FileName} here or above, in this repository; name the file");
            }

            Describe(RepositoryPolicy.Read(path));
            return ExitCode.Clean;
        });
        return command;
    }

    private static Command Schema()
    {
        var command = new Command("schema", "Print the JSON Schema of policy files, for editors.");
        command.SetAction(_ =>
        {
            using var output = Console.OpenStandardOutput();
            output.Write(Encoding.UTF8.GetBytes(PolicySchema.TextOf(Catalogue.All)));
            return ExitCode.Clean;
        });
        return command;
    }

    private static void Describe(RepositoryPolicy policy)
    {
        var configuration = policy.Configuration;
        Line("policy", PolicySearch.NameOf(policy.File!));
        Line("profile", configuration.Profile);
        Line("kubernetes", configuration.Settings.KubernetesVersion.ToString());
        Line("pod security", configuration.Settings.PssVersion.ToString());
        Line("exclude", configuration.Exclude);
        Line("registries", configuration.Settings.AllowedRegistries);
        Line("admission", AdmissionLine.Of(configuration));
        var rules = configuration.SetOf(configuration.Profile).Rules.Select(rule => rule.Info).OrderBy(rule => rule.Id, StringComparer.Ordinal).ToList();
        Line("rules", $"{rules.Count}");
        var width = rules.Select(rule => rule.Id.Length).DefaultIfEmpty().Max();
        foreach (var rule in rules)
        {
            Console.Out.WriteLine($"  {rule.Id.PadRight(width)}  {Words.Of(rule.Severity),-7}  {Printable.Of(rule.Title)}");
        }
    }

    private static void Line<T>(string name, IReadOnlyList<T> values)
    {
        if (values.Count > 0)
        {
            Line(name, string.Join(", ", values));
        }
    }

    private static void Line(string name, string value) => Console.Out.WriteLine($"{name,-12}  {Printable.Of(value)}");
}
