using System.Net;

namespace SelfHealGitOps.Bot.Forge.Rest;

/// <summary>An answer that is no failure of the outside world.</summary>
/// <param name="Answer">Null where there is no body.</param>
/// <param name="Message">What the forge says of a refusal; empty where it says nothing.</param>
/// <param name="Next">The next page; null after the last.</param>
internal sealed record ForgeReply(HttpStatusCode Status, ForgeAnswer? Answer, string Message, Uri? Next)
{
    public bool IsSuccess => (int)Status is >= 200 and < 300;

    public bool IsNotFound => Status == HttpStatusCode.NotFound;
}
