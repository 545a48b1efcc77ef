using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using SelfHealGitOps.Bot.Tests.Git;
using Xunit;

namespace SelfHealGitOps.Bot.Tests.Integrations;

/// <summary>The steps of action.yml, run in bash as a runner does.</summary>
public sealed partial class ActionTests : IDisposable
{
    private const string Hostile = "$(touch pwned)`touch pwned`'\"; touch pwned #\n::error::mine\n-- --help\n";

    private readonly JsonNode action = Yaml.Read(File.ReadAllText(Path.Combine(Checkout.Root, "action.yml")));
    private readonly TempFolder home = new();
    private readonly GitFolder git = new GitFolder().Write("web.yaml", Samples.PrivilegedPod).Write("a b/c.yaml", Samples.LatestPod).Commit();

    public ActionTests()
    {
        foreach (var script in (string[])["action-build", "action-scan"])
        {
            home.Write($".ci/{script}", File.ReadAllText(Path.Combine(Checkout.Root, ".ci", script)));
        }

        home.Write("artifacts/selfheal/selfheal", $"#!/bin/sh\nexec dotnet '{SelfHeal.Dll}' \"$@\"\n");
        SelfHeal.Execute("chmod", home.Root, [], ["+x", "artifacts/selfheal/selfheal"]);
    }

    public void Dispose()
    {
        home.Dispose();
        git.Dispose();
    }

    [Fact]
    public void Gives_no_script_an_expression_and_every_input_to_one()
    {
        var inputs = action["inputs"]!.AsObject().Select(input => input.Key).ToList();
        Assert.Equal(["args", "baseline", "config", "fail-on", "path", "profile", "sarif-file", "since", "version"], inputs.Order(StringComparer.Ordinal));
        Assert.Equal(["exit-code", "findings", "sarif"], action["outputs"]!.AsObject().Select(output => output.Key));
        Assert.Equal("composite", (string)action["runs"]!["using"]!);
        var used = new List<string>();
        foreach (var step in action["runs"]!["steps"]!.AsArray())
        {
            Assert.Equal("bash", (string)step!["shell"]!);
            Assert.Null(step["uses"]);
            Assert.DoesNotContain("${{", (string)step["run"]!, StringComparison.Ordinal);
            used.AddRange(step["env"]!.AsObject().SelectMany(variable => Expression().Matches((string)variable.Value!)).Select(match => match.Groups[1].Value));
        }

        Assert.Equal(inputs.Select(input => $"inputs.{input}").Append("github.action_path").Order(StringComparer.Ordinal), used.Distinct().Order(StringComparer.Ordinal));
    }

    [UnixFact]
    public void Annotates_and_fails_and_says_how_many()
    {
        var (outcome, outputs) = Run("scan");

        Assert.Equal(1, outcome.ExitCode);
        Assert.Contains("::error file=web.yaml,line=10,col=9,title=pss-privileged::", outcome.Output, StringComparison.Ordinal);
        Assert.Equal("1", outputs["exit-code"]);
        Assert.Equal(outcome.Output.Split('\n').Count(line => line.StartsWith("::", StringComparison.Ordinal)), int.Parse(outputs["findings"], System.Globalization.CultureInfo.InvariantCulture));
        Assert.False(outputs.ContainsKey("sarif"));
    }

    [UnixFact]
    public void Passes_every_input_on()
    {
        SelfHeal.Run(git.Root, "scan", "--profile", "pss-baseline", "--write-baseline", "known file.json");
        git.Commit().Write("new one.yaml", Samples.PrivilegedPod);

        var (outcome, outputs) = Run(
            "scan",
            ("path", "new one.yaml\na b\nweb.yaml\n"),
            ("profile", "pss-baseline"),
            ("baseline", "known file.json"),
            ("since", "HEAD"),
            ("fail-on", "never"),
            ("sarif-file", "out put.sarif"),
            ("args", "--pss-version\nv1.30\n"));

        Assert.Equal((0, "1", "out put.sarif"), (outcome.ExitCode, outputs["findings"], outputs["sarif"]));
        Assert.Contains("file=new one.yaml,", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("\"baselineState\": \"new\"", git.Files.Read("out put.sarif"), StringComparison.Ordinal);
    }

    [UnixTheory]
    [InlineData("path")]
    [InlineData("profile")]
    [InlineData("config")]
    [InlineData("fail-on")]
    [InlineData("since")]
    [InlineData("baseline")]
    [InlineData("sarif-file")]
    [InlineData("args")]
    [InlineData("version")]
    public void Takes_no_input_for_anything_but_a_value(string input)
    {
        var before = git.Files.Names.ToList();

        var (outcome, outputs) = Run(input == "version" ? "build" : "scan", (input, Hostile));

        Assert.True(input == "sarif-file" || outcome.ExitCode == 2, outcome.Output + outcome.Error);
        Assert.DoesNotContain(outcome.Output.Split('\n'), line => line.StartsWith("::error::mine", StringComparison.Ordinal));
        Assert.DoesNotContain(outcome.Error.Split('\n'), line => line.StartsWith("::error::mine", StringComparison.Ordinal));
        Assert.DoesNotContain(git.Files.Names.Concat(home.Names), name => Path.GetFileName(name) == "pwned");
        if (input == "sarif-file")
        {
            Assert.Equal(Hostile, outputs["sarif"]);
        }
        else
        {
            Assert.Equal(before, git.Files.Names);
        }
    }

    [UnixFact]
    public void Builds_from_its_own_checkout_where_there_is_no_binary_yet()
    {
        var binary = home["artifacts/selfheal/selfheal"];
        File.Move(binary, home["kept"]);
        home.Write("bin/dotnet", $"#!/bin/sh\nif [ \"$1\" != publish ]; then PATH=\"$REAL\" exec dotnet \"$@\"; fi\npwd > '{home["log"]}'\necho \"$@\" >> '{home["log"]}'\nmv '{home["kept"]}' '{binary}'\n");
        SelfHeal.Execute("chmod", home.Root, [], ["+x", "bin/dotnet"]);

        var first = RunStep("build", [], $"export REAL=$PATH PATH='{home["bin"]}':$PATH");
        var second = RunStep("build", [("version", "v0.1.0")], "");
        var other = RunStep("build", [("version", "9.9.9")], "");

        Assert.Equal((0, 0, 2), (first.Outcome.ExitCode, second.Outcome.ExitCode, other.Outcome.ExitCode));
        Assert.StartsWith($"{home.Root}\npublish gitops-bot -c Release ", home.Read("log"), StringComparison.Ordinal);
        Assert.Contains("::error::this action is selfheal 0.1.0, and the version asked for is 9.9.9", other.Outcome.Output, StringComparison.Ordinal);
    }

    [UnixFact]
    public void Asks_for_the_sdk_where_it_is_not_installed()
    {
        File.Delete(home["artifacts/selfheal/selfheal"]);

        var (outcome, _) = RunStep("build", [], "bash=$(command -v bash); bash() { PATH= \"$bash\" \"$@\"; }");

        Assert.Equal(3, outcome.ExitCode);
        Assert.Contains("add actions/setup-dotnet", outcome.Output, StringComparison.Ordinal);
    }

    private (Outcome Outcome, IReadOnlyDictionary<string, string> Outputs) Run(string id, params (string Name, string Value)[] inputs) => RunStep(id, inputs, "");

    private (Outcome Outcome, IReadOnlyDictionary<string, string> Outputs) RunStep(string id, (string Name, string Value)[] inputs, string setup)
    {
        var step = action["runs"]!["steps"]!.AsArray().Single(step => (string?)step!["id"] == id)!;
        var output = home["github-output"];
        File.WriteAllText(output, "");
        List<string> args = [$"GITHUB_OUTPUT={output}"];
        foreach (var (name, value) in step["env"]!.AsObject())
        {
            args.Add($"{name}={Expression().Replace((string)value!, match => Evaluate(match.Groups[1].Value, inputs))}");
        }

        var outcome = SelfHeal.Execute("env", git.Root, [], [.. args, "bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", $"{setup}\n{step["run"]}"]);
        return (outcome, ReadOutputs(File.ReadAllText(output)));
    }

    private string Evaluate(string expression, (string Name, string Value)[] inputs)
    {
        if (expression == "github.action_path")
        {
            return home.Root;
        }

        var name = expression["inputs.".Length..];
        return inputs.Where(input => input.Name == name).Select(input => input.Value).FirstOrDefault() ?? (string?)action["inputs"]![name]!["default"] ?? "";
    }

    /// <summary>The lines of GITHUB_OUTPUT, as the runner reads them.</summary>
    private static Dictionary<string, string> ReadOutputs(string text)
    {
        var outputs = new Dictionary<string, string>(StringComparer.Ordinal);
        var lines = text.Split('\n');
        for (var i = 0; i < lines.Length && lines[i].Length > 0; i++)
        {
            if (lines[i].Split("<<") is [var name, var end] && !lines[i].Contains('=', StringComparison.Ordinal))
            {
                var stop = Array.IndexOf(lines, end, i + 1);
                outputs.Add(name, string.Join('\n', lines[(i + 1)..stop]));
                i = stop;
                continue;
            }

            var equals = lines[i].IndexOf('=', StringComparison.Ordinal);
            outputs.Add(lines[i][..equals], lines[i][(equals + 1)..]);
        }

        return outputs;
    }

    [GeneratedRegex(@"\$\{\{ ([a-z_.-]+) \}\}")]
    private static partial Regex Expression();
}
