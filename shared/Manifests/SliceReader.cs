namespace SelfHealGitOps.Manifests;

/// <summary>Reads part of a pooled buffer, so that a document is decoded once and copied never.</summary>
internal sealed class SliceReader(char[] text, int length) : TextReader
{
    private int at;

    public override int Peek() => at < length ? text[at] : -1;

    public override int Read() => at < length ? text[at++] : -1;

    public override int Read(char[] buffer, int index, int count)
    {
        var taken = Math.Min(count, length - at);
        Array.Copy(text, at, buffer, index, taken);
        at += taken;
        return taken;
    }
}
