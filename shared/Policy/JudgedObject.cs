using SelfHealGitOps.Manifests;

namespace SelfHealGitOps.Policy;

/// <summary>An object of a file, and what is wrong with it. Its fields are valid until the next one is asked for.</summary>
internal readonly record struct JudgedObject(Field Root, int? Item, List<Finding> Findings, List<ExemptedFinding> Exempted);
