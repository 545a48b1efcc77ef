using System.Text;

namespace SelfHealGitOps.Manifests;

/// <summary>Puts a text in the place of the bytes from <see cref="Start"/> to <see cref="End"/> of a file.</summary>
/// <param name="Rules">The rules whose edits it carries.</param>
public sealed record TextSplice(int Start, int End, string Replacement, EquatableArray<string> Rules)
{
    /// <summary>
    /// Applies the splices of any number of objects of one file. Those at one place stay in the order in which they come,
    /// insertions before what replaces.
    /// </summary>
    /// <exception cref="ArgumentException">Two splices overlap, or one lies outside of the file.</exception>
    public static byte[] ApplyAll(ReadOnlySpan<byte> source, IEnumerable<TextSplice> splices)
    {
        var result = new List<byte>(source.Length + 256);
        var at = 0;
        foreach (var splice in splices.OrderBy(splice => splice.Start).ThenBy(splice => splice.End > splice.Start))
        {
            if (splice.Start < at || splice.End < splice.Start || splice.End > source.Length)
            {
                throw new ArgumentException($"the splice of bytes {splice.Start} to {splice.End} overlaps another, or the end", nameof(splices));
            }

            result.AddRange(source[at..splice.Start]);
            result.AddRange(Encoding.UTF8.GetBytes(splice.Replacement));
            at = splice.End;
        }

        result.AddRange(source[at..]);
        return [.. result];
    }
}
