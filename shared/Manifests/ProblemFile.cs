namespace SelfHealGitOps.Manifests;

/// <summary>Why a document could not be read.</summary>
public enum ProblemCode
{
    /// <summary>Not YAML or JSON.</summary>
    Syntax,

    /// <summary>A map names one key twice; decoders disagree about which one counts.</summary>
    DuplicateKey,

    /// <summary>A key that YAML reads as a boolean, a number or null; it would reach the API server as another text.</summary>
    NonStringKey,

    /// <summary>Nested deeper than <see cref="ManifestReader.MaxDepth"/>.</summary>
    TooDeep,

    /// <summary>A file over <see cref="ManifestReader.MaxFileBytes"/>, or a document whose aliases expand without bound.</summary>
    TooLarge,

    /// <summary>An alias to an anchor that is not there, or is around it.</summary>
    UnknownAlias,

    /// <summary>A value that its tag does not allow, or a merge key whose value is not a map.</summary>
    BadValue,

    /// <summary>The operating system would not open or read the file.</summary>
    Unreadable,

    /// <summary>A bug of this program, met in the file; nothing is known of the file.</summary>
    InternalError,
}

/// <summary>A document or file that could not be read. Line and column are 1-based, in UTF-16 code units.</summary>
public sealed record ProblemFile(string File, ProblemCode Code, int Line, int Column, string Message);
