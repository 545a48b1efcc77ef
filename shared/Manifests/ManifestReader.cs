namespace SelfHealGitOps.Manifests;

/// <summary>What a document turned out to be.</summary>
public enum DocumentKind
{
    /// <summary>One object of the Kubernetes API, or a list of them.</summary>
    Manifest,

    /// <summary>Nothing but comments.</summary>
    Empty,

    /// <summary>Valid, but no object: values, CI files, a <c>kustomization.yaml</c>.</summary>
    NotManifest,

    /// <summary>A template that has to be rendered before it means anything.</summary>
    Template,

    /// <summary>Meant as an object, and unreadable.</summary>
    Broken,
}

/// <summary>One document of a file. The document is the reader's own and is refilled by the next one.</summary>
public readonly record struct DocumentReading(DocumentKind Kind, FlatDocument Document, ProblemFile? Problem = null);

/// <summary>
/// Reads files into documents. One reader serves one thread; its buffers are kept from file to file, so the memory it
/// holds is that of the largest document it has seen.
/// </summary>
public sealed class ManifestReader
{
    /// <summary>Maps and lists may nest this deep. The API server's own decoder stops at 10,000; no schema needs 100.</summary>
    public const int MaxDepth = 512;

    /// <summary>The largest file that is read, in bytes. The API server refuses objects over 3 MiB.</summary>
    public const int MaxFileBytes = 64 * 1024 * 1024;

    /// <summary>Values in one document, aliases expanded. Bounds what a few hundred bytes of nested aliases can cost.</summary>
    public const int MaxNodes = 4_000_000;

    private readonly FlatDocument document = new();
    private readonly YamlReader yaml = new();
    private readonly JsonReader json = new();

    /// <summary>
    /// The documents of a file, in order. A broken one does not end the file. With <paramref name="isNamed"/>, the file
    /// was named by the user and not found by looking: then whatever cannot be read is a problem, also where it does
    /// not look like a manifest.
    /// </summary>
    public IEnumerable<DocumentReading> Read(SourceText source, bool isNamed = false)
    {
        if (!isNamed && !MayHoldManifests(source))
        {
            yield break;
        }

        if (source.Length > MaxFileBytes)
        {
            yield return Problem(source, new(ProblemCode.TooLarge, 0, $"{source.Length} bytes; at most {MaxFileBytes} are read"), isNamed: true);
            yield break;
        }

        source = source.ToUtf8();
        if (LooksLikeJson(source))
        {
            var at = source.ContentStart;
            var isJson = true;
            for (var index = 0; isJson && at < source.Length; index++)
            {
                var reading = ReadJson(source, index, ref at, isNamed, out var hasFailed);
                if (hasFailed && !source.File.EndsWith(".json", StringComparison.OrdinalIgnoreCase) && index == 0)
                {
                    // A flow mapping begins like JSON.
                    isJson = false;
                    break;
                }

                yield return reading;
                at = SkipBlank(source, at);
                if (hasFailed)
                {
                    // Also where nobody meant it as an object: behind the failure there is no place to go on.
                    yield break;
                }
            }

            if (isJson)
            {
                yield break;
            }
        }

        foreach (var span in DocumentSplitter.Split(source))
        {
            yield return ReadYaml(source, span, isNamed);
        }
    }

    /// <summary>Asked before anything is parsed: a text without both words holds no object.</summary>
    public static bool MayHoldManifests(SourceText source) =>
        (source.Bytes.IndexOf("apiVersion"u8) >= 0 && source.Bytes.IndexOf("kind"u8) >= 0)
        || source.Bytes.StartsWith<byte>([0xFF, 0xFE]) || source.Bytes.StartsWith<byte>([0xFE, 0xFF]);

    private DocumentReading ReadJson(SourceText source, int index, ref int at, bool isNamed, out bool hasFailed)
    {
        hasFailed = false;
        try
        {
            at = json.Read(document, source, index, at);
            return Classify();
        }
        catch (ReadFailure failure)
        {
            hasFailed = true;
            return Problem(source, failure, isNamed || LooksLikeManifest(source.Bytes[at..]));
        }
    }

    private DocumentReading ReadYaml(SourceText source, DocumentSpan span, bool isNamed)
    {
        var bytes = source.Bytes[span.Start..span.End];
        var mayBeTemplate = bytes.IndexOf("{{"u8) >= 0;
        if (mayBeTemplate && TemplateText.IsCertain(bytes))
        {
            return new(DocumentKind.Template, document);
        }

        try
        {
            yaml.Read(document, source, span);
            return Classify();
        }
        catch (ReadFailure failure)
        {
            return mayBeTemplate && TemplateText.IsLikely(bytes)
                ? new(DocumentKind.Template, document)
                : Problem(source, failure, isNamed || LooksLikeManifest(bytes));
        }
    }

    private DocumentReading Classify()
    {
        if (document.Count == 0 || document[0].Kind == NodeKind.Null)
        {
            return new(DocumentKind.Empty, document);
        }

        var root = document.Root;
        if (!IsObject(root))
        {
            return new(DocumentKind.NotManifest, document);
        }

        AddObjects(root);
        return new(DocumentKind.Manifest, document);
    }

    /// <summary>Whatever holds an array of items is a list of objects to the API server's clients, of whichever kind; they look one level deep.</summary>
    private void AddObjects(Field root)
    {
        if (!root[Name.Items].IsList)
        {
            document.Objects.Add(root.Node);
            return;
        }

        foreach (var item in root[Name.Items].Elements)
        {
            if (item.IsMap)
            {
                document.Objects.Add(item.Node);
            }
        }
    }

    private static bool IsObject(Field field) =>
        field[Name.Kind] is { IsString: true, Utf8.IsEmpty: false }
        && field[Name.ApiVersion] is { IsString: true, Utf8.IsEmpty: false } apiVersion
        && !apiVersion.Utf8.StartsWith("kustomize.config.k8s.io/"u8);

    private DocumentReading Problem(SourceText source, ReadFailure failure, bool isNamed)
    {
        if (!isNamed)
        {
            return new(DocumentKind.NotManifest, document);
        }

        var (line, column) = source.Locate(Math.Min(failure.Offset, source.Length));
        return new(DocumentKind.Broken, document, new ProblemFile(source.File, failure.Code, line, column, failure.Message));
    }

    /// <summary>As kubectl guesses: the first character that is not blank opens an object.</summary>
    private static bool LooksLikeJson(SourceText source)
    {
        var at = SkipBlank(source, source.ContentStart);
        return at < source.Length && source.Bytes[at] == '{';
    }

    private static int SkipBlank(SourceText source, int at)
    {
        var other = source.Bytes[at..].IndexOfAnyExcept(" \t\r\n"u8);
        return other < 0 ? source.Length : at + other;
    }

    /// <summary>Names both an apiVersion and a kind at the left margin, or as JSON does: somebody meant it as an object.</summary>
    private static bool LooksLikeManifest(ReadOnlySpan<byte> bytes) =>
        (HasTopLevelKey(bytes, "apiVersion:"u8) && HasTopLevelKey(bytes, "kind:"u8))
        || (HasJsonKey(bytes, "\"apiVersion\""u8) && HasJsonKey(bytes, "\"kind\""u8));

    private static bool HasJsonKey(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> key)
    {
        while (bytes.IndexOf(key) is >= 0 and var at)
        {
            bytes = bytes[(at + key.Length)..];
            if (bytes.TrimStart(" \t\r\n"u8).StartsWith(":"u8))
            {
                return true;
            }
        }

        return false;
    }

    private static bool HasTopLevelKey(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> key)
    {
        for (var from = 0; bytes[from..].IndexOf(key) is >= 0 and var at; from += at + key.Length)
        {
            if (from + at == 0 || bytes[from + at - 1] == '\n')
            {
                return true;
            }
        }

        return false;
    }
}
