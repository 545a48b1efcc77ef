using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Bot.ArgoCd;

/// <summary>Where the declaration of a live object stands, as far as that is known. Never a guess: each doubt is itemised.</summary>
internal abstract record ManifestPlace
{
    private ManifestPlace()
    {
    }

    /// <summary>One declaration.</summary>
    /// <param name="Root">The object that is declared: the live one, or the owner at the end of its owners.</param>
    /// <param name="Way">From the live object to the file, step by step, for people.</param>
    /// <param name="Doubts">What is taken from 1, and why; empty for certainty.</param>
    /// <param name="Alternatives">Other declarations of the same object, which were ruled out, and by what.</param>
    public sealed record Placement(
        ObjectIdentity Root, FileSpot Spot, IReadOnlyList<string> Way, IReadOnlyList<Doubt> Doubts, IReadOnlyList<RuledOut> Alternatives) : ManifestPlace
    {
        /// <summary>
        /// A pull request needs this much; below, an issue. Each doubt that another file may be meant takes 0.25 or more,
        /// so that one of them is enough; the others say that something is unusual, and it takes three of those.
        /// </summary>
        public const decimal Bar = 0.80m;

        /// <summary>0 to 1.</summary>
        public decimal Confidence => Math.Max(0, 1 - Doubts.Sum(doubt => doubt.Weight));

        public bool AllowsPullRequest => Confidence >= Bar;
    }

    /// <summary>No declaration, or more than one.</summary>
    /// <param name="Why">What was seen.</param>
    /// <param name="Help">What a person could do so that the next pass finds it.</param>
    public sealed record Unplaced(UnplacedCode Code, string Why, string Help, IReadOnlyList<FileSpot> Candidates) : ManifestPlace;
}

/// <param name="Repository">As the configuration names it.</param>
/// <param name="Document">From 0, as <paramref name="Item"/>, which is null where the document is the object.</param>
/// <param name="Line">1-based: where the object begins.</param>
internal sealed record FileSpot(string Repository, string File, int Document, int? Item, int Line)
{
    public override string ToString() => FormattableString.Invariant($"{File}:{Line}");
}

/// <summary>A reason to be less than sure.</summary>
/// <param name="Weight">More than 0, in steps of 0.01.</param>
internal sealed record Doubt(decimal Weight, string Why)
{
    public override string ToString() => FormattableString.Invariant($"-{Weight:0.00}  {Why}");
}

internal sealed record RuledOut(FileSpot Spot, string Why);

/// <summary>Why a live object leads to no file. Written in upper case with underscores.</summary>
internal enum UnplacedCode
{
    /// <summary>A chart, a kustomization, a plugin, or Flux: the object is made of several files. To come, behind the same type.</summary>
    UnmappedSource,

    /// <summary>Nothing says that it comes from Git, and no file declares it.</summary>
    NotDeclared,

    /// <summary>Its application reads the repository, and no file that it reads declares the object.</summary>
    NotInSource,

    /// <summary>Declared more than once in what its application reads.</summary>
    AmbiguousFile,

    /// <summary>More than one application claims it.</summary>
    AmbiguousApplication,

    /// <summary>It carries the tracking id of another object.</summary>
    TrackingIdCopied,

    /// <summary>It carries a tracking id that cannot be read.</summary>
    TrackingIdUnreadable,

    /// <summary>The application it names is not there.</summary>
    ApplicationMissing,

    /// <summary>Its application does not list it among what it manages.</summary>
    NotManaged,

    /// <summary>Applications could not be read, and it names one.</summary>
    ApplicationsUnreadable,

    /// <summary>Its application reads another repository than the ones at hand.</summary>
    OtherRepository,

    /// <summary>Its application reads another branch, a tag or a commit: a change of the base would not reach it.</summary>
    OtherRevision,

    /// <summary>Its application deploys to another cluster.</summary>
    OtherCluster,

    /// <summary>The API server made its name up, from a generateName.</summary>
    GeneratedName,

    /// <summary>Declared in a file that the owner keeps out of this.</summary>
    ExcludedFile,

    /// <summary>Its owner is gone, has several, or could not be asked for.</summary>
    OwnerUnknown,

    /// <summary>It could not be read from the cluster.</summary>
    ObjectUnreadable,
}
