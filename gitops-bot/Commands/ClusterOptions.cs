using System.CommandLine;
using SelfHealGitOps.Cluster;

namespace SelfHealGitOps.Bot.Commands;

/// <summary>Which cluster a verb speaks to.</summary>
internal static class ClusterOptions
{
    public static readonly Option<string?> Kubeconfig = new("--kubeconfig")
    {
        Description = "The kubeconfig; else that of $KUBECONFIG, else ~/.kube/config, else the pod's own credentials.",
        HelpName = "FILE",
    };

    public static readonly Option<string?> Context = new("--context") { Description = "The context in it; else the current one.", HelpName = "NAME" };

    /// <summary>Opens it. Where it is, is checked; whether it answers, the first question shows.</summary>
    /// <exception cref="UsageException">There is no such file or context, or a mistake in one.</exception>
    public static OpenCluster Connect(ParseResult parsed)
    {
        var (file, context) = (parsed.GetValue(Kubeconfig), parsed.GetValue(Context));
        var isInside = file is null && context is null && Environment.GetEnvironmentVariable("KUBECONFIG") is null && InCluster.IsHere;
        var reading = isInside ? InCluster.Load()
            : file is null ? Cluster.Kubeconfig.Load(context)
            : Cluster.Kubeconfig.Load([file], context);
        return reading switch
        {
            KubeconfigReading.Accepted(var access, var name) => new(new KubernetesApi(access, TimeProvider.System), name, access.DefaultNamespace),
            KubeconfigReading.Refused(var problems) => throw new UsageException(string.Join("; ", problems)),
            _ => throw new InvalidOperationException("unknown reading"),
        };
    }

    public static void AddTo(Command command)
    {
        command.Add(Kubeconfig);
        command.Add(Context);
    }
}

/// <param name="Context">As the kubeconfig names it; empty inside of a cluster.</param>
/// <param name="DefaultNamespace">For commands that name none.</param>
internal sealed record OpenCluster(KubernetesApi Api, string Context, string DefaultNamespace) : IDisposable
{
    public void Dispose() => Api.Dispose();
}
