using System.CommandLine;

namespace SelfHealGitOps.Bot.Commands;

/// <summary>The command <c>selfheal</c>: its verbs, and what it says of a command line that it does not understand.</summary>
internal static class SelfHealCommand
{
    public static int Run(string[] args)
    {
        var root = new RootCommand("Judges Kubernetes manifests and mends them with the smallest possible change.")
        {
            ScanCommand.Create(),
            RulesCommand.Create(),
            CompletionCommand.Create(),
        };
        var parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors)
            {
                Console.Error.WriteLine($"selfheal: {error.Message}");
            }

            Console.Error.WriteLine($"selfheal: see 'selfheal {(parsed.CommandResult.Command == root ? "" : parsed.CommandResult.Command.Name + " ")}--help'");
            return ExitCode.Usage;
        }

        try
        {
            return parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
        }
        catch (UsageException exception)
        {
            Console.Error.WriteLine($"selfheal: {exception.Message}");
            return ExitCode.Usage;
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // A bug, or a broken machine. Whatever it was, nothing has been decided: a script must not read it as clean.
            Console.Error.WriteLine($"selfheal: internal error, please report it: {exception}");
            return ExitCode.CouldNotDecide;
        }
    }
}
