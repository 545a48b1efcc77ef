using System.Text;
using SelfHealGitOps.Bot.Detect;

namespace SelfHealGitOps.Bot.Tests;

/// <summary>A folder of real files, gone after the test. Its path leads through no link.</summary>
internal sealed class TempFolder : IDisposable
{
    public TempFolder() => Directory.CreateDirectory(Root);

    public string Root { get; } = Path.Combine(RealPath.Of(Path.GetTempPath()), $"selfheal-{Path.GetRandomFileName()}");

    public string this[string name] => Path.Combine(Root, name);

    public TempFolder Write(string name, string text) => Write(name, Encoding.UTF8.GetBytes(text));

    public TempFolder Write(string name, byte[] bytes)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(this[name])!);
        File.WriteAllBytes(this[name], bytes);
        return this;
    }

    public TempFolder Link(string name, string target)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(this[name])!);
        File.CreateSymbolicLink(this[name], target);
        return this;
    }

    public string Read(string name) => Encoding.UTF8.GetString(File.ReadAllBytes(this[name]));

    /// <summary>Every file below, hidden ones too, by name.</summary>
    public IEnumerable<string> Names => Directory.EnumerateFiles(Root, "*", SearchOption.AllDirectories)
        .Select(path => Path.GetRelativePath(Root, path)).Order(StringComparer.Ordinal);

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
