using System.Text.Json.Nodes;
using SelfHealGitOps.Manifests;

namespace SelfHealGitOps.Bot.Configuration;

/// <summary>What <c>git</c> says, of a repository or a forge.</summary>
internal static class GitSection
{
    public static readonly string[] Keys = ["token", "user", "ssh"];

    public static readonly string[] SshKeys = ["key", "knownHosts"];

    private const string Wanted = "must have token or ssh";

    private const string UserPattern = "^[^@:/ ]{1,100}$";

    public static JsonObject Schema() => SchemaShapes.Map(
        "By what git's server knows the bot.",
        ("token", SchemaShapes.Secret("For https.")),
        ("user", SchemaShapes.Text("What the server wants as the user beside the token.", UserPattern, GitAccess.Token.StandardUser)),
        ("ssh", SchemaShapes.Map(
            "For ssh. Both are needed.",
            ("key", SchemaShapes.Text("The file of a private key without a passphrase.")),
            ("knownHosts", SchemaShapes.Text("The file with the keys of servers that are trusted. No other is spoken to.")))));

    public static GitAccess? Read(Field field, ConfigurationFields fields)
    {
        if (!fields.IsGuardedMap(field, Wanted, Keys))
        {
            return null;
        }

        var (token, ssh) = (field["token"], field["ssh"]);
        var source = fields.SecretOf(token);
        var user = fields.Text(field["user"], UserPattern, "must be a user's name without '@', ':' and '/'");
        var access = ReadSsh(ssh, fields);
        if (token.Exists == ssh.Exists)
        {
            fields.Report(field, $"{(token.Exists ? "has both token and ssh" : "has neither token nor ssh")}; must have one of them");
            return null;
        }

        if (user is not null && !token.Exists)
        {
            fields.Report(field["user"], "goes with a token alone; ssh takes the user from the URL");
        }

        return source is null ? access : new GitAccess.Token(source, user ?? GitAccess.Token.StandardUser);
    }

    private static GitAccess.Ssh? ReadSsh(Field field, ConfigurationFields fields)
    {
        if (!fields.IsGuardedMap(field, "must have key and knownHosts, which are paths of files", SshKeys))
        {
            return null;
        }

        var (key, hosts) = (Guarded(field["key"], fields), fields.PathOf(field["knownHosts"]));
        foreach (var name in SshKeys.Where(name => !field[name].Exists))
        {
            fields.Report(field, $"has no {name}; must have key and knownHosts, which are paths of files");
        }

        return key is not null && hosts is not null ? new(key, hosts) : null;
    }

    /// <summary>A path; whoever writes the key itself there is not quoted.</summary>
    private static string? Guarded(Field field, ConfigurationFields fields)
    {
        if (field.Exists && (!field.IsString || field.Text!.Any(char.IsControl) || field.Text!.Contains("-----", StringComparison.Ordinal)))
        {
            fields.Report(field, "is no path; must be that of a private key, and is not shown in case it is the key");
            return null;
        }

        return fields.PathOf(field);
    }
}
