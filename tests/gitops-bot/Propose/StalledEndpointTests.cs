using SelfHealGitOps.Bot.Configuration;
using SelfHealGitOps.Bot.Llm;
using SelfHealGitOps.Bot.Propose;
using SelfHealGitOps.Bot.Registry;
using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;
using Xunit;

namespace SelfHealGitOps.Bot.Tests.Propose;

/// <summary>Models and registries that keep a pass waiting.</summary>
public sealed class StalledEndpointTests
{
    private const string Edits = """{"edits":[{"finding":"F1","path":"spec.containers[name=web].resources.limits.memory","op":"set","value":"128Mi","why":"as asked"}]}""";

    private readonly Answers memory = new(TimeProvider.System);

    [Theory]
    [InlineData(3, 1)]
    [InlineData(1, 3)]
    public async Task A_model_that_gives_no_answers_is_left_alone_for_the_pass(int tries, int asked)
    {
        var llm = new StubLlm(new LlmAnswer.Failed(LlmProblem.Slow, "llm.example.com gave no whole answer") { Tries = tries });
        var sources = Sources(llm);
        for (var i = 0; i < 6; i++)
        {
            await sources.ProposeAsync(Web($"web-{i}"), new(), default);
        }

        Assert.Equal(asked, llm.Asked);
        Assert.Equal(["model stub: llm.example.com gave no whole answer; nothing more is asked of it in this pass"], sources.Problems);
    }

    [Fact]
    public async Task An_answer_in_between_is_a_sign_of_life()
    {
        var slow = new LlmAnswer.Failed(LlmProblem.Slow, "slow");
        var llm = new StubLlm(slow, slow, new LlmAnswer.Text(Edits), slow, slow, new LlmAnswer.Text(Edits));
        var sources = Sources(llm);
        for (var i = 0; i < 6; i++)
        {
            await sources.ProposeAsync(Web($"web-{i}"), new(), default);
        }

        Assert.Equal(6, llm.Asked);
        Assert.Empty(sources.Problems);
    }

    [Theory]
    [InlineData(nameof(LlmProblem.Busy), 2)]
    [InlineData(nameof(LlmProblem.Slow), 2)]
    [InlineData(nameof(LlmProblem.Unauthorised), 2)]
    [InlineData(nameof(LlmProblem.Declined), 1)]
    public async Task Only_what_was_heard_is_remembered(string problem, int asked)
    {
        var llm = new StubLlm(new LlmAnswer.Failed(Enum.Parse<LlmProblem>(problem), "no"), new LlmAnswer.Text(Edits));
        var amendments = new Amendments();
        for (var pass = 0; pass < 2; pass++)
        {
            await Sources(llm).ProposeAsync(Web("web"), amendments, default);
        }

        Assert.Equal(asked, llm.Asked);
        Assert.Equal(asked - 1, amendments.Count);
    }

    [Fact]
    public async Task What_was_not_asked_any_more_is_asked_in_the_next_pass()
    {
        var llm = new StubLlm(new LlmAnswer.Failed(LlmProblem.Slow, "slow") { Tries = 3 }, new LlmAnswer.Text(Edits), new LlmAnswer.Text(Edits));
        var first = Sources(llm);
        await first.ProposeAsync(Web("web-1"), new(), default);
        await first.ProposeAsync(Web("web-2"), new(), default);
        var second = Sources(llm);
        await second.ProposeAsync(Web("web-1"), new(), default);
        await second.ProposeAsync(Web("web-2"), new(), default);

        Assert.Equal(3, llm.Asked);
    }

    [Fact]
    public async Task An_object_beyond_all_bounds_is_not_even_read_for_the_question()
    {
        var llm = new StubLlm(new LlmAnswer.Text(Edits));
        var env = string.Concat(Enumerable.Range(0, 5000).Select(i => $"        - {{name: X_TOKEN_{i}, value: some-value-of-its-own-{i}}}\n"));
        var sources = Sources(llm);
        await sources.ProposeAsync(Web("web", $"      env:\n{env}"), new(), default);

        Assert.Equal(0, llm.Asked);
        Assert.Contains("too large", Assert.Single(sources.Attempts).Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_registry_that_gives_no_answers_is_left_alone_and_the_others_are_not()
    {
        var images = new StubImages();
        var proposer = new RegistryProposer(images);
        var problems = new List<string>();
        for (var i = 0; i < 4; i++)
        {
            problems.AddRange((await proposer.ProposeAsync(Images($"slow.example.com/web-{i}"), new(), default)).Values);
            problems.AddRange((await proposer.ProposeAsync(Images($"other.example.com/web-{i}"), new(), default)).Values);
        }

        Assert.Equal(["slow.example.com/web-0", "slow.example.com/web-1", "other.example.com/web-0", "other.example.com/web-1", "other.example.com/web-2", "other.example.com/web-3"], images.Asked.OrderByDescending(each => each[0]).ToArray());
        Assert.Single(problems, problem => problem.EndsWith("nothing more is asked of slow.example.com in this pass", StringComparison.Ordinal));
    }

    private EvidenceSources Sources(ILlm llm) => new(
        null, null, new ModelProposer(ModelMode.Vllm, llm, Asked.Of("unset-memory-requirements"), PolicySettings.Default, TimeProvider.System), memory, "digest");

    private static FileFindings Web(string name, string more = "") => Asked.File(
        $"apiVersion: v1\nkind: Pod\nmetadata: {{name: {name}}}\nspec:\n  containers:\n    - name: web\n      image: registry.example.com/web:1\n      resources: {{requests: {{memory: 64Mi}}}}\n{more}",
        Asked.Of("unset-memory-requirements"));

    private static FileFindings Images(string image) => Asked.File(
        $"apiVersion: v1\nkind: Pod\nmetadata: {{name: web}}\nspec:\n  containers:\n    - name: web\n      image: {image}\n", Asked.Of("latest-tag"));

    /// <summary>Gives the answers in their order, and the last one ever after.</summary>
    private sealed class StubLlm(params LlmAnswer[] answers) : ILlm
    {
        public int Asked { get; private set; }

        public string Name => "stub";

        public Task<LlmAnswer> AskAsync(LlmQuestion question, CancellationToken cancellationToken) => Task.FromResult(answers[Math.Min(Asked++, answers.Length - 1)]);
    }

    private sealed class StubImages : IImages
    {
        public List<string> Asked { get; } = [];

        public Task<ImageAnswer> AskAsync(ImageReference image, CancellationToken cancellationToken)
        {
            Asked.Add(image.ToString());
            return Task.FromResult<ImageAnswer>(image.Registry == "slow.example.com"
                ? new ImageAnswer.Absent(AbsenceCode.Slow, $"{image}: slow") { Tries = 2 }
                : new ImageAnswer.Absent(AbsenceCode.UnknownImage, $"{image}: not there"));
        }
    }
}
