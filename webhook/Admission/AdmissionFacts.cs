using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Webhook.Admission;

/// <summary>What a verdict depends on besides the request and the policy.</summary>
/// <param name="Namespace">Null where nothing is known of it, or the object has none.</param>
/// <param name="TopOwner">The owner whose exemptions the object inherits; null for none.</param>
/// <param name="Now">The instant by which exemptions hold or have expired.</param>
internal readonly record struct AdmissionFacts(NamespaceFacts? Namespace, ObjectIdentity? TopOwner, DateTimeOffset Now);
