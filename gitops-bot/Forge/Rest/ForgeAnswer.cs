using System.Globalization;
using System.Text.Json;

namespace SelfHealGitOps.Bot.Forge.Rest;

/// <summary>A part of an answer in JSON. What is not of the type that the forge promises is an error that says where.</summary>
internal readonly record struct ForgeAnswer(string Forge, string Call, string Place, JsonElement Json)
{
    public bool IsNull => Json.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined;

    /// <summary>A field that has to be there.</summary>
    public ForgeAnswer this[string field] => Find(field) is { IsNull: false } found ? found : throw Wrong($"{Path(field)} is missing");

    /// <summary>A field that may be absent or null.</summary>
    public ForgeAnswer? Find(string field) => Json.ValueKind != JsonValueKind.Object ? throw Wrong($"{Place} is {Kind}, and no object")
        : Json.TryGetProperty(field, out var found) && found.ValueKind != JsonValueKind.Null ? this with { Place = Path(field), Json = found }
        : null;

    public string Text => Json.ValueKind == JsonValueKind.String ? Json.GetString()! : throw Wrong($"{Place} is {Kind}, and no text");

    public bool IsTrue => Json.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw Wrong($"{Place} is {Kind}, and neither true nor false"),
    };

    public int Number => Json.ValueKind == JsonValueKind.Number && Json.TryGetInt32(out var number) && number > 0
        ? number
        : throw Wrong($"{Place} is {Kind}, and no number that a pull request or issue can have");

    /// <summary>An id, which may be larger than a number and is for comparing alone.</summary>
    public string Id => Json.ValueKind == JsonValueKind.Number && Json.TryGetInt64(out var id)
        ? id.ToString(CultureInfo.InvariantCulture)
        : throw Wrong($"{Place} is {Kind}, and no id");

    /// <summary>The whole hash of a commit.</summary>
    public string Sha => Text is { Length: 40 or 64 } sha && sha.All(char.IsAsciiHexDigitLower) ? sha : throw Wrong($"{Place} is no hash of a commit");

    public IEnumerable<ForgeAnswer> Items
    {
        get
        {
            if (Json.ValueKind != JsonValueKind.Array)
            {
                throw Wrong($"{Place} is {Kind}, and no list");
            }

            var self = this;
            return Json.EnumerateArray().Select((item, i) => self with { Place = $"{self.Place}[{i.ToString(CultureInfo.InvariantCulture)}]", Json = item });
        }
    }

    public string? TextOrNull(string field) => Find(field)?.Text;

    public ForgeException Wrong(string problem) =>
        new(Forge, Call, $"the answer makes no sense: {problem}", "see whether the address is that of the forge's API and no proxy stands in between", isTransient: false, fault: ForgeFault.Nonsense);

    private string Kind => Json.ValueKind.ToString().ToLowerInvariant();

    private string Path(string field) => $"{Place}.{field}";
}
