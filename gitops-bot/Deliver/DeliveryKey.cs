using System.Security.Cryptography;
using System.Text;
using SelfHealGitOps.Bot.Forge;
using SelfHealGitOps.Bot.Git;
using SelfHealGitOps.Bot.Propose;
using SelfHealGitOps.Bot.Schedule;

namespace SelfHealGitOps.Bot.Deliver;

/// <summary>
/// What a pull request is found again by: where it writes, who answers for that, and how much it takes to let it pass. All
/// findings of one key share one branch and one pull request; two keys never do.
/// </summary>
/// <param name="Owners">Of the file, by CODEOWNERS, in its order; empty where nobody is named.</param>
internal sealed record DeliveryKey(WriteTarget Target, string Owners, Tier Tier)
{
    /// <summary>Of how the value is made. Another way of making it gets another number, and looks for the old ones first.</summary>
    public const int Version = 1;

    private const int SlugLength = 40;

    public string Value => Hash("change", Target.Repository, Target.Base, Target.File, Owners, Tiers.Word(Tier));

    public Fingerprint Fingerprint => new(Version, Value);

    public BranchName Branch => BranchName.Parse($"selfheal/{Slug(Target.File)}-{Tiers.Word(Tier)}-{Value[..8]}");

    /// <summary>Of the issue that says what cannot be mended in a file.</summary>
    public static Fingerprint OfRefusals(WriteTarget target) => new(Version, Hash("refusals", target.Repository, target.Base, target.File));

    public static Fingerprint OfDashboard(string repository, string @base) => new(Version, Hash("dashboard", repository, @base));

    public static Fingerprint OfAction(string repository, string id, string target) => new(Version, Hash("action", repository, id, target));

    private static string Hash(params string[] parts) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', parts.Select(part => $"{part.Length}:{part}")))))[..16];

    private static string Slug(string file)
    {
        var slug = new StringBuilder();
        foreach (var c in file.ToLowerInvariant())
        {
            if (char.IsAsciiLetterOrDigit(c))
            {
                slug.Append(c);
            }
            else if (slug.Length > 0 && slug[^1] != '-')
            {
                slug.Append('-');
            }
        }

        var text = slug.ToString().Trim('-');
        return text.Length == 0 ? "file" : text[..Math.Min(text.Length, SlugLength)].Trim('-');
    }
}
