using System.Text;
using SelfHealGitOps.Manifests;

namespace SelfHealGitOps.Benchmarks;

/// <summary>What one edit costs, by either applier, as the document grows: the text's own length must not count.</summary>
internal static class EditBenchmark
{
    public static void Run()
    {
        foreach (var containers in (int[])[1, 10, 100])
        {
            Measure(containers);
        }
    }

    private static void Measure(int containers)
    {
        const int Repeats = 2000;
        var text = new StringBuilder("apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\nspec:\n  containers:\n");
        for (var i = 0; i < containers; i++)
        {
            text.Append("  - name: c").Append(i).Append(" # the ").Append(i).Append("th\n    image: nginx:1.27\n    ports:\n    - containerPort: 80\n");
        }

        var source = new SourceText("bench.yaml", Encoding.UTF8.GetBytes(text.ToString()));
        var document = new ManifestReader().Read(source).Single().Document;
        var path = document.Root[Name.Spec][Name.Containers].Path
            .Append(new PathStep.Element("name", "c0")).Key(Name.SecurityContext).Key(Name.AllowPrivilegeEscalation);
        AttributedEdit[] edits = [new(new Edit.Set(path, false), ["bench"])];
        var (ratio, yaml, patch) = Ratio.Of(
            () => Repeat(Repeats, () => YamlEditor.Apply(document.Root, edits)),
            () => Repeat(Repeats, () => PatchRenderer.Render(document.Root, edits, withTests: true)));
        Console.WriteLine(
            $"one edit, {containers,3} containers, {source.Length,6} bytes: text {yaml.TotalMicroseconds / Repeats:0.0} us, JSON Patch {patch.TotalMicroseconds / Repeats:0.0} us, text / JSON Patch {ratio:0.00}");
    }

    private static void Repeat(int times, Action work)
    {
        for (var i = 0; i < times; i++)
        {
            work();
        }
    }
}
