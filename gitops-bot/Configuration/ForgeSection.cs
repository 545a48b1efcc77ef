using System.Text.Json.Nodes;
using SelfHealGitOps.Manifests;

namespace SelfHealGitOps.Bot.Configuration;

/// <summary>What <c>forges</c> says.</summary>
internal static class ForgeSection
{
    public static readonly string[] Keys = ["kind", "url", "apiUrl", "repository", "folder", "credentials", "webhookSecret", "git"];

    public static readonly string[] CredentialKeys = ["token", "app"];

    public static readonly string[] AppKeys = ["id", "installation", "key"];

    public static readonly (string Word, ForgeKind Value)[] Kinds =
        [("local", ForgeKind.Local), ("github", ForgeKind.GitHub), ("gitea", ForgeKind.Gitea)];

    private static readonly string[] OfServers = ["url", "apiUrl", "repository", "credentials", "webhookSecret"];

    private const string RepositoryPattern = "^[A-Za-z0-9._-]{1,100}/[A-Za-z0-9._-]{1,100}$";

    public static JsonObject Schema()
    {
        var forge = SchemaShapes.Map(
            "One forge.",
            ("kind", SchemaShapes.Filled(SchemaShapes.Word("local is a folder with Markdown files; gitea is Forgejo, too.", Kinds.Select(kind => kind.Word)))),
            ("url", SchemaShapes.Url("As people open it. Needed for gitea without apiUrl; for github, that of an Enterprise server.")),
            ("apiUrl", SchemaShapes.Url("The root of its API, where that does not follow from url.")),
            ("repository", SchemaShapes.Text("owner/name of the one repository in this forge, where its URL does not say so.", RepositoryPattern)),
            ("folder", SchemaShapes.Text("Of a local forge: where its files are. Left out: in the state folder.")),
            ("credentials", SchemaShapes.Map(
                "By what the forge knows the bot: token or app. Needed for github and gitea.",
                ("token", SchemaShapes.Secret("An access token.")),
                ("app", SchemaShapes.Map(
                    "A GitHub App. All three are needed.",
                    ("id", SchemaShapes.Integer("Of the App.", 1, long.MaxValue)),
                    ("installation", SchemaShapes.Integer("Of its installation.", 1, long.MaxValue)),
                    ("key", SchemaShapes.Secret("Its private key, PEM.")))))),
            ("webhookSecret", SchemaShapes.Secret("What its webhooks are signed with. Left out: none are taken from it.")),
            ("git", SchemaShapes.Git("By what git's server knows the bot. Left out: over https, by credentials.")));
        forge["type"] = "object";
        forge["required"] = new JsonArray("kind");
        return SchemaShapes.Named(
            "Where pull requests and issues go, by names of your own. Without any there is one, local.", ConfigurationFields.NamePattern, forge);
    }

    /// <summary>Every forge that is written, be it right or wrong, so that whoever names it is not told that it is not there.</summary>
    public static Dictionary<string, ForgeSettings> Read(Field field, ConfigurationFields fields)
    {
        var forges = new Dictionary<string, ForgeSettings>(StringComparer.Ordinal);
        fields.IsMap(field);
        foreach (var entry in field.Entries)
        {
            if (!ConfigurationFields.Fits(entry.Key, ConfigurationFields.NamePattern))
            {
                fields.Report(entry.Value, $"{Excerpt.Of(entry.Key)} is no name; must be lower-case letters, digits and dashes");
            }

            var forge = forges[entry.Key] = ReadOne(entry.Value, fields);
            if (entry.Key == BotConfiguration.LocalForge && forge.Kind != ForgeKind.Local)
            {
                fields.Report(entry.Value, $"is called {BotConfiguration.LocalForge}, as the forge that is there without being configured; must have another name, or kind: local");
            }
        }

        return forges;
    }

    private static ForgeSettings ReadOne(Field field, ConfigurationFields fields)
    {
        fields.IsMap(field, Keys);
        var kind = fields.Word(field["kind"], "kind of forge", Kinds);
        var forge = new ForgeSettings(kind ?? ForgeKind.Local)
        {
            Url = fields.UrlOf(field["url"]),
            ApiUrl = fields.UrlOf(field["apiUrl"]),
            Repository = fields.Text(field["repository"], RepositoryPattern, "must be owner/name"),
            Folder = fields.PathOf(field["folder"]),
            Credentials = ReadCredentials(field["credentials"], kind, fields),
            WebhookSecret = fields.SecretOf(field["webhookSecret"]),
            Git = GitSection.Read(field["git"], fields),
        };
        if (kind is null)
        {
            if (!field["kind"].Exists)
            {
                fields.Report(field, $"has no kind; must be {string.Join(", ", Kinds.Select(each => each.Word))}");
            }

            return forge;
        }

        CheckMeaning(field, kind.Value, fields);
        return forge;
    }

    private static void CheckMeaning(Field field, ForgeKind kind, ConfigurationFields fields)
    {
        var word = Kinds.First(each => each.Value == kind).Word;
        foreach (var key in kind == ForgeKind.Local ? OfServers : ["folder"])
        {
            if (field[key].Exists)
            {
                fields.Report(field[key], $"means nothing for a forge of kind {word}; take it away");
            }
        }

        if (kind != ForgeKind.Local && !field["credentials"].Exists)
        {
            fields.Report(field, $"a forge of kind {word} wants credentials: {{token: {{env: NAME}}}}{(kind == ForgeKind.GitHub ? ", or those of an app" : "")}");
        }

        if (kind == ForgeKind.Gitea && !field["url"].Exists && !field["apiUrl"].Exists)
        {
            fields.Report(field, "a forge of kind gitea wants a url");
        }
    }

    private static ForgeCredentials? ReadCredentials(Field field, ForgeKind? kind, ConfigurationFields fields)
    {
        if (!fields.IsGuardedMap(field, "must have token or app", CredentialKeys))
        {
            return null;
        }

        var (token, app) = (field["token"], field["app"]);
        var source = fields.SecretOf(token);
        var ofApp = ReadApp(app, fields);
        if (token.Exists == app.Exists)
        {
            fields.Report(field, $"{(token.Exists ? "has both token and app" : "has neither token nor app")}; must have one of them");
        }
        else if (app.Exists && kind is ForgeKind.Gitea)
        {
            fields.Report(app, "is for GitHub alone; must be a token");
        }

        return source is null ? ofApp : new ForgeCredentials.Token(source);
    }

    private static ForgeCredentials.App? ReadApp(Field field, ConfigurationFields fields)
    {
        const string Wanted = "must have id, installation and key";
        if (!fields.IsGuardedMap(field, Wanted, AppKeys))
        {
            return null;
        }

        foreach (var key in AppKeys.Where(key => !field[key].Exists))
        {
            fields.Report(field, $"has no {key}; {Wanted}");
        }

        var (id, installation) = (Number(field["id"], fields), Number(field["installation"], fields));
        return fields.SecretOf(field["key"]) is { } secret && id is { } app && installation is { } place ? new(app, place, secret) : null;
    }

    /// <summary>Unquoted in messages: beside a key, anything may be one.</summary>
    private static long? Number(Field field, ConfigurationFields fields)
    {
        if (field.Exists && field.Integer is not >= 1)
        {
            fields.Report(field, "is no id; must be a whole number above 0, without quotes");
        }

        return field.Integer is >= 1 ? field.Integer : null;
    }
}
