using System.CommandLine;
using System.CommandLine.Parsing;
using SelfHealGitOps.Bot.Report;

namespace SelfHealGitOps.Bot.Commands;

/// <summary>The command <c>selfheal</c>: its verbs, and what it says of a command line that it does not understand.</summary>
internal static class SelfHealCommand
{
    public static int Run(string[] args)
    {
        var root = new RootCommand("Judges Kubernetes manifests and mends them with the smallest possible change.")
        {
            ScanCommand.Create(),
            HealCommand.Create(),
            RunCommand.Create(),
            RankCommand.Create(),
            ProposeActionCommand.Create(),
            RulesCommand.Create(),
            WhereCommand.Create(),
            PolicyCommand.Create(),
            ConfigCommand.Create(),
            ExemptCommand.Create(),
            AuditCommand.Create(),
            DoctorCommand.Create(),
            BreakglassCommand.Create(),
            ExportCommand.Create(),
            ManifestsCommand.Create(),
            CompletionCommand.Create(),
        };
        // A path may begin with @; it does not name a file of arguments.
        var parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors)
            {
                Console.Error.WriteLine($"selfheal: {Printable.Message(error.Message)}");
            }

            Console.Error.WriteLine($"selfheal: see '{NameOf(parsed.CommandResult)} --help'");
            return ExitCode.Usage;
        }

        try
        {
            return parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = TimeSpan.FromSeconds(15) });
        }
        catch (UsageException exception)
        {
            Console.Error.WriteLine($"selfheal: {Printable.Message(exception.Message)}");
            return ExitCode.Usage;
        }
        catch (OperationCanceledException)
        {
            Console.Error.WriteLine("selfheal: interrupted; every file is as it was, or wholly mended");
            return ExitCode.Interrupted;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"selfheal: {Printable.Of(exception.Message)}");
            return ExitCode.CouldNotDecide;
        }
        catch (Exception exception)
        {
            // A bug. Whatever it was, nothing has been decided: a script must not read it as clean.
            Console.Error.WriteLine($"selfheal: {InternalError.Describe(exception)}");
            return ExitCode.CouldNotDecide;
        }
    }

    /// <summary>A verb with those it belongs to, as one types them.</summary>
    private static string NameOf(CommandResult command) =>
        command.Parent is CommandResult above ? $"{NameOf(above)} {command.Command.Name}" : "selfheal";
}
