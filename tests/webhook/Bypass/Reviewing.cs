using SelfHealGitOps.Manifests;
using SelfHealGitOps.Policy;
using SelfHealGitOps.Rules;
using SelfHealGitOps.Webhook.Admission;
using SelfHealGitOps.Webhook.Http;

namespace SelfHealGitOps.Webhook.Tests.Bypass;

/// <summary>
/// From the bytes of a review to the bytes of its answer, as the endpoint does it, without a connection. Keeps its buffers
/// from request to request like a pooled workspace; for one thread.
/// </summary>
internal sealed class Reviewing : IDisposable
{
    /// <summary>An instant that stands still.</summary>
    public static readonly DateTimeOffset Now = new(2026, 6, 15, 12, 0, 0, TimeSpan.Zero);

    private readonly ReviewWorkspace workspace = new();

    /// <summary>A policy that enforces every rule of the profile, hints as well, unless it is told otherwise.</summary>
    public static AdmissionPolicy Policy(string profile, AdmissionSettings? admission = null, PolicySettings? settings = null) =>
        new(
            PolicyConfiguration.Standard(Catalogue.All) with
            {
                Admission = admission ?? new AdmissionSettings(),
                Settings = settings ?? PolicySettings.Default,
            },
            profile);

    public static Answer Validate(Question review, AdmissionPolicy policy)
    {
        using var once = new Reviewing();
        return once.Ask(review.ToBytes(), policy, mutates: false);
    }

    public static Answer Mutate(Question review, AdmissionPolicy policy)
    {
        using var once = new Reviewing();
        return once.Ask(review.ToBytes(), policy, mutates: true);
    }

    public Answer Ask(byte[] body, AdmissionPolicy policy, bool mutates)
    {
        var bytes = AskForBytes(body, policy, mutates, out var problem);
        return problem is null ? Answer.Of(bytes.Span) : Answer.Refusing(problem);
    }

    /// <returns>Valid until the next request.</returns>
    public ReadOnlyMemory<byte> AskForBytes(byte[] body, AdmissionPolicy policy, bool mutates, out string? problem)
    {
        workspace.Clear();
        var reading = workspace.Reader.Read(new SourceText("request", body));
        if (reading.Document is not { } document)
        {
            problem = reading.Problem!;
            return default;
        }

        if (!AdmissionRequest.TryRead(document, out var request, out var wrong))
        {
            problem = wrong;
            return default;
        }

        problem = null;
        workspace.Reader.Enclose(request.Object, request.OldObject);
        var owner = ControllerOwner.Of(request);
        var facts = new AdmissionFacts(
            request.Namespace is { } name ? policy.Admission.Namespaces.GetValueOrDefault(name) : null,
            owner is null ? null : ControllerOwner.TopByName(owner, request.Object),
            Now);
        var decision = mutates ? workspace.Reviewer.Mutate(request, facts, policy) : workspace.Reviewer.Validate(request, facts, policy);
        AdmissionResponse.Write(workspace.Writer, request.Uid, decision);
        workspace.Writer.Flush();
        return workspace.Answer;
    }

    public void Dispose() => workspace.Dispose();
}
