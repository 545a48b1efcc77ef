using System.Text;
using Xunit;

namespace SelfHealGitOps.Bot.Tests;

/// <summary>Files that hold what is expected, byte for byte. <c>UPDATE_GOLDEN=1</c> rewrites them; read the diff.</summary>
internal static class Golden
{
    public static bool IsUpdating => Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1";

    public static void Matches(string path, ReadOnlySpan<byte> actual)
    {
        if (IsUpdating)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, actual.ToArray());
        }

        Assert.True(File.Exists(path), $"{path} is missing; write it with UPDATE_GOLDEN=1");
        Assert.Equal(Encoding.UTF8.GetString(File.ReadAllBytes(path)), Encoding.UTF8.GetString(actual));
    }

    public static void Matches(string path, string actual) => Matches(path, Encoding.UTF8.GetBytes(actual));
}
