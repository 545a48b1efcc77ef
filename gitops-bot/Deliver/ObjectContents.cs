using System.Security.Cryptography;
using System.Text;
using SelfHealGitOps.Bot.Verify;
using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Bot.Deliver;

/// <summary>How each object of a file is, as a short hash that layout, comments and the order of keys have no part in.</summary>
internal sealed class ObjectContents
{
    /// <summary>Of a hash, in hexadecimal digits.</summary>
    public const int Length = 8;

    private readonly IReadOnlyDictionary<(int Document, int? Item), string> hashes;

    private ObjectContents(IReadOnlyDictionary<(int, int?), string> hashes) => this.hashes = hashes;

    public static ObjectContents Of(FileReading reading) => new(reading.Documents
        .Where(document => document.Kind == DocumentKind.Manifest)
        .SelectMany(document => document.Document.Manifests().Select(manifest => (Place: (document.Document.Index, manifest.Item), manifest.Root)))
        .ToDictionary(each => each.Place, each => Hash(CanonicalJson.Of(JsonTree.ToJson(each.Root)))));

    public static ObjectContents Of(SourceText source) => Of(FileReading.Read(new ManifestReader(), source, isNamed: false));

    public string Of(int document, int? item) => hashes.GetValueOrDefault((document, item)) ?? Hash("");

    /// <summary>From what to what the objects are brought that are not the same in another text of the file.</summary>
    public IEnumerable<(string From, string To)> Moves(ObjectContents to) =>
        hashes.Where(pair => to.hashes.TryGetValue(pair.Key, out var then) && then != pair.Value).Select(pair => (pair.Value, to.hashes[pair.Key]));

    public static bool IsOne(string text) => text.Length == Length && text.All(char.IsAsciiHexDigitLower);

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..Length];
}
