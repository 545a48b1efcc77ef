using System.Text;
using SelfHealGitOps.Bot.Propose;
using SelfHealGitOps.Bot.Verify;
using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;
using SelfHealGitOps.Rules;

namespace SelfHealGitOps.Bot.Tests.Verify;

/// <summary>Proposals as the engine makes them, and as others might.</summary>
internal static class Proposals
{
    public const string File = "apps/web.yaml";

    public static readonly DateTimeOffset Now = new(2026, 8, 1, 12, 0, 0, TimeSpan.Zero);

    public static RuleSet Rules { get; } = PolicyConfiguration.Standard(Catalogue.All).SetOf(BuiltInProfiles.Default);

    public static RuleSet AllRules { get; } = PolicyConfiguration.Standard(Catalogue.All).SetOf(BuiltInProfiles.All);

    /// <summary>The engine's own; null where it mends nothing.</summary>
    public static Proposal.Edits? Mended(ReadOnlyMemory<byte> text, Surroundings around, string file = File)
    {
        var mended = new FileMender(around.Rules, around.Settings, around.Repository, around.Now).Mend(new SourceText(file, text), Safety.Review);
        return mended.IsChanged ? Of(text, mended.Bytes, mended.Fixed, file) : null;
    }

    /// <summary>A text that somebody says is what these edits make, for a finding that is really there.</summary>
    public static Proposal.Edits Claimed(string before, string after, params Edit[] edits) =>
        Of(Encoding.UTF8.GetBytes(before), Encoding.UTF8.GetBytes(after), [Finding(before, edits)], File);

    /// <summary>Just these edits, carried out by the engine itself: what an honest editor makes of a bad idea.</summary>
    public static Proposal.Edits Edited(string before, params Edit[] edits)
    {
        var source = new SourceText(File, Encoding.UTF8.GetBytes(before));
        var reading = FileReading.Read(new ManifestReader(), source, isNamed: true);
        var root = reading.Objects[0].Root;
        var spliced = YamlEditor.Apply(root, [.. edits.Select(edit => new AttributedEdit(edit, ["any"]))]) switch
        {
            EditResult.Spliced done => done,
            EditResult.Refused refused => throw new InvalidOperationException(refused.Refusal.Message),
            _ => throw new InvalidOperationException(),
        };
        return Of(source.Memory, TextSplice.ApplyAll(source.Bytes, spliced.Splices), [Finding(before, edits)], File);
    }

    public static Surroundings Around(string text, RuleSet? rules = null, PolicySettings? settings = null, params (string File, string Text)[] others)
    {
        var reader = new ManifestReader();
        var objects = others.Append((File, text))
            .SelectMany(each => FileReading.Read(reader, new SourceText(each.Item1, Encoding.UTF8.GetBytes(each.Item2)), isNamed: false).Objects);
        return new Surroundings(rules ?? Rules, settings ?? PolicySettings.Default, ObjectSet.Of(objects), Now);
    }

    public static async Task<Verification> VerifyAsync(Proposal.Edits edits, Surroundings around) =>
        await new Verifier(TimeProvider.System).VerifyAsync(edits, around, CancellationToken.None);

    public static IReadOnlyList<GateResult> Results(Verification verification) => verification switch
    {
        Verification.Accepted accepted => accepted.Proposal.Results,
        Verification.Refused refused => refused.Results,
        _ => throw new InvalidOperationException(),
    };

    private static Proposal.Edits Of(ReadOnlyMemory<byte> before, ReadOnlyMemory<byte> after, IEnumerable<Finding> findings, string file) =>
        new(new WriteTarget("repository", "main", file), new string('a', 40), before, after, [.. findings.Select(ProposedFix.OfRule)]);

    /// <summary>Some finding that the change may claim to mend: one that is not found afterwards in any case.</summary>
    private static Finding Finding(string before, Edit[] edits)
    {
        var root = FileReading.Read(new ManifestReader(), new SourceText(File, Encoding.UTF8.GetBytes(before)), isNamed: true).Objects[0].Root;
        var path = FieldPath.Root.Key("claimed");
        return new Finding(
            Catalogue.All[0].Info, ObjectIdentity.Of(root), new Origin(File, root.Document.Index, null, 1, 1), path, "/claimed", "claimed", new Fix("claimed", Safety.Review, [.. edits]), null);
    }
}
