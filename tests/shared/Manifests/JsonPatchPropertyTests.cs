using System.Text;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using SelfHealGitOps.Manifests;
using Xunit;

namespace SelfHealGitOps.Tests.Manifests;

public sealed class JsonPatchPropertyTests
{
    [Fact]
    public void Rendering_and_reading_gives_the_patch_back() => Holds(JsonGen.Case, it =>
        Parsed(it.Patch.ToJson()).ToJson() == it.Patch.ToJson());

    [Fact]
    public void Neither_document_nor_patch_is_ever_changed() => Holds(JsonGen.Case, it =>
    {
        var (document, patch) = (Text(it.Document), it.Patch.ToJson());
        _ = it.Patch.Apply(it.Document);
        return Text(it.Document) == document && it.Patch.ToJson() == patch;
    });

    [Fact]
    public void A_patch_does_the_same_once_rendered_and_read() => Holds(JsonGen.Case, it =>
        (it.Patch.Apply(it.Document), Parsed(it.Patch.ToJson()).Apply(it.Document)) switch
        {
            (JsonPatchResult.Applied one, JsonPatchResult.Applied other) => Text(one.Document) == Text(other.Document),
            (JsonPatchResult.Failed one, JsonPatchResult.Failed other) => one == other,
            _ => false,
        });

    [Fact]
    public void The_first_operations_alone_lead_up_to_the_failure() => Holds(JsonGen.Case, it =>
        it.Patch.Apply(it.Document) is not JsonPatchResult.Failed failed
        || new JsonPatch([.. it.Patch.Operations.Take(failed.OperationIndex)]).Apply(it.Document) is JsonPatchResult.Applied);

    [Fact]
    public void Adding_a_member_and_removing_it_changes_nothing() => Holds(JsonGen.Node, document =>
        JsonGen.Places(document, JsonPointer.Root).Where(place => place.Node is JsonObject).All(place =>
        {
            var path = place.Path.Append("new/~");
            return Same(document, new JsonPatchOperation.Add(path, 1), new JsonPatchOperation.Remove(path));
        }));

    [Fact]
    public void Adding_an_element_and_removing_it_changes_nothing() => Holds(JsonGen.Node, document =>
        JsonGen.Places(document, JsonPointer.Root).Where(place => place.Node is JsonArray).All(place =>
            Enumerable.Range(0, place.Node!.AsArray().Count + 1).Select(index => place.Path.Append(index)).All(path =>
                Same(document, new JsonPatchOperation.Add(path, 1), new JsonPatchOperation.Remove(path)))));

    [Fact]
    public void Removing_anything_and_adding_it_back_changes_nothing() => Holds(JsonGen.Node, document =>
        JsonGen.Places(document, JsonPointer.Root).Where(place => !place.Path.IsRoot).All(place =>
            Same(document, new JsonPatchOperation.Remove(place.Path), new JsonPatchOperation.Add(place.Path, place.Node))));

    [Fact]
    public void Moving_away_and_back_changes_nothing() => Holds(JsonGen.Node, document =>
        JsonGen.Places(document, JsonPointer.Root).Where(place => !place.Path.IsRoot && document is JsonObject).All(place =>
        {
            var aside = JsonPointer.Root.Append("aside");
            return Same(document, new JsonPatchOperation.Move(place.Path, aside), new JsonPatchOperation.Move(aside, place.Path));
        }));

    [Fact]
    public void Everything_equals_itself_and_can_replace_itself() => Holds(JsonGen.Node, document =>
        JsonGen.Places(document, JsonPointer.Root).All(place =>
            Same(document, new JsonPatchOperation.Test(place.Path, place.Node), new JsonPatchOperation.Replace(place.Path, place.Node))));

    [Fact]
    public void No_bytes_make_the_reader_throw() => Holds(
        from it in JsonGen.Case
        let bytes = Encoding.UTF8.GetBytes(it.Patch.ToJson())
        from place in Gen.Choose(0, bytes.Length - 1)
        from noise in Gen.Elements("\"", "{", "]", ",", "\\", "\\ud800", "\0", "~", "op", "\uFEFF")
        select (byte[])[.. bytes[..place], .. Encoding.UTF8.GetBytes(noise), .. bytes[(place + 1)..]],
        bytes => JsonPatch.Parse(bytes) is JsonPatchParse.Parsed or JsonPatchParse.Refused { Reason.Length: > 0 });

    private static void Holds<T>(Gen<T> cases, Func<T, bool> claim) =>
        Prop.ForAll(cases.ToArbitrary(), claim).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    private static bool Same(JsonNode? document, params JsonPatchOperation[] operations) =>
        new JsonPatch(operations).Apply(document) is JsonPatchResult.Applied applied && JsonEquality.AreEqual(document, applied.Document);

    private static JsonPatch Parsed(string json) => ((JsonPatchParse.Parsed)JsonPatch.Parse(Encoding.UTF8.GetBytes(json))).Patch;

    private static string Text(JsonNode? node) => node?.ToJsonString() ?? "null";
}
