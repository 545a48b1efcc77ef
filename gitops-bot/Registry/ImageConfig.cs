using System.Globalization;

namespace SelfHealGitOps.Bot.Registry;

/// <summary>What an image says of how it runs, on one platform. Its environment is not read: it may hold secrets.</summary>
/// <param name="Digest">Of the configuration, which was read and had it.</param>
/// <param name="Ports">As written: <c>8080/tcp</c>.</param>
internal sealed record ImageConfig(
    ImagePlatform Platform,
    string Digest,
    ImageUser User,
    IReadOnlyList<string> Entrypoint,
    IReadOnlyList<string> Command,
    IReadOnlyList<string> Ports,
    string WorkingFolder);

/// <summary>The <c>USER</c> of an image: <c>1000</c>, <c>1000:1000</c>, <c>nobody</c>; empty for root.</summary>
internal sealed record ImageUser(string Text)
{
    /// <summary>As a number; null for a name, which only a look into the image's files could tell the number of. 0 where nothing is said.</summary>
    public long? Uid
    {
        get
        {
            var user = Text.Split(':')[0];
            return user.Length == 0 ? 0
                : int.TryParse(user, NumberStyles.None, CultureInfo.InvariantCulture, out var uid) ? uid
                : null;
        }
    }
}
