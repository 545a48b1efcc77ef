using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace SelfHealGitOps.Fakes;

/// <summary>A small image as registries keep it: manifests and blobs, by their bytes.</summary>
/// <param name="Manifest">Of the image; an index where it is for several platforms.</param>
/// <param name="Children">The manifests that an index lists.</param>
public sealed record SampleImage(SampleContent Manifest, IReadOnlyList<SampleContent> Children, IReadOnlyList<SampleContent> Blobs)
{
    private const string OciManifest = "application/vnd.oci.image.manifest.v1+json";

    public string Digest => Manifest.Digest;

    /// <param name="user">Its USER; empty for none.</param>
    /// <param name="seed">Images that differ in nothing else differ by this.</param>
    public static SampleImage Of(string user, string seed = "", string os = "linux", string architecture = "amd64")
    {
        var config = SampleContent.Of(
            new JsonObject
            {
                ["architecture"] = architecture,
                ["os"] = os,
                ["config"] = new JsonObject
                {
                    ["User"] = user,
                    ["Entrypoint"] = new JsonArray("/app"),
                    ["Cmd"] = new JsonArray("serve", seed),
                    ["ExposedPorts"] = new JsonObject { ["8080/tcp"] = new JsonObject() },
                    ["WorkingDir"] = "/srv",
                    ["Env"] = new JsonArray("PATH=/bin"),
                },
                ["rootfs"] = new JsonObject { ["type"] = "layers", ["diff_ids"] = new JsonArray() },
            },
            "application/vnd.oci.image.config.v1+json");
        return new(Manifests(config, config.Digest, config.Bytes.Length), [], [config]);
    }

    /// <summary>An index over single images.</summary>
    public static SampleImage Index(params (string Os, string Architecture, SampleImage Image)[] images)
    {
        var index = new JsonObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = "application/vnd.oci.image.index.v1+json",
            ["manifests"] = new JsonArray([.. images.Select(each => new JsonObject
            {
                ["mediaType"] = OciManifest,
                ["digest"] = each.Image.Digest,
                ["size"] = each.Image.Manifest.Bytes.Length,
                ["platform"] = new JsonObject { ["os"] = each.Os, ["architecture"] = each.Architecture },
            })]),
        };
        return new(
            SampleContent.Of(index, "application/vnd.oci.image.index.v1+json"),
            [.. images.Select(each => each.Image.Manifest)],
            [.. images.SelectMany(each => each.Image.Blobs)]);
    }

    /// <summary>The same image, its manifest saying something else of its configuration.</summary>
    public SampleImage WithConfigNamed(string digest, long size) => this with { Manifest = Manifests(Blobs[0], digest, size) };

    private static SampleContent Manifests(SampleContent config, string digest, long size) => SampleContent.Of(
        new JsonObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = OciManifest,
            ["config"] = new JsonObject { ["mediaType"] = config.Type, ["digest"] = digest, ["size"] = size },
            ["layers"] = new JsonArray(),
        },
        OciManifest);
}

/// <summary>Bytes under the name of their hash.</summary>
public sealed record SampleContent(byte[] Bytes, string Type)
{
    public string Digest => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(Bytes));

    public static SampleContent Of(JsonNode json, string type) => new(Encoding.UTF8.GetBytes(json.ToJsonString()), type);
}
