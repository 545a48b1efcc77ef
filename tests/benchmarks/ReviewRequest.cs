using System.Globalization;
using System.Text;

namespace SelfHealGitOps.Benchmarks;

/// <summary>A recorded review as an HTTP request. Each one sent has a uid and a name of its own, so that no server can remember its answer.</summary>
internal sealed class ReviewRequest
{
    private const string Uid = "0000000000aa";
    private const string NameEnd = "-0000\"";
    private readonly byte[] request;
    private readonly int[] uids;
    private readonly int[] names;

    public ReviewRequest(string file)
    {
        Name = Path.GetFileNameWithoutExtension(file);
        var body = File.ReadAllBytes(file);
        BodyLength = body.Length;
        var head = $"POST /validate?timeout=10s HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nAccept: application/json\r\nContent-Length: {body.Length}\r\n\r\n";
        request = [.. Encoding.ASCII.GetBytes(head), .. body];
        var text = Encoding.Latin1.GetString(request);
        uids = [.. PlacesOf(text, Uid)];
        names = [.. PlacesOf(text, NameEnd)];
    }

    public string Name { get; }

    public int BodyLength { get; }

    /// <summary>True where the object complies.</summary>
    public bool IsGood => Name.EndsWith("-ok", StringComparison.Ordinal);

    public byte[] Copy() => [.. request];

    /// <summary>Makes a copy the request of this number.</summary>
    public void Number(byte[] copy, long number)
    {
        Span<byte> digits = stackalloc byte[Uid.Length];
        number.TryFormat(digits, out _, "x12", CultureInfo.InvariantCulture);
        foreach (var at in uids)
        {
            digits.CopyTo(copy.AsSpan(at));
        }

        foreach (var at in names)
        {
            digits[^4..].CopyTo(copy.AsSpan(at + 1));
        }
    }

    private static IEnumerable<int> PlacesOf(string text, string sought)
    {
        for (var at = text.IndexOf(sought, StringComparison.Ordinal); at >= 0; at = text.IndexOf(sought, at + 1, StringComparison.Ordinal))
        {
            yield return at;
        }
    }
}
