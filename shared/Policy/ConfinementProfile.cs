using SelfHealGitOps.Manifests;

namespace SelfHealGitOps.Policy;

/// <summary>A <c>seccompProfile</c> or an <c>appArmorProfile</c>: both hold a type, and a profile of the node where the type is <c>Localhost</c>.</summary>
internal static class ConfinementProfile
{
    /// <summary>The profile of the container runtime, in the annotations that were there before the fields.</summary>
    public const string RuntimeDefaultAnnotation = "runtime/default";

    /// <summary>True for the types that confine. A profile without a type does not: the API server has no default for it.</summary>
    public static bool IsConfined(Field profile) =>
        profile[Name.Type].Is("RuntimeDefault"u8) || profile[Name.Type].Is("Localhost"u8);

    /// <summary>True for the annotation values that confine.</summary>
    public static bool IsConfinedAnnotation(Field annotation) =>
        annotation.Is("runtime/default"u8) || annotation.Utf8.StartsWith("localhost/"u8);

    /// <summary>The runtime's own profile in place of what is there. The API server takes <c>localhostProfile</c> beside no other type than <c>Localhost</c>.</summary>
    public static EquatableArray<Edit> Confine(Field profile)
    {
        var type = new Edit.Set(profile[Name.Type].Path, "RuntimeDefault");
        var localhost = profile[Name.LocalhostProfile];
        return localhost.IsWritten ? [type, new Edit.Remove(localhost.Path)] : [type];
    }
}
