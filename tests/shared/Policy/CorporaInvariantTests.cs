using System.Collections.Concurrent;
using System.Text;
using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;
using SelfHealGitOps.Rules;
using Xunit;
using Xunit.Abstractions;

namespace SelfHealGitOps.Tests.Policy;

/// <summary>What holds for every file of real repositories, whatever is in it; and the figures of it.</summary>
public sealed class CorporaInvariantTests(ITestOutputHelper output)
{
    [CorporaTheory("repos")]
    [InlineData("repos")]
    [InlineData("manifests")]
    [InlineData("psa")]
    [InlineData("kube-linter")]
    public void Mends_real_files_without_touching_another_byte(string corpus)
    {
        var broken = new ConcurrentBag<string>();
        var tally = new CorporaTally();
        Parallel.ForEach(
            Files(corpus),
            () => (Judge: new FileJudge(new RuleSet(Catalogue.All), PolicySettings.Default), Mender: new FileMender(new RuleSet(Catalogue.All), PolicySettings.Default)),
            (file, _, own) =>
            {
                foreach (var complaint in Check(file, own.Judge, own.Mender, tally))
                {
                    broken.Add($"{file}: {complaint}");
                }

                return own;
            },
            _ => { });

        output.WriteLine($"{corpus}: {tally}");
        Assert.True(broken.IsEmpty, $"{broken.Count}:\n{string.Join('\n', broken.Take(40))}");
        Assert.True(tally.Findings > 100);
    }

    private static List<string> Check(string file, FileJudge judge, FileMender mender, CorporaTally tally)
    {
        var complaints = new List<string>();
        var source = new SourceText(Path.GetFileName(file), File.ReadAllBytes(file));
        var before = judge.Judge(source);
        var mended = mender.Mend(source, Safety.Review);
        tally.Add(before, mended);

        // The gates of the mender hold the two routes together; what they turn down is a defect here.
        complaints.AddRange(mended.Remaining.Findings
            .Where(finding => finding.Fix is not null || finding.Refusal?.Code == RefusalCode.Unverified)
            .Select(finding => $"{finding.Rule.Id} at {finding.Pointer} is left: {finding.Refusal?.Message ?? "with a fix"}"));
        var known = before.Findings.Select(finding => finding.Key).ToHashSet();
        complaints.AddRange(mended.Remaining.Findings
            .Where(finding => !finding.Rule.IsOfLayout && !known.Contains(finding.Key))
            .Select(finding => $"new finding: {finding.Rule.Id} at {finding.Pointer}"));
        if (mended.Remaining.Problems.Count > before.Problems.Count)
        {
            complaints.Add($"does not parse any more: {mended.Remaining.Problems[0]}");
        }

        if (!mended.IsChanged)
        {
            return mended.Bytes.Span.SequenceEqual(source.Bytes) ? complaints : [.. complaints, "changed, though nothing was fixed"];
        }

        var again = mender.Mend(new SourceText(source.File, mended.Bytes), Safety.Review);
        if (again.IsChanged || !again.Bytes.Span.SequenceEqual(mended.Bytes.Span))
        {
            complaints.Add("a second run changes it again");
        }

        if (!Lines.AreKept(source.Bytes, mended.Bytes.Span, before.Findings))
        {
            complaints.Add("a line changed that no edit is about");
        }

        if (!YamlComments.Of(Text(source.Bytes)).SequenceEqual(YamlComments.Of(Text(mended.Bytes.Span))))
        {
            complaints.Add("a comment is lost");
        }

        return complaints;
    }

    private static string Text(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes);

    private static IEnumerable<string> Files(string corpus) => Directory
        .EnumerateFiles(Corpora.PathOf(corpus), "*", SearchOption.AllDirectories)
        .Where(file => Path.GetExtension(file) is ".yaml" or ".yml" or ".json")
        .Order(StringComparer.Ordinal);
}
