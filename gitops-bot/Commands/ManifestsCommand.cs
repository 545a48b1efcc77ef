using System.CommandLine;
using System.Text;
using System.Text.RegularExpressions;
using SelfHealGitOps.Bot.Detect;
using SelfHealGitOps.Bot.Install;
using SelfHealGitOps.Bot.Report;
using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Bot.Commands;

/// <summary><c>selfheal manifests</c>: the installation of the webhook as plain YAML, for <c>kubectl apply</c> or a repository.</summary>
internal static partial class ManifestsCommand
{
    private static readonly string[] Modes = ["off", "observe", "warn", "enforce"];

    private static readonly Option<string> Namespace = new("--namespace", "-n") { Description = "Where the webhook runs.", HelpName = "NAME", DefaultValueFactory = _ => Installation.DefaultNamespace };
    private static readonly Option<bool> NoNamespace = new("--no-namespace") { Description = "Leave the Namespace out: it is there already." };
    private static readonly Option<string?> Image = new("--image") { Description = "The image, with its registry and a tag or digest. Else selfheal-webhook of this release.", HelpName = "REFERENCE" };
    private static readonly Option<int> Replicas = new("--replicas") { Description = "How many of it.", HelpName = "N", DefaultValueFactory = _ => 3 };
    private static readonly Option<string> Profile = new("--profile") { Description = $"The rules to judge by: {string.Join(", ", BuiltInProfiles.Names)}.", HelpName = "NAME", DefaultValueFactory = _ => BuiltInProfiles.Default };
    private static readonly Option<string> Mode = new("--mode") { Description = $"What a finding leads to: {string.Join(", ", Modes)}.", HelpName = "MODE", DefaultValueFactory = _ => "enforce" };
    private static readonly Option<bool> Restricted = new("--restricted-defaults") { Description = "Also carry out the fixes for review that complete a pod for the Restricted standard, with resources." };
    private static readonly Option<string?> Policy = new("--policy") { Description = "A policy file, in place of --profile, --mode and --restricted-defaults.", HelpName = "FILE" };
    private static readonly Option<string[]> Exclude = new("--exclude-namespace") { Description = "A namespace that the webhook is not asked about; may be given several times.", HelpName = "NAME" };
    private static readonly Option<string?> TlsSecret = new("--tls-secret") { Description = "Mount this Secret (tls.crt, tls.key), instead of having the webhook make its certificates.", HelpName = "NAME" };
    private static readonly Option<string?> CaBundle = new("--ca-bundle") { Description = "With --tls-secret: the authority of the certificate, a PEM file.", HelpName = "FILE" };
    private static readonly Option<string?> InjectCaFrom = new("--inject-ca-from") { Description = "With --tls-secret: the cert-manager Certificate that the authority comes from.", HelpName = "NAMESPACE/NAME" };
    private static readonly Option<string?> ClientCaConfigMap = new("--client-ca-configmap") { Description = "Answer only clients with a certificate of the authorities in this ConfigMap (ca.crt).", HelpName = "NAME" };
    private static readonly Option<string?> ClientCaSecret = new("--client-ca-secret") { Description = "The same, of the authorities in this Secret.", HelpName = "NAME" };
    private static readonly Option<bool> ServiceMonitor = new("--service-monitor") { Description = "Add a ServiceMonitor." };
    private static readonly Option<bool> Alerts = new("--alerts") { Description = "Add a PrometheusRule with alerts." };
    private static readonly Option<string?> OtlpEndpoint = new("--otlp-endpoint") { Description = "Where traces are sent.", HelpName = "URL" };

    public static Command Create()
    {
        var command = new Command("manifests", "Print what installs the admission webhook: plain YAML, the same objects that the chart makes.")
        {
            Namespace, NoNamespace, Image, Replicas, Profile, Mode, Restricted, Policy, Exclude,
            TlsSecret, CaBundle, InjectCaFrom, ClientCaConfigMap, ClientCaSecret, ServiceMonitor, Alerts, OtlpEndpoint,
        };
        command.SetAction(parsed =>
        {
            using var output = Console.OpenStandardOutput();
            output.Write(Encoding.UTF8.GetBytes(string.Join("---\n", InstalledObjects.Of(Read(parsed)))));
            return ExitCode.Clean;
        });
        return command;
    }

    private static Installation Read(ParseResult parsed)
    {
        var secret = parsed.GetValue(TlsSecret);
        var (bundle, inject) = (parsed.GetValue(CaBundle), parsed.GetValue(InjectCaFrom));
        if (secret is null && (bundle ?? inject) is not null)
        {
            throw new UsageException("--ca-bundle and --inject-ca-from go with --tls-secret: the webhook writes its own authority itself");
        }

        if (secret is not null && bundle is null == inject is null)
        {
            throw new UsageException("--tls-secret goes with one of --ca-bundle and --inject-ca-from: the API server must know whom to trust");
        }

        if (inject is not null && !inject.Split('/').All(IsName))
        {
            throw new UsageException($"--inject-ca-from is '{inject}'; must be NAMESPACE/NAME");
        }

        var (clientMap, clientSecret) = (parsed.GetValue(ClientCaConfigMap), parsed.GetValue(ClientCaSecret));
        if (clientMap is not null && clientSecret is not null)
        {
            throw new UsageException("--client-ca-configmap and --client-ca-secret are two sources of authorities: give one");
        }

        var replicas = parsed.GetValue(Replicas);
        if (replicas < 1)
        {
            throw new UsageException($"--replicas is {replicas}; must be at least 1");
        }

        return new()
        {
            Namespace = Name(parsed.GetValue(Namespace)!, "--namespace"),
            CreatesNamespace = !parsed.GetValue(NoNamespace),
            Image = parsed.GetValue(Image) ?? $"selfheal-webhook:{ReportWriter.Version}",
            Version = ReportWriter.Version,
            Replicas = replicas,
            Profile = OneOf(BuiltInProfiles.Names, parsed.GetValue(Profile)!, "--profile"),
            Mode = OneOf(Modes, parsed.GetValue(Mode)!, "--mode"),
            CorrectsToRestricted = parsed.GetValue(Restricted),
            PolicyFile = parsed.GetValue(Policy) is { } policy ? ReadPolicy(parsed, policy) : null,
            ExcludedNamespaces = [.. (parsed.GetValue(Exclude) ?? []).Select(each => Name(each, "--exclude-namespace"))],
            ManagesCertificates = secret is null,
            TlsSecret = secret is null ? null : Name(secret, "--tls-secret"),
            CaBundle = bundle is null ? null : ReadBundle(bundle),
            InjectCaFrom = inject,
            ClientCaConfigMap = clientMap is null ? null : Name(clientMap, "--client-ca-configmap"),
            ClientCaSecret = clientSecret is null ? null : Name(clientSecret, "--client-ca-secret"),
            HasServiceMonitor = parsed.GetValue(ServiceMonitor),
            HasAlerts = parsed.GetValue(Alerts),
            OtlpEndpoint = parsed.GetValue(OtlpEndpoint),
        };
    }

    private static string ReadPolicy(ParseResult parsed, string path)
    {
        if (new Option[] { Profile, Mode, Restricted }.FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false }) is { } other)
        {
            throw new UsageException($"{other.Name} does not go with --policy: the file says it");
        }

        // A policy with mistakes is refused by the webhook, after it has been installed; better to say so here.
        RepositoryPolicy.Read(RealPath.Of(path));
        return File.ReadAllText(path);
    }

    private static string ReadBundle(string path)
    {
        var text = File.ReadAllText(path);
        return text.Contains("-----BEGIN CERTIFICATE-----", StringComparison.Ordinal) && !text.Contains("PRIVATE KEY", StringComparison.Ordinal)
            ? Convert.ToBase64String(Encoding.UTF8.GetBytes(text))
            : throw new UsageException($"--ca-bundle {path} must hold certificates in PEM, and no key");
    }

    private static string OneOf(IReadOnlyList<string> known, string text, string option) =>
        known.Contains(text) ? text : throw new UsageException($"{option} is '{text}'; must be one of {string.Join(", ", known)}");

    private static string Name(string text, string option) =>
        IsName(text) ? text : throw new UsageException($"{option} is '{text}'; must be a name of at most 63 lower-case letters, digits and dashes");

    private static bool IsName(string text) => text.Length <= 63 && NamePattern().IsMatch(text);

    [GeneratedRegex("^[a-z0-9]([-a-z0-9]*[a-z0-9])?\\z")]
    private static partial Regex NamePattern();
}
