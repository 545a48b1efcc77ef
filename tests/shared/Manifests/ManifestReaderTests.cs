using System.Text;
using SelfHealGitOps.Manifests;
using Xunit;

namespace SelfHealGitOps.Tests.Manifests;

public sealed class ManifestReaderTests
{
    private const string Head = "apiVersion: v1\nkind: Thing\n";

    [Theory]
    [InlineData("a: {x: [1, two, ~], z: {}}\n")]
    [InlineData("a:\n  x: [1, two, null]\n  z: {}\n")]
    [InlineData("a:\n  x:\n  - 1\n  - two\n  -\n  z: {}\n")]
    [InlineData("a:\n  x:\n    - 1\n    - two\n    - ~\n  z: {}\n")]
    [InlineData("\"a\":\n  'x':\n  - 0x1\n  - \"two\"\n  - Null\n  z: {\n  }\n")]
    [InlineData("a: &m {x: [1, two, ], z: {}}\n", "a: {x: [1, two], z: {}}\n")]
    [InlineData("a: {x: [1, !!str two, ~], z: !!map {}}\n")]
    public void Styles_are_read_alike(string text, string? same = null)
    {
        var expected = Tree(Head + (same ?? "a: {x: [1, two, ~], z: {}}\n"));
        foreach (var variant in Variants(Head + text))
        {
            Assert.Equal(expected, Tree(variant));
        }
    }

    [Theory]
    [InlineData("|\n    one\n    two\n", "one\ntwo\n")]
    [InlineData("|-\n    one\n    two\n", "one\ntwo")]
    [InlineData("|+\n    one\n\n", "one\n\n")]
    [InlineData(">\n    one\n    two\n\n    three\n", "one two\nthree\n")]
    [InlineData("|1\n    one\n", " one\n")]
    [InlineData("one\n    two\n", "one two")]
    [InlineData("'it''s\n    one'\n", "it's one")]
    [InlineData("\"\\u00e9\\x41\\n\\t\"\n", "\u00e9A\n\t")]
    public void Scalars_of_several_lines_are_read_as_written(string text, string value)
    {
        foreach (var variant in new[] { $"{Head}a:\n  b: {text}", $"{Head}a:\n  b: {text}".Replace("\n", "\r\n", StringComparison.Ordinal), $"\uFEFF{Head}a:\n  b: {text}" })
        {
            Assert.Equal(value, Manifest(variant).Root["a"]["b"].Text);
        }
    }

    [Fact]
    public void Aliases_and_merge_keys_are_expanded_in_place()
    {
        var root = Manifest($"{Head}a: &a {{x: 1, l: &l [p]}}\nb: *a\nc: {{<<: *a, x: 2}}\nd: {{x: 3, <<: *a}}\ne: {{<<: [{{x: 4}}, *a]}}\nf: *l\ng: {{? x : 9, <<: *a}}\n").Root;
        Assert.Equal("""{"x":1,"l":["p"]}""", Json(root["b"]));
        Assert.Equal(2, root["c"]["x"].Integer);
        Assert.Equal(1, root["d"]["x"].Integer);
        Assert.Equal(4, root["e"]["x"].Integer);
        Assert.Equal("""["p"]""", Json(root["e"]["l"]));
        Assert.Equal("""["p"]""", Json(root["f"]));
        foreach (var key in new[] { "c", "d", "e" })
        {
            Assert.Equal(2, root[key].Count);
        }
    }

    [Fact]
    public void An_anchor_after_a_merge_still_names_its_own_place()
    {
        var root = Manifest($"{Head}a: &a {{x: 1, z: 1}}\nb:\n  z: 5\n  k: &k {{deep: yes}}\n  <<: *a\n  w: &w [q]\nc: *k\nd: *w\ne: &e {{<<: *a, o: 1}}\nf: *e\n").Root;
        Assert.Equal("""{"deep":true}""", Json(root["c"]));
        Assert.Equal("""["q"]""", Json(root["d"]));
        Assert.Equal(Json(root["e"]), Json(root["f"]));
        Assert.Equal(1, root["b"]["z"].Integer);
        Assert.Equal(4, root["b"].Count);
    }

    [Theory]
    [InlineData("v1", "List")]
    [InlineData("v1", "ConfigMapList")]
    [InlineData("apps/v1", "DeploymentList")]
    public void Items_of_lists_are_objects(string apiVersion, string kind)
    {
        var document = Manifest($"apiVersion: {apiVersion}\nkind: {kind}\nitems:\n- {{apiVersion: v1, kind: A}}\n- text\n- {{apiVersion: v1, kind: B}}\n");
        Assert.Equal(["A", "B"], document.Manifests().Select(each => each.Root["kind"].Text));
        Assert.Equal([0, 1], document.Manifests().Select(each => each.Item));
    }

    [Fact]
    public void An_object_by_itself_has_no_item() => Assert.Null(Assert.Single(Manifest(Head).Manifests()).Item);

    [Fact]
    public void JSON_is_read_as_YAML_is()
    {
        const string json = "{\"apiVersion\": \"v1\", \"kind\": \"Thing\", \"a\": [1, -0.5, \"\\u00e9\\n\", null, true, {}]}";
        var document = Manifest(json, "a.json");
        Assert.True(document.IsJson);
        Assert.Equal("""{"apiVersion":"v1","kind":"Thing","a":[1,-0.5,"\u00E9\n",null,true,{}]}""", Json(document.Root));
        Assert.Equal(2, Read($"{json}\n{json}", "a.json").Count);
        Assert.Equal(2, Read($"\uFEFF \r\n{json}\n{json}\n\n", "a.yaml").Count);
    }

    [Fact]
    public void A_flow_map_that_begins_like_JSON_is_YAML() =>
        Assert.Equal("x", Manifest("{apiVersion: v1, kind: Thing, a: x}\n").Root["a"].Text);

    [Theory]
    [InlineData("a: 1\nb: 2\na: 3\n", 5, 1)]
    [InlineData("x:\n  - b: 1\n    'b': 2\n", 5, 5)]
    [InlineData("x: {\u00e9: 1, c: 2, \u00e9: 3}\n", 3, 17)]
    [InlineData("\U0001F4A5: {c: 1, c: 2}\n", 3, 12)]
    [InlineData("kind: Other\n", 3, 1)]
    public void A_key_that_stands_twice_is_a_problem_where_it_stands_again(string text, int line, int column)
    {
        foreach (var variant in Variants(Head + text))
        {
            IsProblem(ProblemCode.DuplicateKey, line, column, variant);
        }
    }

    [Fact]
    public void In_a_map_of_any_size_a_key_may_not_stand_twice()
    {
        foreach (var count in new[] { 47, 48, 49, 50, 5000 })
        {
            var keys = string.Concat(Enumerable.Range(0, count).Select(i => $"  k{i}: {i}\n"));
            Assert.Equal(count, Manifest($"{Head}data:\n{keys}").Root["data"].Count);
            IsProblem(ProblemCode.DuplicateKey, count + 4, 3, $"{Head}data:\n{keys}  k7: again\n");
        }
    }

    [Fact]
    public void A_key_that_stands_twice_in_JSON_is_a_problem() =>
        IsProblem(ProblemCode.DuplicateKey, 3, 13, "{\"apiVersion\": \"v1\", \"kind\": \"T\",\n\"a\": {\"\\u0062\": 1,\n\"c\": [[]],  \"b\": 2}}", "a.json");

    [Theory]
    [InlineData("a: {1: x}\n", 3, 5, "a number")]
    [InlineData("on: x\n", 3, 1, "a boolean")]
    [InlineData("a:\n  ~: x\n", 4, 3, "null")]
    [InlineData("a:\n  : x\n", 4, 4, "null")]
    [InlineData("? [a]\n: x\n", 3, 3, "cannot be a key")]
    [InlineData("? {a: b}\n: x\n", 3, 3, "cannot be a key")]
    public void A_key_that_is_no_string_is_a_problem(string text, int line, int column, string reason) =>
        Assert.Contains(reason, IsProblem(ProblemCode.NonStringKey, line, column, Head + text).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("'1': x\n\"on\": x\n")]
    [InlineData("! 1: x\n")]
    [InlineData("!!str 1: x\n")]
    public void A_quoted_key_is_a_string(string text) => Assert.True(Manifest(Head + text).Root["1"].Exists);

    [Theory]
    [InlineData("a: *b\n", 3, 4)]
    [InlineData("a: *b\nb: &b 1\n", 3, 4)]
    [InlineData("a: &a [*a]\n", 3, 8)]
    [InlineData("a: &a\n  b: *a\n", 4, 6)]
    [InlineData("a:\n- <<: *none\n", 4, 7)]
    public void An_alias_without_an_anchor_above_it_is_a_problem(string text, int line, int column) =>
        IsProblem(ProblemCode.UnknownAlias, line, column, Head + text);

    [Fact]
    public void An_anchor_is_known_in_its_own_document_only() =>
        Assert.Equal(
            [DocumentKind.Manifest, DocumentKind.Broken],
            Read($"{Head}a: &a 1\n---\n{Head}b: *a\n").Select(each => each.Kind));

    [Theory]
    [InlineData("a: {<<: 1}\n")]
    [InlineData("a: {<<: [1]}\n")]
    [InlineData("a: .inf\n")]
    [InlineData("a: !!int x\n")]
    public void A_value_that_nothing_can_hold_is_a_problem(string text) => Assert.Equal(ProblemCode.BadValue, Assert.Single(Read(Head + text)).Problem?.Code);

    [Fact]
    public void Aliases_of_aliases_are_bounded() => Ends(() =>
    {
        for (var form = 0; form < 2; form++)
        {
            var merge = form == 1;
            var text = new StringBuilder(Head).Append(merge ? "a0: &a0 {x: lol}\n" : "a0: &a0 [lol]\n");
            for (var i = 1; i <= 9; i++)
            {
                var aliases = Enumerable.Repeat($"*a{i - 1}", 9);
                text.Append(System.Globalization.CultureInfo.InvariantCulture, $"a{i}: &a{i} ")
                    .Append(merge ? $"{{{string.Join(", ", aliases.Select((alias, index) => $"k{index}: {{<<: {alias}}}"))}}}" : $"[{string.Join(", ", aliases)}]").Append('\n');
            }

            Assert.Equal(ProblemCode.TooLarge, Assert.Single(Read(text.ToString())).Problem?.Code);
        }
    });

    [Fact]
    public void Merging_large_maps_costs_their_size()
    {
        var keys = string.Concat(Enumerable.Range(0, 60_000).Select(i => $"  k{i}: 1\n"));
        Ends(() =>
        {
            var root = Manifest($"{Head}a: &a\n{keys}b:\n{keys}  <<: *a\nc:\n  <<: *a\n{keys}").Root;
            Assert.Equal(60_000, root["b"].Count);
            Assert.Equal(60_000, root["c"].Count);
        });
    }

    [Fact]
    public void Merging_one_map_many_times_costs_their_sum()
    {
        var keys = string.Concat(Enumerable.Range(0, 2000).Select(i => $"  k{i}: 1\n"));
        Ends(() => Assert.Equal(900, Manifest($"{Head}a: &a\n{keys}l:\n{string.Concat(Enumerable.Repeat("- <<: *a\n", 900))}").Root["l"].Count));
    }

    [Theory]
    [InlineData("[", "]")]
    [InlineData("{a: ", "}")]
    [InlineData("{\"a\":", "}")]
    [InlineData("- ", "")]
    [InlineData("? ", "")]
    [InlineData("a: [", "]")]
    public void What_nests_without_end_is_refused_at_once(string open, string close) => Ends(() =>
    {
        var nested = string.Concat(Enumerable.Repeat(open, 100_000)) + "x" + string.Concat(Enumerable.Repeat(close, 100_000));
        foreach (var text in new[] { $"{Head}a: {nested}\n", $"{Head}a:\n  {nested}\n", $"{{\"apiVersion\": \"v1\", \"kind\": \"T\", \"a\": {nested}}}", string.Concat(Enumerable.Repeat(open, 100_000)) })
        {
            Assert.NotEqual(DocumentKind.Manifest, Read(text, "a.yaml")[0].Kind);
            Assert.NotEqual(DocumentKind.Manifest, Read(text, "a.json")[0].Kind);
        }
    });

    [Theory]
    [InlineData("a.yaml")]
    [InlineData("a.json")]
    public void Nesting_is_allowed_up_to_the_bound(string file)
    {
        string Nested(int depth) => $"{{\"apiVersion\": \"v1\", \"kind\": \"T\", \"a\": {new string('[', depth)}{new string(']', depth)}}}";
        Assert.Equal(DocumentKind.Manifest, Read(Nested(ManifestReader.MaxDepth - 1), file)[0].Kind);
        Assert.Equal(ProblemCode.TooDeep, Read(Nested(ManifestReader.MaxDepth), file)[0].Problem?.Code);
    }

    [Theory]
    [InlineData("a: [\n")]
    [InlineData("a: 'x\n")]
    [InlineData("a: {\n}}\n")]
    [InlineData("a: b: c\n")]
    [InlineData("\ta: 1\n")]
    [InlineData("a: 1\n a: 2\n")]
    [InlineData("a: \"\\q\"\n")]
    [InlineData("a: \u0007\n")]
    [InlineData("a: @x\n")]
    [InlineData("%YAML 9.9\n---\n")]
    public void A_broken_document_hides_no_other(string broken)
    {
        var readings = Read($"{Head}nr: 1\n---\n{Head}{broken}---\n{Head}nr: 3\n");
        Assert.Equal(DocumentKind.Manifest, readings[0].Kind);
        Assert.Contains(readings, each => each.Problem is not null);
        Assert.Equal(DocumentKind.Manifest, readings[^1].Kind);
        Assert.All(readings.Where(each => each.Problem is not null), each => Assert.Equal("a.yaml", each.Problem!.File));
    }

    [Fact]
    public void The_place_of_a_problem_counts_from_the_file()
    {
        foreach (var variant in Variants($"{Head}---\n# \u00e9\U0001F4A5\n{Head}a: \"\u00e9\U0001F4A5\" x\n---\n{Head}"))
        {
            var problem = Assert.Single(Read(variant), each => each.Problem is not null).Problem!;
            Assert.Equal((ProblemCode.Syntax, 7), (problem.Code, problem.Line));
            Assert.InRange(problem.Column, 4, 11);
        }
    }

    [Fact]
    public void A_broken_JSON_document_says_where() => IsProblem(ProblemCode.Syntax, 2, 6, "{\"apiVersion\": \"v1\", \"kind\": \"T\",\n\"a\": }", "a.json");

    public static TheoryData<string, string> OtherFiles => new()
    {
        { "values.yaml", "image:\n  tag: 1\n  tag: 2\n" },
        { "Chart.yaml", "apiVersion: v2\nname: web\nversion: 1.0.0\n" },
        { "ci.yml", "on: push\njobs:\n  build: {runs-on: ubuntu}\n" },
        { "kustomization.yaml", "resources:\n- a.yaml\nresources:\n- b.yaml\n" },
        { "docker-compose.yml", "services:\n  web:\n    image: x\n    ports: [80:80]\n  web: {}\n" },
        { "a.yaml", "a: [\n" },
        { "package.json", "{\"name\": }" },
    };

    [Theory]
    [MemberData(nameof(OtherFiles))]
    public void What_is_no_manifest_is_not_reported_when_found(string file, string text)
    {
        Assert.All(Read(text, file, isNamed: false), reading => Assert.Null(reading.Problem));
        var mentioned = $"# a kind of apiVersion\n{text}";
        if (!file.EndsWith(".json", StringComparison.Ordinal))
        {
            Assert.All(Read(mentioned, file, isNamed: false), reading => Assert.Null(reading.Problem));
            Assert.All(Read(mentioned, file, isNamed: false), reading => Assert.Equal(DocumentKind.NotManifest, reading.Kind));
        }
    }

    [Theory]
    [MemberData(nameof(OtherFiles))]
    public void What_cannot_be_read_is_reported_when_named(string file, string text)
    {
        var isValid = file is "Chart.yaml";
        Assert.Equal(!isValid, Assert.Single(Read(text, file)).Problem is not null);
    }

    [Theory]
    [InlineData("apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: []\n")]
    [InlineData("apiVersion: v1\n")]
    [InlineData("kind: Thing\n")]
    [InlineData("apiVersion: v1\nkind:\n")]
    [InlineData("apiVersion: 1\nkind: Thing\n")]
    [InlineData("apiVersion: ''\nkind: Thing\n")]
    [InlineData("apiVersion: v1\nKind: Thing\n")]
    [InlineData("[apiVersion, kind]\n")]
    [InlineData("apiVersion kind\n")]
    public void What_lacks_a_type_is_no_manifest(string text)
    {
        var reading = Assert.Single(Read(text));
        Assert.Equal(DocumentKind.NotManifest, reading.Kind);
        Assert.Empty(reading.Document.Manifests());
        Assert.Null(reading.Problem);
    }

    [Theory]
    [InlineData("{{- if .Values.on }}\napiVersion: v1\nkind: Thing\n{{- end }}\n")]
    [InlineData("apiVersion: v1\nkind: Thing\nmetadata:\n  labels:\n    {{- include \"x\" . | nindent 4 }}\n")]
    [InlineData("apiVersion: v1\nkind: Thing\nmetadata:\n  name: {{ .Release.Name }}-x\n")]
    [InlineData("apiVersion: v1\nkind: {{ .Kind }}\nname: x\n")]
    public void Templates_are_known_and_not_reported(string text)
    {
        foreach (var isNamed in new[] { false, true })
        {
            Assert.All(Read(text, isNamed: isNamed), reading =>
            {
                Assert.NotEqual(DocumentKind.Manifest, reading.Kind);
                Assert.NotEqual(DocumentKind.Broken, reading.Kind);
                Assert.Null(reading.Problem);
            });
        }
    }

    [Theory]
    [InlineData("a: '{{ $labels.pod }} is down'\n")]
    [InlineData("a: \"{{ .x }}\"\n")]
    [InlineData("a: |\n  {{ range . }}\n  {{ end }}\n")]
    [InlineData("a: >-\n  {{inputs.parameters.x}}\n")]
    [InlineData("# {{ not this }}\na: 1\n")]
    [InlineData("a: x {{ y }}\n")]
    public void What_merely_mentions_braces_is_a_manifest(string text) => Assert.Equal(DocumentKind.Manifest, Assert.Single(Read(Head + text)).Kind);

    [Fact]
    public void A_template_beside_a_manifest_hides_it_not() =>
        Assert.Equal(
            [DocumentKind.Manifest, DocumentKind.Template, DocumentKind.Manifest],
            Read($"{Head}---\n{{{{ if x }}}}\n{Head}{{{{ end }}}}\n---\n{Head}").Select(each => each.Kind));

    [Theory]
    [InlineData("# only a comment\n", 0)]
    [InlineData("", 0)]
    [InlineData("\uFEFF", 0)]
    [InlineData($"# first\n---\n{Head}", 1)]
    [InlineData($"---\n---\n{Head}", 2)]
    [InlineData($"--- # comment\n{Head}", 1)]
    [InlineData($"---# comment\n{Head}", 1)]
    [InlineData($"{Head}...\n", 1)]
    [InlineData($"{Head}...\n# trailing\n---\n{Head}...\n", 2)]
    [InlineData($"{Head}...\nignored: [\n", 1)]
    [InlineData($"%YAML 1.1\n---\n{Head}", 1)]
    [InlineData($"%YAML 1.1\n# x\n---\n{Head}...\n%YAML 1.1\n---\n{Head}", 2)]
    [InlineData($"{Head}---\n\n# nothing\n---\n{Head}---\n", 4)]
    [InlineData("--- {apiVersion: v1, kind: Thing}\n--- {apiVersion: v1, kind: Thing}\n", 2)]
    public void Documents_are_split_as_kubectl_splits(string text, int count)
    {
        foreach (var variant in new[] { text, text.Replace("\n", "\r\n", StringComparison.Ordinal) })
        {
            var readings = Read(variant);
            Assert.Equal(count, readings.Count);
            Assert.All(readings, each => Assert.True(each.Kind is DocumentKind.Manifest or DocumentKind.Empty or DocumentKind.NotManifest, $"{each.Kind} {each.Problem}"));
        }
    }

    [Fact]
    public void Documents_are_counted_with_the_empty_ones()
    {
        var found = new List<int>();
        foreach (var reading in new ManifestReader().Read(Source($"{Head}---\n---\n# x\n---\n{Head}"), isNamed: true))
        {
            if (reading.Kind == DocumentKind.Manifest)
            {
                found.Add(reading.Document.Index);
            }
        }

        Assert.Equal([0, 3], found);
    }

    [Theory]
    [InlineData("\0")]
    [InlineData("\u0001")]
    [InlineData("\u001b")]
    [InlineData("\u007f")]
    public void Control_characters_are_a_problem_where_they_stand(string character) =>
        IsProblem(ProblemCode.Syntax, 3, 5, $"{Head}a: \"{character}\"\n");

    [Fact]
    public void Tabs_may_stand_between_but_not_indent()
    {
        Assert.Equal("x", Manifest($"{Head}a:\tx\t# y\n").Root["a"].Text);
        Assert.Equal("x\ty", Manifest($"{Head}a: x\ty\n").Root["a"].Text);
    }

    [Theory]
    [InlineData("a:\n\tb: x\n", 4, 1)]
    [InlineData("a:\n  \t\n\tb: x\n", 5, 1)]
    public void A_tab_that_indents_is_where_it_is(string text, int line, int column) => IsProblem(ProblemCode.Syntax, line, column, Head + text);

    [Theory]
    [InlineData(1000)]
    [InlineData(100_000)]
    public void A_long_key_is_read_or_refused_and_nothing_else(int length)
    {
        var key = new string('k', length);
        var reading = Assert.Single(Read($"{Head}{key}: x\n"));
        Assert.True(length < 1024 ? reading.Document.Root[key].Text == "x" : reading.Problem?.Code == ProblemCode.Syntax);
        Assert.Equal("x", Manifest($"{{\"apiVersion\": \"v1\", \"kind\": \"T\", \"{key}\": \"x\"}}", "a.json").Root[key].Text);
        Assert.Equal("x", Manifest($"{Head}? {key}\n: x\n").Root[key].Text);
    }

    [Fact]
    public void Long_lines_cost_their_length() => Ends(() =>
    {
        var text = new string('x', 3_000_000);
        Assert.Equal(3_000_000, Manifest($"{Head}a: {text}\n").Root["a"].Utf8.Length);
        Assert.Equal(3_000_000, Manifest($"{Head}a: \"{text}\"\n").Root["a"].Utf8.Length);
        Assert.Equal(3_000_000, Manifest($"{Head}a: {text} # {text}\n").Root["a"].Utf8.Length);
        Assert.Equal(300_000, Manifest($"{Head}a: [{string.Concat(Enumerable.Repeat("x, ", 300_000))}]\n").Root["a"].Count);
    });

    [Fact]
    public void A_large_config_map_costs_its_length() => Ends(() =>
    {
        var line = $"    {new string('\u00e9', 40)}\n";
        var data = $"{Head}data:\n  file: |\n{string.Concat(Enumerable.Repeat(line, 3_000_000 / line.Length / 2))}";
        Assert.True(Manifest(data).Root["data"]["file"].Utf8.Length > 1_000_000);
        var keys = $"{Head}data:\n{string.Concat(Enumerable.Range(0, 100_000).Select(i => $"  k{i}: {i} # c\n"))}";
        Assert.Equal(100_000, Manifest(keys).Root["data"].Count);
    });

    [Fact]
    public void A_file_over_the_bound_is_refused()
    {
        var bytes = new byte[ManifestReader.MaxFileBytes + 1];
        bytes.AsSpan().Fill((byte)' ');
        Encoding.ASCII.GetBytes(Head).CopyTo(bytes, 0);
        var reading = Assert.Single(new ManifestReader().Read(new SourceText("a.yaml", bytes)));
        Assert.Equal(ProblemCode.TooLarge, reading.Problem?.Code);
    }

    [Fact]
    public void One_reader_serves_any_number_of_files()
    {
        var reader = new ManifestReader();
        foreach (var text in new[] { $"{Head}a: &x [\n", $"{Head}a: {new string('x', 50_000)}\n", $"{Head}a: *x\n", "{\"apiVersion\": [", $"{Head}a: 1\n" })
        {
            Assert.Equal(
                Read(text).Select(each => (each.Kind, each.Problem)),
                reader.Read(Source(text), isNamed: true).ToList().Select(each => (each.Kind, each.Problem)));
        }
    }

    private static IEnumerable<string> Variants(string text) =>
        [text, text.Replace("\n", "\r\n", StringComparison.Ordinal), "\uFEFF" + text, text.TrimEnd('\n')];

    /// <summary>What would not end while anybody waits, if its cost grew with the square of its size. How long it takes is no claim of a test.</summary>
    private static void Ends(Action test) => test();

    private static ProblemFile IsProblem(ProblemCode code, int line, int column, string text, string file = "a.yaml")
    {
        var problem = Assert.Single(Read(text, file)).Problem;
        Assert.Equal((code, line, column), (problem!.Code, problem.Line, problem.Column));
        return problem;
    }

    private static string Tree(string text) => Json(Manifest(text).Root);

    private static string Json(Field field) => JsonTree.ToJson(field)?.ToJsonString() ?? "null";

    private static FlatDocument Manifest(string text, string file = "a.yaml")
    {
        var reading = Assert.Single(Read(text, file));
        Assert.True(reading.Kind == DocumentKind.Manifest, $"{reading.Kind} {reading.Problem}");
        return reading.Document;
    }

    private static List<DocumentReading> Read(string text, string file = "a.yaml", bool isNamed = true) =>
        [.. new ManifestReader().Read(Source(text, file), isNamed)];

    private static SourceText Source(string text, string file = "a.yaml") => new(file, Encoding.UTF8.GetBytes(text));
}
