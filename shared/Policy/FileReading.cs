using SelfHealGitOps.Manifests;

namespace SelfHealGitOps.Policy;

/// <summary>A file that was read as a whole, to be judged together with others.</summary>
public sealed class FileReading
{
    private FileReading(SourceText source, IReadOnlyList<DocumentReading> documents)
    {
        Source = source;
        Documents = documents;
        Objects =
        [
            .. from reading in documents
               where reading.Kind == DocumentKind.Manifest
               from manifest in reading.Document.Manifests()
               select new SetObject(manifest.Root),
        ];
    }

    public SourceText Source { get; }

    public IReadOnlyList<DocumentReading> Documents { get; }

    public IReadOnlyList<SetObject> Objects { get; }

    public static FileReading Read(ManifestReader reader, SourceText source, bool isNamed) => new(
        source,
        [.. reader.Read(source, isNamed).Select(reading => reading.Kind == DocumentKind.Manifest ? reading with { Document = reading.Document.Snapshot() } : reading)]);
}
