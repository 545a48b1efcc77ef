using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Fluent;
using SelfHealGitOps.Bot.Schedule;
using Xunit;

namespace SelfHealGitOps.Bot.Tests.Schedule;

public partial class BlastGraphTests
{
    [Fact]
    public void Draws_what_is_affected()
    {
        var change = Changes.Lightest with
        {
            Live = LiveGraph.Alone with
            {
                Replicas = 3, NeedsRestart = true, Disruption = Disruption.One, HasAutoscaler = true,
                Services = ["shop/web"], Ingresses = ["Ingress shop/web"], Claims = ["shop/b", "shop/a"],
            },
            Git = GitFanOut.Single with { Applications = ["argocd/shop"], Clusters = null },
        };

        Assert.Equal(
            """
            flowchart LR
              object["Deployment shop/web"]
              subgraph ingresses["Ingresses and routes"]
                ingresses0["Ingress shop/web"]
              end
              subgraph services["Services"]
                services0["shop/web"]
              end
              subgraph applications["Applications"]
                applications0["argocd/shop"]
              end
              subgraph clusters["Clusters"]
                clusters0["not known"]
              end
              subgraph claims["Volume claims"]
                claims0["shop/a"]
                claims1["shop/b"]
              end
              budget(["Disruption budget: one pod may go while more than 2 run"])
              autoscaler(["Autoscaler"])
              pods(["3 pods, replaced"])
              ingresses --> services
              services --> object
              clusters --> applications
              applications --> object
              budget --> object
              autoscaler --> object
              object --> pods
              object --> claims

            """, BlastGraph.Of("Deployment shop/web", change), ignoreLineEndingDifferences: true);
    }

    [Fact]
    public void No_name_breaks_out()
    {
        var text = BlastGraph.Of("a\"]\n```\nclick object href \"javascript:x\" %%{init}%% @owner #5; <b>", Changes.Lightest with
        {
            Live = LiveGraph.Alone with { Services = ["end", "x\"]; services --> object", "é`$(x)\u202E", new string('a', 500)] },
        });

        Assert.All(text.Split('\n', StringSplitOptions.RemoveEmptyEntries), line => Assert.Matches(Line(), line));
    }

    [Fact]
    public void Has_at_most_25_nodes_and_one_text_for_one_change() => Prop.ForAll(Changes.Any.ToArbitrary(), change =>
    {
        var text = BlastGraph.Of("Deployment shop/web", change);
        return Node().Count(text) <= BlastGraph.MostNodes
            && text.Split('\n', StringSplitOptions.RemoveEmptyEntries).All(line => Line().IsMatch(line))
            && text == BlastGraph.Of("Deployment shop/web", change with { Live = change.Live with { Services = change.Live.Services?.Reverse().ToList() } });
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Says_how_many_are_left_out()
    {
        var text = BlastGraph.Of("ConfigMap shop/a", Changes.Lightest with { Live = LiveGraph.Alone with { Consumers = [.. Enumerable.Range(0, 60).Select(i => $"name-{i:00}")] } });

        Assert.Contains("\"and 37 more\"", text, StringComparison.Ordinal);
    }

    [GeneratedRegex("""^(flowchart LR|  subgraph [a-z]+\["[A-Za-z ]+"\]|  end|  [a-z]+ --> [a-z]+|  object\["[A-Za-z0-9 /.:,#;-]*"\]|    [a-z]+[0-9]+\["[A-Za-z0-9 /.:,#;-]*"\]|  [a-z]+\(\["[A-Za-z0-9 /.:,#;-]*"\]\))$""")]
    private static partial Regex Line();

    [GeneratedRegex("""(?m)^ +(?!subgraph)[a-z0-9]+(\(\[|\[)""")]
    private static partial Regex Node();
}
