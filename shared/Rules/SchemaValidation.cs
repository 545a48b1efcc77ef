using System.Globalization;
using System.Text;
using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;
using SelfHealGitOps.Schemas;

namespace SelfHealGitOps.Rules;

public sealed class SchemaValidation : ObjectRule
{
    private static readonly SwitchParameter IgnoreMissingSchemas = Parameter.Switch(
        "ignoreMissingSchemas", "pass over kinds without a schema, such as custom resources", standard: true);

    private static readonly SwitchParameter Strict = Parameter.Switch(
        "strict", "find fields that the schema does not know", standard: true);

    private static readonly Parameter<WordList> SkipKinds = Parameter.Words(
        "skipKinds", "kinds that are not judged, as Kind or group/version/Kind");

    private static readonly Parameter<WordList> RejectKinds = Parameter.Words(
        "rejectKinds", "kinds that are found wherever they are, as Kind or group/version/Kind");

    private readonly bool isStrict;
    private readonly bool ignoresMissing;
    private readonly WordList skipped;
    private readonly WordList rejected;

    public SchemaValidation()
        : this(ParameterValues.None)
    {
    }

    private SchemaValidation(ParameterValues values)
    {
        isStrict = values.Of(Strict);
        ignoresMissing = values.Of(IgnoreMissingSchemas);
        skipped = values.Of(SkipKinds);
        rejected = values.Of(RejectKinds);
    }

    public override IReadOnlyList<Parameter> Parameters { get; } = [IgnoreMissingSchemas, Strict, SkipKinds, RejectKinds];

    public override IReadOnlyList<ResourceKind> Judges { get; } = [ResourceKind.Any];

    protected override RuleInfo Definition { get; } = new(
        Id: "schema-validation",
        Title: "Object does not fit the schema of its kind",
        Why: "The API server refuses the object, or drops the field without a word, and what was meant is not in force.",
        Source: "https://docs.kubelinter.io/#/generated/checks?id=schema-validation",
        Severity: Severity.Error,
        Profiles: Profiles.None,
        Remedy: "Renames a field that is one letter or its case away from one that is not set; writes a number or true and false without quotes where the text is one, and with quotes where text is wanted: Review. Otherwise a person has to say what was meant.");

    protected override Rule Configure(ParameterValues values) => new SchemaValidation(values);

    public override void Check(Subject subject, FindingList findings)
    {
        // A patch with a directive is no object, and is never applied as one.
        if (subject.Root["$patch"].Exists || (skipped.Count > 0 && Contains(skipped, subject)))
        {
            return;
        }

        if (rejected.Count > 0 && Contains(rejected, subject))
        {
            findings.Add(this, subject.Root[Name.Kind], $"kind {Text(subject.Kind)} is rejected by the parameter rejectKinds", Refusal.NeedsDecision($"what takes the place of this {Text(subject.Kind)}"));
            return;
        }

        var version = subject.Settings.KubernetesVersion;
        if (!ignoresMissing && !subject.Kind.IsEmpty && !SchemaCheck.Knows(subject.Root, version))
        {
            findings.Add(
                this,
                subject.Root[Name.Kind],
                $"no schema is known of {Text(subject.ApiVersion)} {Text(subject.Kind)}",
                Refusal.NeedsEvidence($"the schema of {Text(subject.ApiVersion)} {Text(subject.Kind)}: of a custom resource, or of a version that is served"));
        }

        foreach (var violation in SchemaCheck.Of(subject.Root, version))
        {
            switch (violation.Problem)
            {
                case SchemaProblem.UnknownField when isStrict:
                    Unknown(violation, findings);
                    break;
                case SchemaProblem.MissingField when subject.IsWhole:
                    findings.Add(this, violation.Place, violation.Message, Refusal.NeedsEvidence($"the value of {violation.Place.Path}, which {violation.Owner} requires"));
                    break;
                case SchemaProblem.WrongShape:
                    WrongShape(violation, findings);
                    break;
                case SchemaProblem.WrongValue:
                    findings.Add(this, violation.Place, violation.Message, Refusal.NeedsDecision($"which of the texts that {violation.Owner} takes is meant at {violation.Place.Path}"));
                    break;
            }
        }
    }

    private void Unknown(SchemaViolation violation, FindingList findings)
    {
        var (place, path) = (violation.Place, violation.Place.Path);
        if (violation.Meant is not { } meant)
        {
            findings.Add(this, place, violation.Message, Refusal.NeedsDecision($"where {path} belongs, or that it goes: {violation.Owner} has no such field"));
        }
        else if (violation.FitsMeant && Scalar(place) is { } value)
        {
            findings.Add(this, place, violation.Message, new Fix(
                $"Rename the field to {meant}",
                Safety.Review,
                [new Edit.Remove(path), new Edit.Set(path.Parent!.Key(meant), value)]));
        }
        else
        {
            findings.Add(this, place, violation.Message, Refusal.NeedsDecision($"whether {path} is to be named {meant}, and what it then holds"));
        }
    }

    private void WrongShape(SchemaViolation violation, FindingList findings)
    {
        var (place, wanted) = (violation.Place, violation.Wanted);
        var value = (place.Kind, wanted) switch
        {
            (NodeKind.String, SchemaShape.Integer) => WholeNumber(place.Text!),
            (NodeKind.String, SchemaShape.Boolean) when place.Is("true"u8) => (Value)true,
            (NodeKind.String, SchemaShape.Boolean) when place.Is("false"u8) => (Value)false,

            // What was typed is what is meant: 0644, 1.10 and yes stay as they look.
            (NodeKind.Number or NodeKind.Boolean, SchemaShape.Text) => (Value)place.Text!,
            _ => null,
        };
        if (value is not null && !EndsInKey(place.Path))
        {
            // An edit sets entries of maps; an element of a list has no name to set.
            findings.Add(this, place, violation.Message, Refusal.NeedsDecision($"whether {place.Path} means what it looks like, {(wanted == SchemaShape.Text ? "in quotes" : "without quotes")}"));
        }
        else if (value is null)
        {
            findings.Add(this, place, violation.Message, Refusal.NeedsDecision($"how {place.Path} is written in the shape that {violation.Owner} wants"));
        }
        else
        {
            findings.Add(this, place, violation.Message, new Fix(
                wanted == SchemaShape.Text ? "Write the value as text, in quotes" : $"Write {place.Text} without quotes",
                Safety.Review,
                new Edit.Set(place.Path, value)));
        }
    }

    private static Value? WholeNumber(string text) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
        && number.ToString(CultureInfo.InvariantCulture) == text ? number : null;

    /// <summary>A scalar whose value survives being written anew: a number only if it is whole, and nothing that is filled in later, since quotes would make it text.</summary>
    private static Value? Scalar(Field field) => field.Kind switch
    {
        NodeKind.String when TemplateText.IsExpression(field.Utf8) => null,
        NodeKind.String => field.Text!,
        NodeKind.Boolean => field.IsTrue,
        NodeKind.Number => field.Integer is { } number && number.ToString(CultureInfo.InvariantCulture) == field.Text ? number : null,
        _ => null,
    };

    private static bool EndsInKey(FieldPath path) => path.Steps.Count > 0 && path.Steps[^1] is PathStep.Key;

    private static bool Contains(WordList kinds, Subject subject)
    {
        if (kinds.Contains(subject.Kind))
        {
            return true;
        }

        Span<byte> name = stackalloc byte[256];
        var apiVersion = subject.ApiVersion;
        var kind = subject.Kind;
        if (apiVersion.Length + kind.Length + 1 > name.Length)
        {
            return false;
        }

        apiVersion.CopyTo(name);
        name[apiVersion.Length] = (byte)'/';
        kind.CopyTo(name[(apiVersion.Length + 1)..]);
        return kinds.Contains(name[..(apiVersion.Length + 1 + kind.Length)]);
    }

    private static string Text(ReadOnlySpan<byte> utf8) => Encoding.UTF8.GetString(utf8);
}
