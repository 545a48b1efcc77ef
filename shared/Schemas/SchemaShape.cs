namespace SelfHealGitOps.Schemas;

/// <summary>What the API wants a value to be.</summary>
public enum SchemaShape : byte
{
    /// <summary>Whatever it is.</summary>
    Any,
    Text,
    Integer,
    Number,
    Boolean,

    /// <summary>A text such as <c>512Mi</c>, or a number.</summary>
    Quantity,

    /// <summary>A whole number, or a text such as the name of a port.</summary>
    IntegerOrText,

    /// <summary>A map with fields of its own, none other.</summary>
    Object,

    /// <summary>A map of any keys, whose values have one shape.</summary>
    Map,

    /// <summary>A map of anything.</summary>
    FreeObject,
    List,
}
