namespace SelfHealGitOps.Manifests;

/// <summary>Text from outside, quoted for a message: on one line, and short, however long it was.</summary>
public static class Excerpt
{
    private const int MaxLength = 80;

    public static string Of(string text)
    {
        var shown = text.Length <= MaxLength ? text : $"{text.AsSpan(0, MaxLength)}…";
        return $"'{string.Create(shown.Length, shown, Clean)}'";
    }

    private static void Clean(Span<char> target, string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            // Line separators forge log lines; halves of surrogate pairs, also one cut here, break encoders.
            target[i] = char.IsControl(text[i]) || char.IsSurrogate(text[i]) || text[i] is '\u2028' or '\u2029' ? '?' : text[i];
        }
    }
}
