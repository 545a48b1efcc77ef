namespace SelfHealGitOps.Policy;

/// <summary>Where a finding stands in its source.</summary>
/// <param name="File">Relative to the scanned root, with forward slashes.</param>
/// <param name="Document">The document's place in the file, from 0.</param>
/// <param name="Item">The object's place in a <c>List</c>, from 0; null where the document is the object.</param>
/// <param name="Line">1-based; of the field, or of the nearest parent that is there. 1, as the column, where the text is a request and not a file.</param>
/// <param name="Column">1-based, in UTF-16 code units.</param>
public sealed record Origin(string File, int Document, int? Item, int Line, int Column);
