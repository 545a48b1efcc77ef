using System.Text.Json;
using SelfHealGitOps.Manifests;

namespace SelfHealGitOps.Bot.Registry;

/// <summary>
/// All that one registry is asked about one image. Nothing it says is believed: every digest is computed from the bytes, and
/// the first contradiction ends the question.
/// Source: https://github.com/opencontainers/distribution-spec/blob/main/spec.md
/// </summary>
internal sealed class ImageQuestion(
    RegistryConnection connection, RegistrySettings settings, string name, RegistryHost host, ImageReference image, string repository, TimeProvider time)
{
    private const int MostSetAside = 10;

    private readonly Uri root = new($"{(host.IsInsecure ? "http" : "https")}://{host.Endpoint}/v2/{repository}/");
    private readonly DateTimeOffset askedAt = time.GetUtcNow();

    private RegistryLimits Limits => settings.Limits;

    public async Task<ImageAnswer> AskAsync(CancellationToken cancellationToken)
    {
        try
        {
            return new ImageAnswer.Known(await TellAsync(cancellationToken).ConfigureAwait(false));
        }
        catch (NoAnswerException none)
        {
            return new ImageAnswer.Absent(none.Code, $"{image}: {none.Message}") { Tries = none.Tries };
        }
    }

    private async Task<ImageEvidence> TellAsync(CancellationToken cancellationToken)
    {
        var tag = image.Tag ?? "latest";
        var manifest = await ReadManifestAsync(image.Digest ?? await DigestOfAsync(tag, cancellationToken).ConfigureAwait(false), tag, cancellationToken).ConfigureAwait(false);
        using (manifest)
        {
            var (children, hasOthers) = manifest.IsIndex ? ReadIndex(manifest) : ([], false);
            var evidence = new ImageEvidence(image, name, askedAt, manifest.Digest, manifest.Type, [.. children.Select(child => child.Platform)], []) { ListsOthers = hasOthers };
            try
            {
                evidence = evidence with { Configs = await ReadConfigsAsync(manifest, children, cancellationToken).ConfigureAwait(false) };
                evidence = evidence.Configs.Count > 0
                    ? evidence
                    : evidence with { WhyNoConfig = $"the image is not for {string.Join(", ", settings.Platforms)}" };
            }
            catch (NoAnswerException none) when (none.Code != AbsenceCode.Lies)
            {
                evidence = evidence with { WhyNoConfig = none.Message };
            }

            return await WithVersionAsync(evidence, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The digest that a tag stands for, as the registry claims; null where it says nothing of it.</summary>
    private async Task<string?> DigestOfAsync(string tag, CancellationToken cancellationToken)
    {
        var reply = await connection.SendAsync(
            name, host, HttpMethod.Head, Manifest(tag), repository, MediaTypes.AcceptManifests, 0, cancellationToken).ConfigureAwait(false);
        if (reply is RegistryReply.Failed { Code: AbsenceCode.Malformed })
        {
            // Some answer no HEAD.
            return null;
        }

        var digest = Expect(reply).Digest;
        return digest is null || ContentDigest.IsValid(digest)
            ? digest
            : throw new NoAnswerException(AbsenceCode.Lies, $"{name} says that {tag} has the digest {Excerpt.Of(digest)}, which is none");
    }

    /// <param name="digest">Which the bytes must have; null to take what stands at the tag.</param>
    private async Task<ManifestDocument> ReadManifestAsync(string? digest, string tag, CancellationToken cancellationToken)
    {
        var reply = await connection.SendAsync(
            name, host, HttpMethod.Get, Manifest(digest ?? tag), repository, MediaTypes.AcceptManifests, Limits.MaxDocumentBytes, cancellationToken).ConfigureAwait(false);
        if (reply is RegistryReply.Failed { Code: AbsenceCode.UnknownImage } && digest is not null && image.Digest is null)
        {
            throw new NoAnswerException(AbsenceCode.Lies, $"{name} names {digest} and does not have it; ask again, or ask its owner");
        }

        var done = Expect(reply);
        if (digest is not null && !ContentDigest.Holds(digest, done.Bytes.Span))
        {
            throw new NoAnswerException(
                AbsenceCode.Lies, $"{name} answers with {ContentDigest.Of(done.Bytes.Span)} where {digest} was asked for; the registry or something on the way to it changes manifests");
        }

        if (digest is null && done.Digest is { } claimed && (!ContentDigest.IsValid(claimed) || !ContentDigest.Holds(claimed, done.Bytes.Span)))
        {
            throw new NoAnswerException(AbsenceCode.Lies, $"{name} says that {tag} has the digest {Excerpt.Of(claimed)}, and answers with {ContentDigest.Of(done.Bytes.Span)}");
        }

        if (!MediaTypes.IsIndex(done.ContentType) && !MediaTypes.IsManifest(done.ContentType))
        {
            throw new NoAnswerException(AbsenceCode.Malformed, $"{name} answers with {Excerpt.Of(done.ContentType ?? "no type")}; wanted an image manifest or index");
        }

        var json = Json.ParseObject(done.Bytes)
            ?? throw new NoAnswerException(AbsenceCode.Malformed, $"{name} answers with a manifest that is no JSON object, or has a key twice");
        var document = new ManifestDocument(digest ?? ContentDigest.Of(done.Bytes.Span), done.ContentType!, json);

        // The same bytes under another type would be another image: https://github.com/opencontainers/distribution-spec/security/advisories/GHSA-mc8v-mgrf-8f4m
        if ((Json.Text(json.RootElement, "mediaType") is { } type && type != done.ContentType)
            || (Json.Member(json.RootElement, "manifests") is not null && Json.Member(json.RootElement, "layers") is not null)
            || Json.Member(json.RootElement, "manifests") is not null != document.IsIndex)
        {
            document.Dispose();
            throw new NoAnswerException(AbsenceCode.Lies, $"{name} says that {document.Digest} is of type {document.Type}, and its contents are of another");
        }

        return document;
    }

    private static (List<Child> Children, bool HasOthers) ReadIndex(ManifestDocument index)
    {
        var children = new List<Child>();
        var hasOthers = false;
        foreach (var entry in Json.Elements(index.Json.RootElement, "manifests"))
        {
            var platform = Json.Member(entry, "platform") ?? default;
            var os = Json.Text(platform, "os");
            if (os == "unknown")
            {
                // Attestations are listed for the platform unknown/unknown.
                continue;
            }

            if (os is not null
                && Json.Text(platform, "architecture") is { } architecture
                && MediaTypes.IsManifest(Json.Text(entry, "mediaType"))
                && DescriptorOf(entry) is { } descriptor)
            {
                children.Add(new(new(os, architecture, Json.Text(platform, "variant")), descriptor));
            }
            else
            {
                hasOthers = true;
            }
        }

        return (children, hasOthers);
    }

    private async Task<IReadOnlyList<ImageConfig>> ReadConfigsAsync(ManifestDocument manifest, List<Child> children, CancellationToken cancellationToken)
    {
        if (!manifest.IsIndex)
        {
            var config = await ReadConfigAsync(manifest, cancellationToken).ConfigureAwait(false);
            return settings.Platforms.Any(wanted => wanted.Fits(config.Platform)) ? [config] : [];
        }

        var configs = new List<ImageConfig>();
        foreach (var wanted in settings.Platforms)
        {
            if (children.Find(child => wanted.Fits(child.Platform)) is not { } child)
            {
                continue;
            }

            using var document = await ReadManifestAsync(child.Descriptor.Digest, "", cancellationToken).ConfigureAwait(false);
            if (document.IsIndex)
            {
                throw new NoAnswerException(AbsenceCode.Lies, $"{name} lists an index as the manifest for {child.Platform}");
            }

            var config = await ReadConfigAsync(document, cancellationToken).ConfigureAwait(false);
            if (!child.Platform.Fits(config.Platform))
            {
                throw new NoAnswerException(AbsenceCode.Lies, $"the index lists {document.Digest} for {child.Platform}, and its configuration is for {config.Platform}");
            }

            configs.Add(config);
        }

        return configs;
    }

    private async Task<ImageConfig> ReadConfigAsync(ManifestDocument manifest, CancellationToken cancellationToken)
    {
        if (Json.Member(manifest.Json.RootElement, "config") is not { } entry || DescriptorOf(entry) is not { } descriptor)
        {
            throw new NoAnswerException(AbsenceCode.Malformed, $"the manifest {manifest.Digest} names no configuration");
        }

        if (!MediaTypes.IsImageConfig(Json.Text(entry, "mediaType")))
        {
            throw new NoAnswerException(AbsenceCode.Malformed, $"{manifest.Digest} is no container image: its configuration is {Excerpt.Of(Json.Text(entry, "mediaType") ?? "of no type")}");
        }

        if (descriptor.Size > Limits.MaxDocumentBytes)
        {
            throw new NoAnswerException(AbsenceCode.TooLarge, $"the configuration {descriptor.Digest} has {descriptor.Size} bytes; {Limits.MaxDocumentBytes} are read at most");
        }

        var reply = await connection.SendAsync(
            name, host, HttpMethod.Get, new Uri(root, "blobs/" + descriptor.Digest), repository, "*/*", Limits.MaxDocumentBytes, cancellationToken).ConfigureAwait(false);
        var bytes = Expect(reply).Bytes;
        if (bytes.Length != descriptor.Size || !ContentDigest.Holds(descriptor.Digest, bytes.Span))
        {
            throw new NoAnswerException(
                AbsenceCode.Lies, $"{name} answers with {bytes.Length} bytes of {ContentDigest.Of(bytes.Span)} where the {descriptor.Size} bytes of {descriptor.Digest} were asked for");
        }

        using var json = Json.ParseObject(bytes)
            ?? throw new NoAnswerException(AbsenceCode.Malformed, $"the configuration {descriptor.Digest} is no JSON object, or has a key twice");
        var all = json.RootElement;
        if (Json.Text(all, "os") is not { Length: > 0 } os || Json.Text(all, "architecture") is not { Length: > 0 } architecture)
        {
            throw new NoAnswerException(AbsenceCode.Malformed, $"the configuration {descriptor.Digest} names no os or no architecture");
        }

        var run = Json.Member(all, "config") ?? default;
        return new(
            new(os, architecture, Json.Text(all, "variant")),
            descriptor.Digest,
            new(Json.Text(run, "User") ?? ""),
            Json.Texts(run, "Entrypoint"),
            Json.Texts(run, "Cmd"),
            [.. Json.Keys(run, "ExposedPorts").Order(StringComparer.Ordinal)],
            Json.Text(run, "WorkingDir") ?? "");
    }

    private async Task<ImageEvidence> WithVersionAsync(ImageEvidence evidence, CancellationToken cancellationToken)
    {
        if (image.Digest is not null)
        {
            // It is pinned, whatever its tag says.
            return evidence;
        }

        if (VersionTag.TryParse(image.Tag ?? "latest", out var own, out _))
        {
            return evidence with { Version = own };
        }

        try
        {
            var versions = new List<VersionTag>();
            var setAside = new List<TagSetAside>();
            foreach (var tag in await new TagList(connection, settings.Limits, name, host, repository, root).ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                if (VersionTag.TryParse(tag, out var version, out var whyNot))
                {
                    versions.Add(version);
                }
                else if (setAside.Count < MostSetAside)
                {
                    setAside.Add(new(tag, whyNot));
                }
            }

            versions.Sort(VersionTag.BestFirst);
            evidence = evidence with { SetAside = setAside };
            foreach (var version in versions.Take(Limits.MaxVersionsTried))
            {
                if (await StandsForAsync(version.Tag, evidence.Digest, cancellationToken).ConfigureAwait(false))
                {
                    return evidence with { Version = version };
                }
            }

            return evidence with
            {
                WhyNoVersion = versions.Count == 0 ? $"{name} lists no tag of {repository} that names a version"
                    : versions.Count <= Limits.MaxVersionsTried ? $"none of the {versions.Count} version tags stands for the digest"
                    : $"none of the newest {Limits.MaxVersionsTried} of {versions.Count} version tags stands for the digest",
            };
        }
        catch (NoAnswerException none) when (none.Code != AbsenceCode.Lies)
        {
            return evidence with { WhyNoVersion = none.Message };
        }
    }

    private async Task<bool> StandsForAsync(string tag, string digest, CancellationToken cancellationToken)
    {
        try
        {
            var claimed = await DigestOfAsync(tag, cancellationToken).ConfigureAwait(false);
            if (claimed is not null && claimed != digest)
            {
                return false;
            }

            // By the tag, not by the digest: that is what is to be proven.
            using var manifest = await ReadManifestAsync(null, tag, cancellationToken).ConfigureAwait(false);
            return claimed is null || manifest.Digest == digest
                ? manifest.Digest == digest
                : throw new NoAnswerException(AbsenceCode.Lies, $"{name} says that {tag} has the digest {claimed}, and answers with {manifest.Digest}");
        }
        catch (NoAnswerException none) when (none.Code is AbsenceCode.UnknownImage or AbsenceCode.Malformed or AbsenceCode.TooLarge)
        {
            // Deleted since, or no image: the next tag may do.
            return false;
        }
    }

    private Uri Manifest(string reference) => new(root, "manifests/" + reference);

    private static Descriptor? DescriptorOf(JsonElement entry) =>
        Json.Text(entry, "digest") is { } digest && ContentDigest.IsValid(digest) && Json.Number(entry, "size") is >= 0 and var size ? new(digest, size) : null;

    private static RegistryReply.Done Expect(RegistryReply reply) => reply switch
    {
        RegistryReply.Failed failed => throw new NoAnswerException(failed.Code, failed.Message) { Tries = failed.Tries },
        _ => (RegistryReply.Done)reply,
    };

    private sealed record Descriptor(string Digest, long Size);

    private sealed record Child(ImagePlatform Platform, Descriptor Descriptor);

    private sealed record ManifestDocument(string Digest, string Type, JsonDocument Json) : IDisposable
    {
        public bool IsIndex => MediaTypes.IsIndex(Type);

        public void Dispose() => Json.Dispose();
    }
}

/// <summary>Ends a question from however deep inside; it never leaves it.</summary>
internal sealed class NoAnswerException(AbsenceCode code, string message) : Exception(message)
{
    public AbsenceCode Code { get; } = code;

    /// <summary>How often the call behind it was tried in vain.</summary>
    public int Tries { get; init; } = 1;
}
