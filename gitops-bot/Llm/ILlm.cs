using System.Text.Json.Nodes;

namespace SelfHealGitOps.Bot.Llm;

/// <summary>A language model, asked one question at a time. It remembers nothing and can do nothing but answer.</summary>
internal interface ILlm
{
    /// <summary>The model as people know it; for evidence and audit.</summary>
    string Name { get; }

    Task<LlmAnswer> AskAsync(LlmQuestion question, CancellationToken cancellationToken);
}

/// <summary>All that a model is told.</summary>
/// <param name="Messages">In their order: the system's first, then the user's and the model's own by turns.</param>
/// <param name="Schema">JSON Schema of the answer that is wished for. A model may not keep to it.</param>
internal sealed record LlmQuestion(IReadOnlyList<LlmMessage> Messages, string SchemaName, JsonObject Schema);

internal sealed record LlmMessage(LlmRole Role, string Text);

internal enum LlmRole
{
    System,
    User,
    Assistant,
}

/// <summary>What came of a question.</summary>
internal abstract record LlmAnswer
{
    private LlmAnswer()
    {
    }

    /// <param name="Content">As the model wrote it: anything.</param>
    public sealed record Text(string Content) : LlmAnswer;

    /// <param name="Message">On one line, of our own words: nothing that the server said is in it, and no key.</param>
    public sealed record Failed(LlmProblem Problem, string Message) : LlmAnswer
    {
        /// <summary>How often it was tried in vain.</summary>
        public int Tries { get; init; } = 1;

        /// <summary>True where the question has no part in it: any other would have had the same answer.</summary>
        public bool IsOfEndpoint => Problem is LlmProblem.Unreachable or LlmProblem.Slow or LlmProblem.Busy or LlmProblem.Failing or LlmProblem.Unauthorised or LlmProblem.Untrusted;
    }
}

/// <summary>Why there is no answer. The first four pass by themselves and were tried again; the others need a person or another question.</summary>
internal enum LlmProblem
{
    /// <summary>No connection, or one that broke.</summary>
    Unreachable,

    /// <summary>Not a whole answer within the time for one.</summary>
    Slow,

    /// <summary>429: too many questions.</summary>
    Busy,

    /// <summary>5xx.</summary>
    Failing,

    /// <summary>There is no key, or the server does not take it.</summary>
    Unauthorised,

    /// <summary>The server does not take the question: another 4xx, or a redirect, which is never followed.</summary>
    Rejected,

    /// <summary>The server's certificate is not one that is trusted.</summary>
    Untrusted,

    TooLarge,

    /// <summary>The model stopped before its end.</summary>
    Truncated,

    /// <summary>No answer of this protocol, or none that could be told from another.</summary>
    Malformed,

    /// <summary>The model says that it will not.</summary>
    Declined,
}
