using System.Net.Http.Headers;
using SelfHealGitOps.Bot.Registry;

namespace SelfHealGitOps.Bot.Llm;

/// <summary>Reads an answer whole before anybody else does, and no more of it than may be.</summary>
internal sealed class BoundedHandler(HttpMessageHandler inner, int mostBytes) : DelegatingHandler(inner)
{
    /// <exception cref="AnswerTooLargeException">There is more of it.</exception>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var answer = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        try
        {
            if (answer.Content.Headers.ContentLength > mostBytes)
            {
                throw new AnswerTooLargeException();
            }

            var stream = await answer.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            await using (stream.ConfigureAwait(false))
            {
                var bytes = await Bounded.ReadAsync(stream, mostBytes, cancellationToken).ConfigureAwait(false) ?? throw new AnswerTooLargeException();
                var type = answer.Content.Headers.ContentType?.MediaType;
                answer.Content = new ReadOnlyMemoryContent(bytes);
                answer.Content.Headers.ContentType = MediaTypeHeaderValue.TryParse(type, out var parsed) ? parsed : null;
                return answer;
            }
        }
        catch
        {
            answer.Dispose();
            throw;
        }
    }
}

internal sealed class AnswerTooLargeException : IOException
{
    public AnswerTooLargeException()
        : base("the answer is larger than it may be")
    {
    }
}
