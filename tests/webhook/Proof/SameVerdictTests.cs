using System.Diagnostics;
using System.Text.Json.Nodes;
using SelfHealGitOps.Policy;
using SelfHealGitOps.Rules;
using SelfHealGitOps.Tests;
using Xunit;
using Xunit.Abstractions;

namespace SelfHealGitOps.Webhook.Tests.Proof;

/// <summary>One engine, two ways to ask it: the command line about files, and the webhook about objects, each as a process.</summary>
public sealed class SameVerdictTests(ITestOutputHelper output)
{
    /// <summary>What a refusal lists; the endpoint names no more.</summary>
    private const int MostCauses = 1000;

    [CorporaTheory("psa")]
    [InlineData("baseline", 15, 34)]
    [InlineData("restricted", 23, 76)]
    public async Task The_official_pods_are_admitted_and_refused_as_by_the_API_server(string level, int passing, int failing)
    {
        await using var webhook = await WebhookProcess.StartAsync("--profile", $"pss-{level}");
        var pods = CorporaObject.All.Where(each => each.File.StartsWith($"psa/{level}/", StringComparison.Ordinal)).ToList();

        var answers = await webhook.AskAsync("validate", [.. pods.Select(pod => (pod.Question with { Namespace = "shop" }).ToBytes())]);

        var wrong = pods.Zip(answers).Where(each => each.Second.IsAllowed != each.First.File.Contains("/pass/", StringComparison.Ordinal));
        Assert.Empty(wrong.Select(each => $"{each.First}: {each.Second}"));
        Assert.Equal((passing, failing), (answers.Count(answer => answer.IsAllowed), answers.Count(answer => !answer.IsAllowed)));

        // Refused for what the file is named after, not by chance.
        Assert.All(
            pods.Zip(answers).Where(each => !each.Second.IsAllowed),
            each => Assert.Contains(each.Second.Rules, rule => IsControl(each.First, rule)));
    }

    /// <summary>
    /// Rule, pointer and message of every finding of every object. What is left out, since there it is nothing to compare:
    /// rules that need several objects, and rules of how a text is laid out; documents that are no objects (the command
    /// judges none of them either); patches of a kustomization, which the command takes for no objects; objects without apiVersion or kind, which no API server sends (answered with a 4xx); files
    /// with ignore comments, which JSON does not have; texts in which a value is spelled as only YAML can, where the
    /// message quotes the spelling; findings of an object beyond the thousand that an answer lists.
    /// </summary>
    [CorporaFact("repos")]
    public async Task Over_all_corpora_the_webhook_finds_what_the_scan_finds()
    {
        var started = Stopwatch.GetTimestamp();
        var onlyInFiles = Catalogue.All.Where(rule => rule is not ObjectRule || rule.Info.IsOfLayout).Select(rule => rule.Info.Id).ToHashSet();
        var scan = Scan();
        await using var webhook = await WebhookProcess.StartAsync("--profile", "all");

        var withComments = CorporaObject.Files()
            .Where(file => File.ReadAllText(file).Contains("selfheal:", StringComparison.Ordinal))
            .Select(file => Path.GetRelativePath(Corpora.Root!, file).Replace('\\', '/')).ToHashSet();
        var patches = CorporaObject.All.Where(IsPatch).Select(each => each.File).ToHashSet();
        var asked = CorporaObject.All.Where(each => each.HasType && !withComments.Contains(each.File) && !patches.Contains(each.File)).ToList();
        var answers = await webhook.AskAsync("validate", [.. asked.Select(each => each.Question.ToBytes())]);

        var found = scan["findings"]!.AsArray()
            .Where(finding => !onlyInFiles.Contains(finding!["rule"]!.GetValue<string>()))
            .ToLookup(
                finding => (finding!["file"]!.GetValue<string>(), finding["document"]!.GetValue<int>(), finding["item"]?.GetValue<int>()),
                finding => (finding!["rule"]!.GetValue<string>(), finding["pointer"]!.GetValue<string>(), finding["message"]!.GetValue<string>()));
        var complaints = new List<string>();
        var (same, cut) = (0, 0);
        foreach (var (each, answer) in asked.Zip(answers))
        {
            var inFile = found[(each.File, each.Document, each.Item)].Order().ToList();
            var atAdmission = answer.Causes.Order().ToList();
            if (atAdmission.Count == MostCauses)
            {
                cut++;
                continue;
            }

            same += atAdmission.Count;
            if (answer.Problem is not null || !inFile.SequenceEqual(atAdmission))
            {
                complaints.Add($"{each}: {answer.Problem}\n  only in the file: {string.Join("; ", inFile.Except(atAdmission))}\n  only at admission: {string.Join("; ", atAdmission.Except(inFile))}");
            }
        }

        output.WriteLine(
            $"{asked.Count} objects of {CorporaObject.Files().Count()} files, {same} findings the same in {Stopwatch.GetElapsedTime(started).TotalSeconds:0} s; "
            + $"left out: {CorporaObject.All.Count - asked.Count} objects ({CorporaObject.All.Count(each => !each.HasType)} without type), {withComments.Count} files with comments, {patches.Count} patches, "
            + $"{onlyInFiles.Count} rules ({scan["findings"]!.AsArray().Count(finding => onlyInFiles.Contains(finding!["rule"]!.GetValue<string>()))} findings), {cut} answers cut, {CorporaObject.FilesWithProblems} broken documents");
        Assert.True(complaints.Count == 0, $"{complaints.Count}:\n{string.Join('\n', complaints.Take(15))}");
        Assert.True(same > 10_000, $"only {same} findings");
    }

    private static JsonNode Scan()
    {
        var start = new ProcessStartInfo("dotnet") { WorkingDirectory = Corpora.Root, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var arg in (string[])[Path.Combine(AppContext.BaseDirectory, "selfheal.dll"), "scan", .. CorporaObject.Names, "--profile", "all", "-o", "json", "--fail-on", "never"])
        {
            start.ArgumentList.Add(arg);
        }

        using var process = Process.Start(start)!;
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        var report = JsonNode.Parse(process.StandardOutput.BaseStream)!;
        process.WaitForExit();
        return report;
    }

    /// <summary>True for a file that the kustomization beside it names as a patch.</summary>
    private static bool IsPatch(CorporaObject each)
    {
        var file = Corpora.PathOf(each.File);
        var kustomization = Path.Combine(Path.GetDirectoryName(file)!, "kustomization.yaml");
        return File.Exists(kustomization) && File.ReadAllText(kustomization).Contains($"- path: {Path.GetFileName(file)}", StringComparison.Ordinal);
    }

    private static bool IsControl(CorporaObject pod, string rule)
    {
        var name = Path.GetFileNameWithoutExtension(pod.File).TrimEnd("0123456789".ToCharArray()).Replace("_", "", StringComparison.Ordinal);
        var control = rule["pss-".Length..].Replace("-", "", StringComparison.Ordinal);
        return control == name || control == name.Replace("baseline", "restricted", StringComparison.Ordinal)
            || (name == "hostpathvolumes" && control == "restrictedvolumes");
    }
}
