using System.Text;
using SelfHealGitOps.Manifests;
using Xunit;

namespace SelfHealGitOps.Tests.Manifests;

/// <summary>The quick reader against the careful one: whatever it takes, the other takes too, and makes the same nodes of it.</summary>
public sealed class QuickJsonReaderTests
{
    private static readonly string[] Sound =
    [
        "{}",
        " [ ] ",
        "\t{ \"a\" : [ ] , \"b\" : { } }\r\n",
        """{"kind":"Pod","spec":{"containers":[{"name":"web","ports":[80,81,-0,0.50]},{}],"hostPID":true,"x":false,"y":null},"metadata":{"labels":{"app.kubernetes.io/name":"a-text-that-is-longer-than-a-block"}}}""",
        """{"annotations":{"kubectl.kubernetes.io/last-applied-configuration":"{\"apiVersion\":\"v1\",\"kind\":\"Pod\"}\n"},"k\u0065y":"\ud83d\ude00 \u00e9 é","\\":"","a/b":"\/"}""",
        """[[[[1,2],[3]],[]],{"a":[{"b":{"c":[true]}}]},"",12345678901234567890123,-12.25]""",
        """{"specs":1,"spec":2,"metadata":3,"metadat":4,"a":5,"ab":6,"abc":7,"abcd":8,"abcdefgh":9,"abcdefghi":10,"abcdefghabcdefgh":11}""",
        $"{{{string.Join(',', Enumerable.Range(0, 600).Select(i => $"\"key-{i}\":{i}"))}}}",
    ];

    private static readonly string[] Doubtful =
    [
        "", " ", "1", "\"a\"", "null", "{", "[", "[1", "[1,", "[1,]", "[,1]", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{,}", "{\"a\":1 \"b\":2}", "[1 2]", "{1:2}", "{a:1}",
        "[}", "{]", "[1}", "{\"a\":1]", "[01]", "[-]", "[+1]", "[1.]", "[.5]", "[1e]", "[1e5]", "[1E400]", "[-1e-5]", "[tru]", "[nul]", "[True]", "[NaN]", "[\"a]", "[\"a\nb\"]", "[\"\u0001\"]",
        "[\"\\x\"]", "[\"\\u12\"]", "[\"\\ud800\"]", "[\"\\\"]", "[\"\\", "//\n[]", "[/**/]", "[1]]", "{\"a\":1,\"a\":2}", "{\"a\":1,\"\\u0061\":2}", "{\"a\":{\"b\":1,\"c\":2,\"b\":3}}", "\uFEFF[]", "[\u00a0]",
        "{\"a\":\"\\ud800x\",\"b\":[1]}",
    ];

    [Fact]
    public void What_is_sound_is_read_quickly()
    {
        foreach (var text in Sound)
        {
            Assert.True(new QuickJsonReader(new()).TryRead(new(), Source(text), 0, 0, out _), text);
        }
    }

    [Fact]
    public void Nothing_is_read_otherwise_than_with_care()
    {
        foreach (var text in Sound.Concat(Doubtful))
        {
            AssertSame(Source(text));
        }
    }

    [Fact]
    public void Nothing_that_is_spoilt_is_read_otherwise_than_with_care()
    {
        var random = new Random(20261121);
        ReadOnlySpan<byte> bytes = "\"\\{}[]:,0123-.eEtfnu \n\r\t\0\u007fax/"u8;
        foreach (var text in Sound)
        {
            for (var i = 0; i < 3000; i++)
            {
                var spoilt = Encoding.UTF8.GetBytes(text).ToList();
                for (var times = random.Next(1, 4); times > 0 && spoilt.Count > 0; times--)
                {
                    var at = random.Next(spoilt.Count);
                    switch (random.Next(4))
                    {
                        case 0:
                            spoilt[at] = bytes[random.Next(bytes.Length)];
                            break;
                        case 1:
                            spoilt.Insert(at, bytes[random.Next(bytes.Length)]);
                            break;
                        case 2:
                            spoilt.RemoveAt(at);
                            break;
                        default:
                            spoilt.RemoveRange(at, random.Next(spoilt.Count - at));
                            break;
                    }
                }

                AssertSame(new("x", spoilt.ToArray()));
            }
        }
    }

    [Theory]
    [InlineData(ManifestReader.MaxDepth)]
    [InlineData(ManifestReader.MaxDepth + 1)]
    public void Depth_is_bound_alike(int depth) => AssertSame(Source(new string('[', depth) + new string(']', depth)));

    [Fact]
    public void A_key_that_stands_twice_is_found_wherever_it_stands()
    {
        for (var i = 0; i < 200; i++)
        {
            var keys = Enumerable.Range(0, 200).Select(k => $"\"key-{k}\":[]").Append($"\"key-{i}\":[]");
            Assert.Throws<ReadFailure>(() => new QuickJsonReader(new()).TryRead(new(), Source($"{{{string.Join(',', keys)}}}"), 0, 0, out _));
        }
    }

    private static SourceText Source(string text) => new("x", Encoding.UTF8.GetBytes(text));

    private static void AssertSame(SourceText source)
    {
        var (quick, careful) = (new FlatDocument(), new FlatDocument());
        string? quickFailure = null;
        var (isRead, end) = (false, 0);
        try
        {
            isRead = new QuickJsonReader(new()).TryRead(quick, source, 0, 0, out end);
        }
        catch (ReadFailure failure)
        {
            quickFailure = $"{failure.Offset}: {failure.Message}";
        }

        try
        {
            var carefulEnd = new JsonReader().ReadWithCare(careful, source, 0, 0);
            Assert.Null(quickFailure);
            if (isRead)
            {
                Assert.Equal(carefulEnd, end);
                Assert.Equal(Nodes(careful), Nodes(quick));
            }
        }
        catch (ReadFailure failure)
        {
            Assert.False(isRead, $"{failure.Message}: {Encoding.UTF8.GetString(source.Bytes)}");
            Assert.True(quickFailure is null || quickFailure == $"{failure.Offset}: {failure.Message}", quickFailure);
        }
    }

    private static IEnumerable<(Node Node, string Text)> Nodes(FlatDocument document) =>
        Enumerable.Range(0, document.Count).Select(i => (document[i], document[i].Kind is NodeKind.Map or NodeKind.List ? "" : document.TextString(i)));
}
