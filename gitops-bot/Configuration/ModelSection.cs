using System.Text.Json.Nodes;
using SelfHealGitOps.Manifests;

namespace SelfHealGitOps.Bot.Configuration;

/// <summary>What <c>model</c> says.</summary>
internal static class ModelSection
{
    public static readonly string[] Keys = ["mode", "endpoint", "model", "key", "timeout", "maxTokens"];

    public static readonly (string Word, ModelMode Value)[] Modes =
        [("rules", ModelMode.Rules), ("vendor", ModelMode.Vendor), ("vllm", ModelMode.Vllm)];

    private const int MostTokens = 100_000;

    private static readonly ModelSettings Standard = new();

    public static JsonObject Schema() => SchemaShapes.Map(
        "Which language model is asked where rules and evidence know no fix.",
        ("mode", SchemaShapes.Word("rules asks none; vendor a hosted one; vllm your own server.", Modes.Select(mode => mode.Word), "rules")),
        ("endpoint", SchemaShapes.Url("The root of its API. Needed for vllm; left out for vendor: the vendor's.")),
        ("model", SchemaShapes.Text("Its name. Needed unless the mode is rules.")),
        ("key", SchemaShapes.Secret("Its API key. Needed for vendor.")),
        ("timeout", SchemaShapes.Duration("For one try; from 1s to 10m.", Standard.Timeout)),
        ("maxTokens", SchemaShapes.Integer("Of one answer.", 1, MostTokens, Standard.MaxTokens)));

    public static ModelSettings Read(Field field, ConfigurationFields fields)
    {
        fields.IsMap(field, Keys);
        var model = new ModelSettings
        {
            Mode = fields.Word(field["mode"], "mode", Modes) ?? ModelMode.Rules,
            Endpoint = fields.UrlOf(field["endpoint"]),
            Model = fields.Text(field["model"]),
            Key = fields.SecretOf(field["key"]),
            Timeout = fields.Duration(field["timeout"], TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10)) ?? Standard.Timeout,
            MaxTokens = (int?)fields.Integer(field["maxTokens"], 1, MostTokens) ?? Standard.MaxTokens,
        };
        string[] needed = model.Mode switch
        {
            ModelMode.Vendor => ["model", "key"],
            ModelMode.Vllm => ["endpoint", "model"],
            _ => [],
        };
        foreach (var key in needed.Where(key => !field[key].Exists))
        {
            fields.Report(field["mode"], $"the mode {field["mode"].Text} wants {key}, which is not there");
        }

        return model;
    }
}
