using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using SelfHealGitOps.Bot.Install;
using SelfHealGitOps.Bot.Report;
using SelfHealGitOps.Cluster;

namespace SelfHealGitOps.Bot.Commands;

/// <summary><c>selfheal doctor</c>: is the webhook installed so that it works, and so that the cluster lives without it?</summary>
internal static class DoctorCommand
{
    private static readonly Option<string?> Namespace = new("--namespace", "-n")
    {
        Description = "Where to send the dry runs; else the first namespace that the webhook decides about.",
        HelpName = "NAME",
    };

    private static readonly Option<string> Output = new("--output", "-o") { Description = "table or json.", HelpName = "FORMAT", DefaultValueFactory = _ => "table" };

    static DoctorCommand() => Output.AcceptOnlyFromAmong("table", "json");

    public static Command Create()
    {
        var command = new Command("doctor", "Check a live installation of the webhook, by dry runs and by what it says. Changes nothing.") { Namespace, Output };
        ClusterOptions.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var cluster = ClusterOptions.Connect(parsed);
            return await RunAsync(cluster.Api, parsed.GetValue(Namespace), parsed.GetValue(Output) == "json", TimeProvider.System, Console.Out, Ansi.ForOutput(), cancellationToken);
        });
        return command;
    }

    internal static async Task<int> RunAsync(
        ICluster cluster, string? @namespace, bool asJson, TimeProvider clock, TextWriter output, Ansi ansi, CancellationToken cancellationToken)
    {
        var checks = await new Doctor(cluster, clock).ExamineAsync(@namespace, cancellationToken);
        if (asJson)
        {
            WriteJson(checks, output);
        }
        else
        {
            WriteTable(checks, output, ansi);
        }

        return checks.Any(check => check.Outcome == DoctorOutcome.Unknown) ? ExitCode.CouldNotDecide
            : checks.Any(check => check.Outcome == DoctorOutcome.Failed) ? ExitCode.Findings
            : ExitCode.Clean;
    }

    private static void WriteTable(IReadOnlyList<DoctorCheck> checks, TextWriter output, Ansi ansi)
    {
        foreach (var check in checks)
        {
            var outcome = check.Outcome switch
            {
                DoctorOutcome.Ok => ansi.Green("ok     "),
                DoctorOutcome.Warning => ansi.Yellow("warning"),
                DoctorOutcome.Failed => ansi.Red("failed "),
                _ => ansi.Red("unknown"),
            };
            output.WriteLine($"{outcome}  {ansi.Bold(Printable.Of(check.About))}  {Printable.Of(check.Message)}");
            if (check.Remedy is { } remedy)
            {
                output.WriteLine($"         {ansi.Dim(Printable.Of(remedy))}");
            }
        }
    }

    private static void WriteJson(IReadOnlyList<DoctorCheck> checks, TextWriter output)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            writer.WriteStartObject();
            writer.WriteNumber("version", 1);
            writer.WriteStartArray("checks");
            foreach (var check in checks)
            {
                writer.WriteStartObject();
                writer.WriteString("outcome", check.Outcome.ToString().ToLowerInvariant());
                writer.WriteString("about", check.About);
                writer.WriteString("message", check.Message);
                writer.WriteString("remedy", check.Remedy);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        output.WriteLine(System.Text.Encoding.UTF8.GetString(stream.ToArray()));
    }
}
