using System.Text.Json.Nodes;
using SelfHealGitOps.Manifests;

namespace SelfHealGitOps.Bot.Configuration;

/// <summary>What <c>owners</c> says.</summary>
internal static class OwnerSection
{
    private const string OwnerPattern = @"^(@[A-Za-z0-9][A-Za-z0-9_.-]{0,99}(/[A-Za-z0-9_.-]{1,100})?|[^@\s<>]{1,100}@[^@\s<>]{1,200})$";

    public static JsonObject Schema() => SchemaShapes.Named(
        "Who answers for files where a repository has no CODEOWNERS: owners by glob, the last that matches.",
        null,
        SchemaShapes.List("Of the files that the glob matches; an empty list for nobody.", SchemaShapes.Filled(SchemaShapes.Text("@user, @organisation/team or an e-mail address.", OwnerPattern))));

    public static List<OwnerRule> Read(Field field, ConfigurationFields fields)
    {
        var rules = new List<OwnerRule>();
        fields.IsMap(field);
        foreach (var entry in field.Entries)
        {
            var owners = new List<string>();
            foreach (var (text, place) in fields.TextsOf(entry.Value))
            {
                if (ConfigurationFields.Fits(text, OwnerPattern))
                {
                    owners.Add(text);
                }
                else
                {
                    fields.Report(place, $"{Excerpt.Of(text)} is no owner; must be @user, @organisation/team or an e-mail address");
                }
            }

            if (fields.GlobOf(entry.Key, entry.Value) is { } glob)
            {
                rules.Add(new(glob, owners));
            }
        }

        return rules;
    }
}
