using System.Reflection;
using System.Runtime.InteropServices;
using SQLitePCL;

namespace SelfHealGitOps.Bot.Store;

/// <summary>Which SQLite is called: the system's, which is patched with it, or, where there is none, the one that came along.</summary>
internal static class SqliteLibrary
{
    /// <summary>By the names that Linux and macOS have for it.</summary>
    private static readonly string[] SystemNames = ["libsqlite3.so.0", "libsqlite3.dylib"];

    private static readonly Lazy<bool> Loaded = new(Load);

    public static void Use() => _ = Loaded.Value;

    private static bool Load()
    {
        NativeLibrary.SetDllImportResolver(typeof(SQLite3Provider_e_sqlite3).Assembly, Resolve);
        raw.SetProvider(new SQLite3Provider_e_sqlite3());
        return true;
    }

    /// <summary>Zero leaves it to the runtime, which finds the bundled one.</summary>
    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path)
    {
        if (name == "e_sqlite3")
        {
            foreach (var candidate in SystemNames)
            {
                if (NativeLibrary.TryLoad(candidate, out var library))
                {
                    return library;
                }
            }
        }

        return 0;
    }
}
