using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using SelfHealGitOps.Manifests;
using Xunit;

namespace SelfHealGitOps.Tests.Manifests;

/// <summary>
/// Small texts about one question of reading each, and what kubectl 1.32 made of them, recorded once in
/// <c>Fixtures/kubectl.jsonl</c>: where it reads, we read the same; and nothing throws, whatever it is.
/// </summary>
public sealed class KubectlCasesTests
{
    /// <summary>Where we deliberately, or for the parser's sake, do not read what kubectl reads; we refuse, and never misread.</summary>
    private static readonly Dictionary<string, string> Refused = new(StringComparer.Ordinal)
    {
        ["088-explicit-key-flow"] = "decoders disagree about it",
        ["099-key-no-value"] = "decoders disagree about it",
        ["137-flow-colon-end"] = "decoders disagree about it",
        ["125-flow-dedent"] = "a plain scalar in brackets, indented less than what holds them",
        ["126-flow-dedent2"] = "a plain scalar in brackets, indented less than what holds them",
        ["129-flow-comment-adjacent"] = "a comment that touches what it follows",
        ["172-flow-hash-after-quoted"] = "a comment that touches what it follows",
        ["173-flow-hash-after-bracket"] = "a comment that touches what it follows",
        ["174-hash-after-quoted"] = "a comment that touches what it follows",
        ["292-bs-comment"] = "a comment that touches what it follows",
        ["293-bs-comment-adj"] = "a comment that touches what it follows",
        ["132-flow-dash"] = "a dash alone in brackets",
        ["148-flow-star-key-adj"] = "an alias that touches its colon",
        ["250-dq-escapes"] = "an escaped single quote in double quotes",
        ["253-dq-escape-squote"] = "an escaped single quote in double quotes",
        ["260-dq-only-newline"] = "a quoted line at the left margin",
        ["261-dq-dedent"] = "a quoted line at the left margin",
        ["276-dq-html"] = "a quoted line at the left margin",
        ["303-bs-leading-blank-spaces-empty"] = "a block scalar of nothing but blank lines, longer than its indent",
        ["430-doc-directive-late"] = "a directive after the document's end",
    };

    /// <summary>Misread, and too far from anything that a person would write to be worth more than this line.</summary>
    private static readonly Dictionary<string, string> Misread = new(StringComparer.Ordinal)
    {
        ["006-int-binary"] = "0b-1 is -1 to kubectl",
    };

    private static readonly Dictionary<string, JsonNode> Cases = File
        .ReadLines(Path.Combine(Checkout.Root, "tests", "shared", "Manifests", "Fixtures", "kubectl.jsonl"))
        .Select(line => JsonNode.Parse(line, null, new JsonDocumentOptions { MaxDepth = 4096 })!)
        .ToDictionary(each => each["name"]!.GetValue<string>(), StringComparer.Ordinal);

    public static TheoryData<string> Names => new(Cases.Keys);

    [Theory]
    [MemberData(nameof(Names))]
    public void Reads_what_kubectl_reads(string name)
    {
        var each = Cases[name];
        var bytes = each["base64"] is { } base64 ? Convert.FromBase64String(base64.GetValue<string>()) : Encoding.UTF8.GetBytes(each["text"]!.GetValue<string>());
        var (documents, problems) = KubectlObjects.Read(new SourceText("case.yaml", bytes));
        if (each["refused"]!.GetValue<bool>() || Misread.ContainsKey(name))
        {
            return;
        }

        var refusals = problems.Where(problem => problem.Code is not (ProblemCode.DuplicateKey or ProblemCode.NonStringKey)).ToList();
        if (Refused.ContainsKey(name))
        {
            Assert.NotEmpty(refusals);
            return;
        }

        Assert.Empty(refusals);
        if (problems.Count == 0)
        {
            Assert.Null(KubectlObjects.Difference([.. each["docs"]!.AsArray()], documents));
        }
    }
}
