using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using SelfHealGitOps.Bot.ArgoCd;
using SelfHealGitOps.Bot.Detect;
using SelfHealGitOps.Bot.Git;
using SelfHealGitOps.Bot.Report;
using SelfHealGitOps.Cluster;

namespace SelfHealGitOps.Bot.Commands;

/// <summary><c>selfheal where KIND/NAME</c>: from an object of the cluster to the file and line that declare it.</summary>
internal static class WhereCommand
{
    private static readonly Argument<string> Object = new("KIND[/NAME]") { Description = "Such as deployment/web, po/web-5d9c-x2x or rollouts.argoproj.io/web; a kind alone for all of the namespace." };
    private static readonly Option<string?> Namespace = new("--namespace", "-n") { Description = "The object's namespace; else that of the context.", HelpName = "NAME" };
    private static readonly Option<string> Repository = new("--repo") { Description = "The work tree of the repository.", HelpName = "PATH", DefaultValueFactory = _ => "." };
    private static readonly Option<string> ArgoNamespace = new("--argocd-namespace") { Description = "Where Argo CD runs.", HelpName = "NAME", DefaultValueFactory = _ => "argocd" };
    private static readonly Option<string> Output = new("--output", "-o") { Description = "table or json.", HelpName = "FORMAT", DefaultValueFactory = _ => "table" };

    static WhereCommand() => Output.AcceptOnlyFromAmong("table", "json");

    public static Command Create()
    {
        var command = new Command("where", "Say which file and line of a repository declare an object of the cluster, and how sure that is.") { Object, Namespace, Repository, ArgoNamespace, Output };
        ClusterOptions.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var cluster = ClusterOptions.Connect(parsed);
            var question = new Question(
                parsed.GetValue(Object)!, parsed.GetValue(Namespace) ?? cluster.DefaultNamespace, parsed.GetValue(Repository)!, parsed.GetValue(ArgoNamespace)!, parsed.GetValue(Output) == "json");
            return await RunAsync(cluster.Api, question, Console.Out, Console.Error, cancellationToken);
        });
        return command;
    }

    internal static async Task<int> RunAsync(ICluster cluster, Question question, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        var types = new ServedTypes(cluster);
        var slash = question.Object.IndexOf('/', StringComparison.Ordinal);
        var (kind, name) = slash < 0 ? (question.Object, null) : (question.Object[..slash], question.Object[(slash + 1)..]);
        if (await types.FindAsync(kind, cancellationToken) is not { } type)
        {
            await error.WriteLineAsync(Printable.Of($"selfheal: the cluster serves no kind '{kind}', or does not answer"));
            return ExitCode.CouldNotDecide;
        }

        var (items, problem) = await FindAsync(cluster, type, type.IsNamespaced ? question.Namespace : null, name, cancellationToken);
        if (problem is not null)
        {
            await error.WriteLineAsync(Printable.Of($"selfheal: {problem}"));
            return ExitCode.CouldNotDecide;
        }

        var applications = await ArgoApplications.ReadAsync(cluster, cancellationToken);
        var settings = await ArgoSettings.ReadAsync(cluster, question.ArgoNamespace, cancellationToken);
        var locator = new ManifestLocator([OpenRepository(question.Repository, cancellationToken)], applications, settings);
        var places = new List<(string Object, ManifestPlace Place)>();
        foreach (var item in items)
        {
            places.Add((RootOwner.LabelOf(item), await locator.LocateAsync(cluster, types, item, [], cancellationToken)));
        }

        if (question.AsJson)
        {
            WriteJson(places, output);
        }
        else
        {
            WriteText(places, output);
        }

        return places.All(each => each.Place is ManifestPlace.Placement { AllowsPullRequest: true }) ? ExitCode.Clean : ExitCode.Findings;
    }

    private static async Task<(IReadOnlyList<JsonObject> Items, string? Problem)> FindAsync(
        ICluster cluster, ResourceType type, string? @namespace, string? name, CancellationToken cancellationToken)
    {
        if (name is null)
        {
            return await cluster.ListAllAsync(type, @namespace, new(), cancellationToken) switch
            {
                ListReply.Listed listed => (listed.Items, null),
                ListReply.Failed failed => ([], $"{type.QualifiedPlural} could not be listed: {failed.Why.Problem}"),
                _ => throw new InvalidOperationException("unknown reply"),
            };
        }

        var target = new ObjectReference(type, @namespace, name);
        var reply = await cluster.GetAsync(target, cancellationToken);
        return reply is ClusterReply.Done done ? ([done.Object], null) : ([], $"{target} could not be read: {reply.Problem}");
    }

    private static IndexedRepository OpenRepository(string path, CancellationToken cancellationToken)
    {
        var folder = RealPath.Of(path);
        if (!Directory.Exists(folder))
        {
            throw new UsageException($"--repo '{path}' is no folder");
        }

        folder = Git(folder, "rev-parse", "--show-toplevel") is { Length: > 0 } top ? RealPath.Of(top) : folder;
        var remote = Git(folder, "symbolic-ref", "--quiet", "--short", "refs/remotes/origin/HEAD");
        var index = ManifestIndex.Read(RepositoryFiles.OfRepository(folder), null, cancellationToken);
        return new(
            Path.GetFileName(folder),
            [folder, .. Git(folder, "config", "--get-regexp", @"^remote\..*\.url$").Split('\n').Select(line => line[(line.IndexOf(' ', StringComparison.Ordinal) + 1)..].Trim()).Where(url => url.Length > 0)],
            Git(folder, "symbolic-ref", "--quiet", "--short", "HEAD"),
            remote.IndexOf('/', StringComparison.Ordinal) is > 0 and var at ? remote[(at + 1)..] : null,
            folder,
            index);
    }

    /// <summary>Empty where git says nothing, or there is none.</summary>
    private static string Git(string folder, params string[] args)
    {
        var found = GitCommand.Run(folder, args);
        return found.ExitCode == 0 ? found.Text.Trim() : "";
    }

    private static void WriteText(IReadOnlyList<(string Object, ManifestPlace Place)> places, TextWriter output)
    {
        foreach (var (name, place) in places)
        {
            output.WriteLine(Printable.Of(name));
            foreach (var line in Lines(place))
            {
                output.WriteLine($"  {Printable.Of(line)}");
            }
        }
    }

    private static IEnumerable<string> Lines(ManifestPlace place)
    {
        switch (place)
        {
            case ManifestPlace.Placement placement:
                foreach (var step in placement.Way.Skip(1).Take(placement.Way.Count - 2))
                {
                    yield return step;
                }

                var item = placement.Spot.Item is { } position ? FormattableString.Invariant($", item {position + 1} of its list") : "";
                yield return $"{placement.Spot}{(placement.Spot.Document > 0 ? FormattableString.Invariant($", document {placement.Spot.Document + 1}") : "")}{item}";
                yield return FormattableString.Invariant($"confidence {placement.Confidence:0.00}: {(placement.AllowsPullRequest ? "enough for a pull request" : $"below {ManifestPlace.Placement.Bar:0.00}, so only for an issue")}");
                foreach (var doubt in placement.Doubts)
                {
                    yield return $"  {doubt}";
                }

                foreach (var (spot, why) in placement.Alternatives)
                {
                    yield return $"not {spot}: {why}";
                }

                break;
            case ManifestPlace.Unplaced(var code, var why, var help, var candidates):
                yield return $"{Words.Of(code)}: {why}";
                yield return help;
                foreach (var spot in candidates)
                {
                    yield return $"  {spot}";
                }

                break;
        }
    }

    private static void WriteJson(IReadOnlyList<(string Object, ManifestPlace Place)> places, TextWriter output)
    {
        var all = new JsonArray();
        foreach (var (name, place) in places)
        {
            all.Add(place switch
            {
                ManifestPlace.Placement placed => new JsonObject
                {
                    ["object"] = name,
                    ["root"] = placed.Root.ToString(),
                    ["spot"] = Json(placed.Spot),
                    ["confidence"] = placed.Confidence,
                    ["allowsPullRequest"] = placed.AllowsPullRequest,
                    ["doubts"] = new JsonArray([.. placed.Doubts.Select(doubt => new JsonObject { ["weight"] = doubt.Weight, ["why"] = doubt.Why })]),
                    ["ruledOut"] = new JsonArray([.. placed.Alternatives.Select(other => new JsonObject { ["spot"] = Json(other.Spot), ["why"] = other.Why })]),
                },
                ManifestPlace.Unplaced unplaced => new JsonObject
                {
                    ["object"] = name,
                    ["code"] = Words.Of(unplaced.Code),
                    ["why"] = unplaced.Why,
                    ["help"] = unplaced.Help,
                    ["candidates"] = new JsonArray([.. unplaced.Candidates.Select(Json)]),
                },
                _ => throw new InvalidOperationException("unknown place"),
            });
        }

        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            new JsonObject { ["version"] = 1, ["places"] = all }.WriteTo(writer);
        }

        output.WriteLine(System.Text.Encoding.UTF8.GetString(stream.ToArray()));
    }

    private static JsonObject Json(FileSpot spot) => new()
    {
        ["repository"] = spot.Repository, ["file"] = spot.File, ["document"] = spot.Document, ["item"] = spot.Item, ["line"] = spot.Line,
    };

    /// <param name="Object">Kind and name, with a slash between; the kind alone for all of them.</param>
    internal sealed record Question(string Object, string Namespace, string Repository, string ArgoNamespace, bool AsJson);
}
