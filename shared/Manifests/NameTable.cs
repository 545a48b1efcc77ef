using System.Buffers.Binary;
using System.Numerics;
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

    /// <summary>Eight bytes at a time, since every key of every document is hashed; the last ones overlap those before.</summary>
    public static int Hash(ReadOnlySpan<byte> key)
    {
        const ulong Factor = 0x9E3779B97F4A7C15;
        var hash = (ulong)key.Length;
        if (key.Length >= 8)
        {
            for (var at = 0; at < key.Length - 8; at += 8)
            {
                hash = BitOperations.RotateLeft((hash ^ BinaryPrimitives.ReadUInt64LittleEndian(key[at..])) * Factor, 29);
            }

            hash ^= BinaryPrimitives.ReadUInt64LittleEndian(key[^8..]);
        }
        else if (key.Length >= 4)
        {
            hash ^= BinaryPrimitives.ReadUInt32LittleEndian(key) | ((ulong)BinaryPrimitives.ReadUInt32LittleEndian(key[^4..]) << 32);
        }
        else if (key.Length > 0)
        {
            hash ^= ((ulong)key[0] << 8) | ((ulong)key[key.Length / 2] << 16) | ((ulong)key[^1] << 24);
        }

        hash *= Factor;
        return (int)(hash >> 32) ^ (int)(hash >> 56);
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
