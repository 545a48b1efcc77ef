using System.Text;
using SelfHealGitOps.Policy;
using SelfHealGitOps.Rules;
using Xunit;

namespace SelfHealGitOps.Tests.Policy;

public sealed class PolicyFileTests
{
    /// <summary>Every key of the language, as it should be.</summary>
    internal const string Whole = """
        # of the shop
        version: 1
        profile: ours
        kubernetesVersion: 1.30
        podSecurityVersion: v1.31
        exclude: ["vendor/**", "charts/*/templates/**"]
        rules:
          latest-tag: error
          use-namespace: off
          pss-privileged: on
          test-parameters:
            severity: info
            parameters:
              dirs: &dirs ["^/var$", "^/a[0-9]+$"]
              name: ^api$
              words: [c]
              word: d
              number: 7
              switch: true
          team-label:
            like: test-parameters
            title: Workload names its team
            severity: error
            parameters: {dirs: *dirs}
        profiles:
          ours: {extends: [pss-baseline, base], rules: [image-digest], without: [latest-tag, pss-host-ports]}
          base: {extends: [kube-linter]}
        images:
          allowedRegistries: ["registry.example.com/shop", "tools.example.com:5000/"]
          mirrors: {registry-a.example.com: registry.example.com/mirror}
        defaults:
          resources: {requests: {cpu: 100m, memory: 128Mi}, limits: {cpu: 1, memory: 256Mi}}
          livenessProbe: {httpGet: {path: /healthz, port: http, httpHeaders: [{name: a, value: b}]}, periodSeconds: 20}
          readinessProbe: {exec: {command: [/bin/ok]}}
          security: {runAsUser: 10001}
          ttlSecondsAfterFinished: 3600
          priorityClassName: standard
          labels: {owner: team-shop, example.com/part: ""}
          annotations: {email: team@example.com}
        exemptions: []
        admission:
          profile: base
          mode: warn
          rules: {latest-tag: observe, team-label: enforce}
          scopes:
          - namespaces: {names: [sandbox], matchLabels: {env: dev}, matchExpressions: [{key: team, operator: NotIn, values: [a, b]}]}
            operations: [CREATE]
            rules: [latest-tag]
            mode: off
          - namespaces: {matchExpressions: [{key: team, operator: Exists}]}
            mode: enforce
          - {operations: [UPDATE], mode: warn}
          oldViolations: enforce
          correct: [unset-memory-requirements]
          namespaces:
            sandbox: {labels: {env: dev}}
            plain:

        """;

    [Fact]
    public void Reads_every_key()
    {
        var policy = PolicyText.Accept(Whole);

        Assert.Equal("ours", policy.Profile);
        Assert.Equal(KubernetesVersion.V1(30), policy.Settings.KubernetesVersion);
        Assert.Equal(PssVersion.V1(31), policy.Settings.PssVersion);
        Assert.Equal(["vendor/**", "charts/*/templates/**"], policy.Exclude.Select(glob => glob.Text));
        Assert.Equal(
            ["registry.example.com/shop", "tools.example.com:5000", "registry.example.com/mirror"],
            policy.Settings.AllowedRegistries.Select(prefix => prefix.ToString()));
        Assert.Equal("registry.example.com/mirror", policy.Settings.Mirrors["registry-a.example.com"].ToString());
        var defaults = policy.Settings.Defaults;
        Assert.Equal(("100m", "1", "128Mi", "256Mi"), (defaults.CpuRequest, defaults.CpuLimit, defaults.MemoryRequest, defaults.MemoryLimit));
        Assert.Equal((10001, 3600, "standard"), (defaults.RunAsUser, defaults.TtlSecondsAfterFinished, defaults.PriorityClassName));
        Assert.Equal(
            """{"httpGet":{"path":"/healthz","port":"http","httpHeaders":[{"name":"a","value":"b"}]},"periodSeconds":20}""",
            defaults.LivenessProbe!.ToJson().ToJsonString());
        Assert.Equal("""{"exec":{"command":["/bin/ok"]}}""", defaults.ReadinessProbe!.ToJson().ToJsonString());
        Assert.Equal([new("owner", "team-shop"), new("example.com/part", "")], defaults.Labels);
        Assert.Equal([new("email", "team@example.com")], defaults.Annotations);
    }

    [Fact]
    public void Changes_rules_and_makes_own_ones()
    {
        var policy = PolicyText.Accept(Whole);

        Assert.Equal(Severity.Error, policy.Find("latest-tag")!.Info.Severity);
        var changed = Assert.IsType<ParameterRule>(policy.Find("test-parameters"));
        Assert.Equal((Severity.Info, "^/var$,^/a[0-9]+$ ^api$ c d 7 True"), (changed.Info.Severity, changed.Text));
        var own = Assert.IsType<ParameterRule>(policy.Find("team-label"));
        Assert.Equal(("Workload names its team", Severity.Error, "^/var$,^/a[0-9]+$ ^web$ a,b a 3 False"), (own.Info.Title, own.Info.Severity, own.Text));
        Assert.Equal(PolicyText.Rules.Count + 1, policy.Rules.Count);
    }

    [Fact]
    public void Judges_by_the_profile_and_what_is_switched_on_and_off()
    {
        var ids = Ids(PolicyText.Accept(Whole), "ours");

        var linted = Catalogue.All.Where(rule => (rule.Info.Profiles & (Profiles.KubeLinter | Profiles.PssBaseline)) != 0).Select(rule => rule.Info.Id);
        Assert.Equal(
            linted.Append("image-digest").Append("allowed-registries").Append("test-parameters").Append("team-label").Append("latest-tag")
                .Except(["pss-host-ports", "use-namespace"]).Order(StringComparer.Ordinal),
            ids.Order(StringComparer.Ordinal));
    }

    public static TheoryData<string> Empty => ["", "\n", "# nothing\n", "---\n", "null", "{}", "version: 1", "\uFEFFversion: 1\r\n", "rules:\nprofiles:\nimages:\ndefaults:\nexclude:\nprofile:\n"];

    [Theory]
    [MemberData(nameof(Empty))]
    public void An_empty_file_changes_nothing(string text)
    {
        var policy = PolicyText.Accept(text);

        Assert.Equal(PolicyText.Rules, policy.Rules);
        Assert.Equal(PssVersion.Latest, policy.Settings.PssVersion);
        foreach (var profile in BuiltInProfiles.Names)
        {
            foreach (var version in (PssVersion[])[PssVersion.Latest, PssVersion.V1(0), PssVersion.V1(24)])
            {
                var expected = BuiltInProfiles.Find(profile) is { } flags ? Catalogue.SetOf(flags, version) : new RuleSet(PolicyText.Rules);
                var set = (policy with { Settings = policy.Settings with { PssVersion = version } }).SetOf(profile);
                Assert.Equal(expected.Rules, set.Rules);
                Assert.Equal(expected.Replacements, set.Replacements);
                Assert.Equal(expected.Repetitions, set.Repetitions);
            }
        }
    }

    [Fact]
    public void A_control_whose_replacement_is_off_judges_for_itself()
    {
        var replacement = Catalogue.All.First(rule => rule.Info.Replaces is not null && rule.Info.Profiles.HasFlag(Profiles.Default)
            && Catalogue.All.Any(other => other.Info.Id == rule.Info.Replaces!.RuleId && other.Info.Profiles.HasFlag(Profiles.Default))).Info;

        Assert.DoesNotContain(replacement.Replaces!.RuleId, Ids(PolicyText.Accept(""), "default"));
        Assert.Contains(replacement.Replaces.RuleId, Ids(PolicyText.Accept($"rules: {{{replacement.Id}: off}}"), "default"));
    }

    [Theory]
    [InlineData("off", false)]
    [InlineData("false", false)]
    [InlineData("no", false)]
    [InlineData("'off'", false)]
    [InlineData("{severity: off}", false)]
    [InlineData("on", true)]
    [InlineData("true", true)]
    [InlineData("'on'", true)]
    [InlineData("info", true)]
    [InlineData("{severity: on}", true)]
    [InlineData("{}", true)]
    public void A_rule_is_on_unless_it_is_off(string value, bool isOn)
    {
        Assert.Equal(isOn, Ids(PolicyText.Accept($"rules: {{image-digest: {value}}}"), "default").Contains("image-digest"));
        Assert.Equal(isOn, Ids(PolicyText.Accept($"rules: {{latest-tag: {value}}}"), "default").Contains("latest-tag"));
    }

    [Fact]
    public void Registries_that_are_named_switch_their_rule_on_unless_it_is_off()
    {
        const string Images = "images: {allowedRegistries: [registry.example.com]}\n";

        Assert.Contains("allowed-registries", Ids(PolicyText.Accept(Images), "pss-baseline"));
        Assert.DoesNotContain("allowed-registries", Ids(PolicyText.Accept(Images + "rules: {allowed-registries: off}"), "pss-baseline"));
        Assert.DoesNotContain("allowed-registries", Ids(PolicyText.Accept("images: {mirrors: {docker.io: registry.example.com}}"), "default"));
    }

    public static TheoryData<string, string> Mistakes => new()
    {
        { "a", "1:1: 'a' is no map; must be keys with values" },
        { "- a", "1:1: a list is no map; must be keys with values" },
        { "rule: {}", "1:1: rule: there is no key 'rule'; is it 'rules'?" },
        { "zzz: 1", "1:1: zzz: there is no key 'zzz'; there are version, profile, kubernetesVersion, podSecurityVersion, exclude, rules, profiles, images, defaults, exemptions, admission" },
        { "version: 2", "1:1: version: 2 is no version of this language; must be 1" },
        { "version: '1'", "1:1: version: '1' is no version of this language; must be 1" },
        { "profile: defualt", "1:1: profile: there is no profile 'defualt'; is it 'default'?" },
        { "profile: 7", "1:1: profile: 7 is no text; must be one, in quotes" },
        { "profile: ''", "1:1: profile: must not be empty" },
        { "kubernetesVersion: v2", "1:1: kubernetesVersion: 'v2' is no version of Kubernetes; must be v1.N, such as v1.34, or latest" },
        { "kubernetesVersion: []", "1:1: kubernetesVersion: a list is no version of Kubernetes; must be v1.N, such as v1.34, or latest" },
        { "podSecurityVersion: 1.31", "1:1: podSecurityVersion: 1.31 is no version of the Pod Security Standards; must be v1.N, such as v1.34, or latest" },
        { "exclude: vendor", "1:1: exclude: 'vendor' is no list; must be one" },
        { "exclude: [7, null]", "1:11: exclude.0: 7 is no text; must be one, in quotes\n1:14: exclude.1: null is no text; must be one" },
        { "exclude: ['a{b']", "1:11: exclude.0: its braces do not pair, or stand for more than 256 alternatives" },
        { "rules: []", "1:1: rules: a list is no map; must be keys with values" },
        { "rules: {latest-tagg: off}", "1:9: rules.latest-tagg: there is no rule 'latest-tagg'; is it 'latest-tag'?" },
        { "rules: {team: off}", "1:9: rules.team: there is no rule 'team'; a rule of one's own names a built-in one with 'like'" },
        { "rules: {latest-tag: fatal}", "1:9: rules.latest-tag: 'fatal' is no severity; must be off, on, info, warning or error, or a map" },
        { "rules: {latest-tag: eror}", "1:9: rules.latest-tag: 'eror' is no severity; is it 'error'?" },
        { "rules: {latest-tag: 1}", "1:9: rules.latest-tag: 1 is no severity; must be off, on, info, warning or error, or a map" },
        { "rules: {latest-tag: }", "1:9: rules.latest-tag: null is no severity; must be off, on, info, warning or error, or a map" },
        { "rules: {latest-tag: {severity: high}}", "1:22: rules.latest-tag.severity: 'high' is no severity; must be off, on, info, warning or error" },
        { "rules: {latest-tag: {sevrity: info}}", "1:22: rules.latest-tag.sevrity: there is no key 'sevrity'; is it 'severity'?" },
        { "rules: {use-namespace: {parameters: {a: 1}}}", "1:38: rules.use-namespace.parameters.a: the rule use-namespace has no parameters" },
        { "rules: {latest-tag: {like: image-digest}}", "1:22: rules.latest-tag.like: 'latest-tag' is a built-in rule; a rule of one's own must have another id" },
        { "rules: {own: {like: latest-tagg}}", "1:15: rules.own.like: there is no rule 'latest-tagg'; is it 'latest-tag'?" },
        { "rules: {own: {like: latest-tag}, other: {like: own}}", "1:42: rules.other.like: there is no rule 'own'" },
        { "rules: {My_Rule: {like: latest-tag}}", "1:9: rules.My_Rule: an id must be of lower-case letters, digits and dashes between them, and at most 63 of them" },
        { "rules: {test-parameters: {parameters: {dir: []}}}", "1:40: rules.test-parameters.parameters.dir: there is no parameter 'dir'; is it 'dirs'?" },
        { "rules: {test-parameters: {parameters: {dirs: a}}}", "1:40: rules.test-parameters.parameters.dirs: 'a': must be a list of regular expressions" },
        { "rules: {test-parameters: {parameters: {dirs: ['(']}}}", "1:47: rules.test-parameters.parameters.dirs.0: '(': is no regular expression" },
        { "rules: {test-parameters: {parameters: {name: '[[:alpha:]]'}}}", "rules.test-parameters.parameters.name: '[[:alpha:]]': is no regular expression: named classes" },
        { "rules: {test-parameters: {parameters: {number: 11}}}", "1:40: rules.test-parameters.parameters.number: 11: must be a whole number from 1 to 10" },
        { "rules: {test-parameters: {parameters: {switch: 1}}}", "1:40: rules.test-parameters.parameters.switch: 1: must be true or false" },
        { "rules: {test-parameters: {parameters: {words: [[]]}}}", "1:48: rules.test-parameters.parameters.words.0: a list: must be a text" },
        { "profiles: {all: {}}", "1:12: profiles.all: 'all' is a built-in profile; a profile of one's own must have another name" },
        { "profiles: {a b: {}}", "1:12: profiles.a b: a name must be of lower-case letters, digits and dashes between them, and at most 63 of them" },
        { "profiles: {a: {extend: []}}", "1:16: profiles.a.extend: there is no key 'extend'; is it 'extends'?" },
        { "profiles: {a: {extends: [pss-basline]}}", "1:26: profiles.a.extends.0: there is no profile 'pss-basline'; is it 'pss-baseline'?" },
        { "profiles: {a: {rules: [latest-tagg]}}", "1:24: profiles.a.rules.0: there is no rule 'latest-tagg'; is it 'latest-tag'?" },
        { "profiles: {a: {without: [latest-tagg]}}", "1:26: profiles.a.without.0: there is no rule 'latest-tagg'; is it 'latest-tag'?" },
        { "profiles: {a: {extends: [b]}, b: {extends: [a, all]}}", "1:16: profiles.a.extends: 'a' extends itself, by way of b\n1:35: profiles.b.extends: 'b' extends itself, by way of a" },
        { "images: {allowedRegistries: []}", "1:10: images.allowedRegistries: names no registry, and would allow no image; leave it out to allow every one" },
        { "images: {allowedRegistries: ['https://registry.example.com']}", "1:30: images.allowedRegistries.0: 'https://registry.example.com' is no registry; must be a host, with a path or without, such as registry.example.com/shop" },
        { "images: {allowedRegistries: [shop]}", "1:30: images.allowedRegistries.0: 'shop' is no registry" },
        { "images: {allowedRegistries: ['registry.example.com/shop:1']}", "is no registry" },
        { "images: {allowedRegistries: ['*.example.com']}", "is no registry" },
        { "images: {mirrors: {registry.example.com/a: registry.example.com}}", "1:20: images.mirrors.registry.example.com/a: 'registry.example.com/a' is no registry; must be a host" },
        { "images: {mirrors: {docker.io: a.example.com, index.docker.io: b.example.com}}", "1:46: images.mirrors.index.docker.io: docker.io has another mirror above" },
        { "images: {mirrors: {docker.io: }}", "1:20: images.mirrors.docker.io: null is no registry" },
        { "defaults: {resources: {requests: {cpu: lots}}}", "1:35: defaults.resources.requests.cpu: 'lots' is no quantity; must be one, such as 100m or 128Mi" },
        { "defaults: {resources: {requests: {cpu: 0}}}", "1:35: defaults.resources.requests.cpu: 0 is not above 0; must be" },
        { "defaults: {resources: {requests: {cpu: 0x10}}}", "1:35: defaults.resources.requests.cpu: 0x10 is no quantity" },
        { "defaults: {resources: {requests: {memory: 1Gi}, limits: {memory: 512Mi}}}", "1:35: defaults.resources.requests.memory: '1Gi' is above the limit of '512Mi'; must not be" },
        { "defaults: {resources: {requests: {storage: 1Gi}}}", "1:35: defaults.resources.requests.storage: there is no key 'storage'; there are cpu, memory" },
        { "defaults: {security: {runAsUser: 0}}", "1:23: defaults.security.runAsUser: 0 must be a whole number from 1 to 2147483647" },
        { "defaults: {security: {runAsUser: -1}}", "-1 must be a whole number from 1" },
        { "defaults: {security: {runAsUser: root}}", "'root' must be a whole number from 1" },
        { "defaults: {ttlSecondsAfterFinished: 1.5}", "1:12: defaults.ttlSecondsAfterFinished: 1.5 must be a whole number from 0 to 2147483647" },
        { "defaults: {priorityClassName: Not_A_Name}", "1:12: defaults.priorityClassName: 'Not_A_Name' is no name of a priority class" },
        { "defaults: {labels: {a: 1}}", "1:21: defaults.labels.a: 1 is no text; must be one, in quotes" },
        { "defaults: {labels: {a b: c}}", "1:21: defaults.labels.a b: 'a b' cannot be a key" },
        { "defaults: {labels: {a: b c}}", "1:21: defaults.labels.a: 'b c' cannot be the value of a label" },
        { "defaults: {livenessProbe: {}}", "1:12: defaults.livenessProbe: has 0 of exec, grpc, httpGet, tcpSocket; must have one" },
        { "defaults: {livenessProbe: {tcpSocket: {port: 1}, exec: {command: [a]}}}", "has 2 of exec, grpc, httpGet, tcpSocket; must have one" },
        { "defaults: {livenessProbe: {httpGet: {path: /}}}", "1:28: defaults.livenessProbe.httpGet.port: the port is missing; must be a number from 1 to 65535, or the name of a port" },
        { "defaults: {livenessProbe: {grpc: {port: name}}}", "1:35: defaults.livenessProbe.grpc.port: 'name' is no port; must be a number from 1 to 65535" },
        { "defaults: {livenessProbe: {exec: {}}}", "1:28: defaults.livenessProbe.exec: must have a command" },
        { "defaults: {livenessProbe: {exec: {command: [a]}, periodSeconds: 1.5}}", "1:50: defaults.livenessProbe.periodSeconds: 1.5 must be a whole number" },
        { "defaults: {livenessProbe: {exec: {command: [a]}, period: 1}}", "there is no key 'period'; is it 'periodSeconds'?" },
        { "exemptions: {}", "1:1: exemptions: a map is no list; must be one" },

        // The text itself.
        { "rules: {\nprofile: ]", "1:9: a bracket behind this place does not pair" },
        { "version: 1\nversion: 1\n", "2:1: the key 'version' stands twice in one map, first on line 1" },
        { "version: 1\n---\nversion: 1\n", "2:1: another document begins here; must be one" },
        { "version: 1\n...\nprofile: all\n", "2:1: the document ends here, and something follows; nothing must" },
        { "{version: 1}\nprofile: all\n", "2:1: " },
        { "version: *one", "1:10: the alias *one names no anchor above it" },
        { "1: 2", "1:1: the key '1' is read as a number; quote it" },
        { "version: 1\n{{ if .Values.x }}\nprofile: all\n{{ end }}", "2:1: is a template expression, which nobody fills in here" },
        { "profile: {{ .Values.profile }}", "1:11: " },
        { "profile: \"{{ .Values.profile }}\"", "1:1: profile: there is no profile '{{ .Values.profile }}'" },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void Says_where_a_mistake_is_and_what_is_wanted(string text, string expected)
    {
        var problems = PolicyText.Refuse(text);

        Assert.All(problems.Split('\n').Zip(expected.Split('\n')), each => Assert.Contains(each.Second, each.First, StringComparison.Ordinal));
        Assert.All(problems.Split('\n'), problem => Assert.Matches("^p\\.yaml:[0-9]+:[0-9]+: ", problem));
        Assert.Equal(expected.Split('\n').Length, problems.Split('\n').Length);
    }

    [Fact]
    public void Says_all_mistakes_at_once_in_the_order_of_the_file()
    {
        var problems = PolicyText.Refuse("""
            defaults:
              security: {runAsUser: 0}
            profil: all
            rules:
              latest-tag: erro
              latest-tag: error
              nonsense: off
            exclude: ["a["]
            ---
            more: 1
            """);

        Assert.Equal(
            ["p.yaml:2:14: d", "p.yaml:3:1: pr", "p.yaml:5:3: ru", "p.yaml:6:3: th", "p.yaml:7:3: ru", "p.yaml:8:11: e", "p.yaml:9:1: an"],
            problems.Split('\n').Select(problem => problem[..14]));
    }

    public static TheoryData<byte[], string> NotText => new()
    {
        { [0xFF, 0xFE, 0x61, 0x00], "p.yaml:1:1: is not UTF-8" },
        { [.. "version: 1\na: "u8, 0xE9], "p.yaml:2:4: is not UTF-8" },
        { [.. "version: 1\n"u8, 0], "p.yaml:2:1: the control character U+0000 is not allowed in YAML" },
        { new byte[2 * 1024 * 1024], "p.yaml:1:1: 2097152 bytes; must be at most 1048576" },
    };

    [Theory]
    [MemberData(nameof(NotText))]
    public void Says_what_is_no_text(byte[] bytes, string expected) => Assert.Equal(expected, PolicyText.Refuse(bytes));

    [Fact]
    public void Follows_no_endless_chain_of_profiles()
    {
        var text = new StringBuilder("profiles:\n  p0: {}\n");
        for (var i = 1; i < 10_000; i++)
        {
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"  p{i}: {{extends: [p{i - 1}]}}\n");
        }

        Assert.Equal("p.yaml:1:1: profiles: are 10000 profiles; must be at most 100", PolicyText.Refuse(text.ToString()));
    }

    [Fact]
    public void Profiles_that_extend_one_another_twice_over_are_collected_once()
    {
        var text = new StringBuilder("profiles:\n  p0: {rules: [latest-tag]}\n");
        for (var i = 1; i < 100; i++)
        {
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"  p{i}: {{extends: [p{i - 1}, p{i - 1}]}}\n");
        }

        Assert.Equal(["latest-tag"], Ids(PolicyText.Accept(text.ToString()), "p99"));
    }

    private static List<string> Ids(PolicyConfiguration policy, string profile) => [.. policy.SetOf(profile).Rules.Select(rule => rule.Info.Id)];
}
