using System.Text;

namespace SelfHealGitOps.Manifests;

/// <summary>Translates between <see cref="Name"/> and its text. Built once; open addressing; equal hashes compare bytes.</summary>
public static class NameTable
{
    // Order matters: Texts before Slots, or every slot would be filled from an empty table and every field read as absent.
    private static readonly string[] Texts = [.. Enum.GetNames<Name>().Select(ToFieldName)];
    private static readonly byte[][] Utf8 = [.. Texts.Select(Encoding.UTF8.GetBytes)];
    private static readonly ushort[] Slots = BuildSlots();
    private static readonly PathStep.Key?[] Steps = new PathStep.Key?[Texts.Length];

    public static string Text(Name name) => Texts[(int)name];

    /// <summary>The step of a path that goes by the name; made once, since every finding's path has several.</summary>
    public static PathStep.Key Step(Name name) => Steps[(int)name] ??= new PathStep.Key(Texts[(int)name]);

    /// <summary>FNV-1a over the bytes of a key.</summary>
    public static int Hash(ReadOnlySpan<byte> key)
    {
        var hash = 2166136261u;
        foreach (var b in key)
        {
            hash = (hash ^ b) * 16777619;
        }

        return (int)(hash ^ (hash >> 15));
    }

    /// <summary>The name whose text is exactly <paramref name="key"/>, or <see cref="Name.None"/>.</summary>
    public static Name Find(ReadOnlySpan<byte> key, int hash)
    {
        for (var slot = hash & (Slots.Length - 1); Slots[slot] != 0; slot = (slot + 1) & (Slots.Length - 1))
        {
            if (key.SequenceEqual(Utf8[Slots[slot]]))
            {
                return (Name)Slots[slot];
            }
        }

        return Name.None;
    }

    public static Name Find(string key)
    {
        var bytes = Encoding.UTF8.GetBytes(key);
        return Find(bytes, Hash(bytes));
    }

    private static string ToFieldName(string member) => char.ToLowerInvariant(member[0]) + member[1..];

    private static ushort[] BuildSlots()
    {
        var slots = new ushort[2048];
        for (var name = 1; name < Utf8.Length; name++)
        {
            var slot = Hash(Utf8[name]) & (slots.Length - 1);
            while (slots[slot] != 0)
            {
                slot = (slot + 1) & (slots.Length - 1);
            }

            slots[slot] = (ushort)name;
        }

        return slots;
    }
}
