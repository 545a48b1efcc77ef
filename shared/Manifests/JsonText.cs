using System.Globalization;
using System.Text;
using System.Text.Json;

namespace SelfHealGitOps.Manifests;

/// <summary>Resolves the escapes of a JSON string into a document's arena.</summary>
internal static class JsonText
{
    /// <summary>Half of a surrogate pair becomes U+FFFD, as in the decoder of the API server and its clients.</summary>
    public static (int Start, int Length) Unescape(FlatDocument document, ref Utf8JsonReader reader)
    {
        try
        {
            return document.Commit(reader.CopyString(document.Reserve(reader.ValueSpan.Length)));
        }
        catch (InvalidOperationException)
        {
            return document.Keep(Lenient(Encoding.UTF8.GetString(reader.ValueSpan)));
        }
    }

    // The reader has checked the escapes; only their pairing is left.
    private static string Lenient(string raw)
    {
        var text = new StringBuilder(raw.Length);
        for (var i = 0; i < raw.Length; i++)
        {
            if (raw[i] != '\\')
            {
                text.Append(raw[i]);
                continue;
            }

            i++;
            if (raw[i] == 'u')
            {
                text.Append((char)ushort.Parse(raw.AsSpan(i + 1, 4), NumberStyles.HexNumber, CultureInfo.InvariantCulture));
                i += 4;
            }
            else
            {
                text.Append(raw[i] switch { 'b' => '\b', 'f' => '\f', 'n' => '\n', 'r' => '\r', 't' => '\t', var c => c });
            }
        }

        return text.ToString();
    }
}
