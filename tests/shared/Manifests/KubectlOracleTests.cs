using System.Diagnostics;
using System.Text.Json.Nodes;
using SelfHealGitOps.Manifests;
using Xunit;

namespace SelfHealGitOps.Tests.Manifests;

/// <summary>
/// What we read is what kubectl reads, document by document, over real files. kubectl needs no cluster for it: an empty
/// patch, applied locally, prints the object as the API server would get it.
/// </summary>
public sealed class KubectlOracleTests
{
    private static readonly string[] Folders = ["repos", "manifests", "psa", Path.Combine("kube-linter", "checks")];

    [KubectlFact("manifests")]
    public void Agrees_with_kubectl_about_every_file_that_kubectl_reads()
    {
        var files = Folders.SelectMany(folder => Directory.EnumerateFiles(Corpora.PathOf(folder), "*", SearchOption.AllDirectories))
            .Where(file => Path.GetExtension(file) is ".yaml" or ".yml" or ".json" && !file.EndsWith(".jsonl", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .ToList();
        var disagreements = new List<string>();
        var compared = 0;
        Parallel.ForEach(files, file =>
        {
            if (Kubectl(file) is not { } expected)
            {
                return;
            }

            var (documents, problems) = KubectlObjects.Read(new SourceText(file, File.ReadAllBytes(file)));
            lock (disagreements)
            {
                compared++;
                disagreements.AddRange(problems
                    .Where(problem => problem.Code is not (ProblemCode.DuplicateKey or ProblemCode.NonStringKey))
                    .Select(problem => $"{file}: {problem}"));
                if (problems.Count == 0 && KubectlObjects.Difference(expected, documents) is { } difference)
                {
                    disagreements.Add($"{file}: {difference}");
                }
            }
        });

        Assert.True(disagreements.Count == 0, string.Join('\n', disagreements));
        Assert.InRange(compared, 1000, int.MaxValue);
    }

    /// <summary>The objects that kubectl prints for a file; null where it refuses the file.</summary>
    private static List<JsonNode?>? Kubectl(string file)
    {
        var start = new ProcessStartInfo("kubectl") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in (string[])["patch", "--local", "--type=json", "-p", "[]", "-o", "json", "-f", file])
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        using var output = new MemoryStream();
        process.StandardOutput.BaseStream.CopyTo(output);
        process.WaitForExit();
        return process.ExitCode != 0 ? null : KubectlObjects.Parse(output.ToArray());
    }
}
