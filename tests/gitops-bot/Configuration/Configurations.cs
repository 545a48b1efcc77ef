using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using SelfHealGitOps.Bot.Configuration;
using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;
using Xunit;

namespace SelfHealGitOps.Bot.Tests.Configuration;

/// <summary>Configurations as tests write them, from the folder <see cref="Folder"/>.</summary>
internal static class Configurations
{
    public const string Folder = "/etc/selfheal";

    public static string Example { get; } = File.ReadAllText(Path.Combine(Checkout.Root, "examples", "selfheal.yaml"));

    public static ConfigurationReading Read(string yaml) => Read(Encoding.UTF8.GetBytes(yaml));

    public static ConfigurationReading Read(byte[] bytes) => ConfigurationFile.Read(new SourceText("selfheal.yaml", bytes), Folder);

    public static BotConfiguration Accept(string yaml) => Read(yaml) switch
    {
        ConfigurationReading.Accepted(var configuration) => configuration,
        ConfigurationReading.Refused(var problems) => throw new Xunit.Sdk.XunitException(string.Join('\n', problems)),
        _ => throw new InvalidOperationException(),
    };

    public static IReadOnlyList<PolicyProblem> Refuse(string yaml) => Assert.IsType<ConfigurationReading.Refused>(Read(yaml)).Problems;

    /// <summary>The text as the reader sees it.</summary>
    public static JsonNode? Json(string yaml) => Json(new PolicyProblems().Read(new SourceText("selfheal.yaml", Encoding.UTF8.GetBytes(yaml)))!.Value);

    private static JsonNode? Json(Field field)
    {
        switch (field.Kind)
        {
            case NodeKind.Map:
                var map = new JsonObject();
                foreach (var entry in field.Entries)
                {
                    map[entry.Key] = Json(entry.Value);
                }

                return map;
            case NodeKind.List:
                var list = new JsonArray();
                foreach (var element in field.Elements)
                {
                    list.Add(Json(element));
                }

                return list;
            case NodeKind.Boolean:
                return field.IsTrue;
            case NodeKind.Number:
                return field.Integer is { } integer ? integer : double.Parse(field.Text!, CultureInfo.InvariantCulture);
            case NodeKind.String:
                return field.Text;
            default:
                return null;
        }
    }
}
