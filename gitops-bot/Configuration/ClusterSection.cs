using System.Text.Json.Nodes;
using SelfHealGitOps.Manifests;

namespace SelfHealGitOps.Bot.Configuration;

/// <summary>What <c>clusters</c> says.</summary>
internal static class ClusterSection
{
    public static readonly string[] Keys = ["inCluster", "kubeconfig", "context", "argocd"];

    public static readonly string[] ArgoKeys = ["namespace", "instanceLabel"];

    public const string LabelPattern = "^([a-z0-9.-]{1,253}/)?[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?$";

    public static JsonObject Schema() => SchemaShapes.Named(
        "Clusters that are asked, by names of your own.",
        ConfigurationFields.NamePattern,
        SchemaShapes.Filled(SchemaShapes.Map(
            "One cluster: inCluster, or kubeconfig, context or both.",
            ("inCluster", SchemaShapes.Switch("The cluster that the bot itself runs in.", false)),
            ("kubeconfig", SchemaShapes.Text("A file. Left out: that of $KUBECONFIG, else ~/.kube/config.")),
            ("context", SchemaShapes.Text("In the kubeconfig. Left out: the current one.")),
            ("argocd", SchemaShapes.Map(
                "How Argo CD is set up in it.",
                ("namespace", SchemaShapes.Text("Where its Applications are.", ConfigurationFields.NamePattern, ArgoSettings.StandardNamespace)),
                ("instanceLabel", SchemaShapes.Text("The label by which it marks objects where it tracks them by label.", LabelPattern, ArgoSettings.StandardLabel)))))));

    /// <summary>Every cluster that is written, be it right or wrong.</summary>
    public static Dictionary<string, ClusterSettings> Read(Field field, ConfigurationFields fields)
    {
        var clusters = new Dictionary<string, ClusterSettings>(StringComparer.Ordinal);
        fields.IsMap(field);
        foreach (var entry in field.Entries)
        {
            if (!ConfigurationFields.Fits(entry.Key, ConfigurationFields.NamePattern))
            {
                fields.Report(entry.Value, $"{Excerpt.Of(entry.Key)} is no name; must be lower-case letters, digits and dashes");
            }

            clusters[entry.Key] = ReadOne(entry.Value, fields);
        }

        return clusters;
    }

    private static ClusterSettings ReadOne(Field field, ConfigurationFields fields)
    {
        var isMap = fields.IsMap(field, Keys);
        var argo = field["argocd"];
        fields.IsMap(argo, ArgoKeys);
        var cluster = new ClusterSettings
        {
            IsInCluster = fields.Switch(field["inCluster"]) ?? false,
            Kubeconfig = fields.PathOf(field["kubeconfig"]),
            Context = fields.Text(field["context"]),
            Argo = new(
                fields.Text(argo["namespace"], ConfigurationFields.NamePattern, "must be the name of a namespace") ?? ArgoSettings.StandardNamespace,
                fields.Text(argo["instanceLabel"], LabelPattern, "must be the key of a label") ?? ArgoSettings.StandardLabel),
        };
        var isNamed = field["kubeconfig"].Exists || field["context"].Exists;
        if (cluster.IsInCluster && isNamed)
        {
            fields.Report(field, "has inCluster beside a kubeconfig or context; must have one of them");
        }
        else if ((isMap || !field.Exists) && !isNamed && !field["inCluster"].IsTrue)
        {
            fields.Report(field, "says not where the cluster is; must have inCluster: true, kubeconfig or context");
        }

        return cluster;
    }
}
