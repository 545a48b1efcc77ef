using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace SelfHealGitOps.Bot.Configuration;

/// <summary>
/// The configuration's language as a JSON Schema (draft 2020-12). What a schema cannot say, such as that a forge that is
/// named is there, only the reader checks.
/// </summary>
internal static class ConfigurationSchema
{
    /// <summary>The schema as it is published: the same bytes everywhere.</summary>
    public static string Text()
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            Root().WriteTo(writer);
        }

        return Encoding.UTF8.GetString(stream.ToArray()) + "\n";
    }

    public static JsonObject Root()
    {
        var root = SchemaShapes.Map(
            "What selfheal heal and selfheal run go by. Version 1.",
            ("version", new JsonObject { ["description"] = "The version of this language.", ["enum"] = new JsonArray(1, null), ["default"] = 1 }),
            ("author", SchemaShapes.Map(
                "Under whose name the bot commits.",
                ("name", SchemaShapes.Text("A name.", standard: BotConfiguration.StandardAuthor.Name)),
                ("email", SchemaShapes.Text("An e-mail address.", standard: BotConfiguration.StandardAuthor.Email)))),
            ("signOff", SchemaShapes.Switch("Add Signed-off-by to commits.", true)),
            ("state", SchemaShapes.Text("The folder for what must last: clones, the store, local forges.", standard: BotConfiguration.StandardState)),
            ("interval", SchemaShapes.Duration("Between two passes of the daemon; from 10s to 1d.", TimeSpan.FromMinutes(5))),
            ("repositories", RepositorySection.Schema()),
            ("forges", ForgeSection.Schema()),
            ("clusters", ClusterSection.Schema()),
            ("owners", OwnerSection.Schema()),
            ("limits", BudgetSection.LimitsSchema()),
            ("cooldown", BudgetSection.CooldownSchema()),
            ("freeze", FreezeSection.Schema()),
            ("automerge", BudgetSection.AutomergeSchema()),
            ("mergeAfter", SchemaShapes.Duration("How old a commit has to be before the bot merges it: checks that have not begun cannot be told from checks that there are not; up to 1d.", TimeSpan.FromMinutes(5))),
            ("namespaces", NamespaceSection.Schema()),
            ("registries", RegistrySection.Schema()),
            ("dockerConfig", RegistrySection.DockerConfigSchema()),
            ("platforms", RegistrySection.PlatformsSchema()),
            ("model", ModelSection.Schema()),
            ("knownExploited", SchemaShapes.Text("A file with the ids of rules that bear on known exploited vulnerabilities, one a line.")),
            ("issues", SchemaShapes.Word("From which severity on a finding that nothing can fix becomes an issue.", ConfigurationFile.IssueWords.Select(word => word.Word), "error")),
            ("store", SchemaShapes.Map(
                "Where the bot remembers what it did. Left out: SQLite in the state folder.",
                ("postgres", SchemaShapes.Secret("The connection string of PostgreSQL, for several replicas.")))),
            ("actions", SchemaShapes.Map(
                "What cannot be done in Git.",
                ("run", SchemaShapes.Switch("Run approved actions in the cluster; else they are only described.", false)))),
            ("http", SchemaShapes.Map(
                "Webhooks of forges. Left out: forges are polled.",
                ("listen", SchemaShapes.Text("The address and port to listen at, as 127.0.0.1:8090.", ConfigurationFile.ListenPattern)))));
        root["$defs"] = new JsonObject { ["secret"] = Secret(), ["git"] = GitSection.Schema() };
        root.Insert(0, "title", ConfigurationFile.FileName);
        root.Insert(0, "$schema", "https://json-schema.org/draft/2020-12/schema");
        return root;
    }

    private static JsonObject Secret()
    {
        var secret = SchemaShapes.Map(
            "Where a secret is: env or file. It is never written here.",
            ("env", SchemaShapes.Text("The name of an environment variable.", ConfigurationFields.VariablePattern)),
            ("file", SchemaShapes.Text("A file that holds it, and nothing else. It is read for each use.")));
        secret["minProperties"] = 1;
        return secret;
    }
}
