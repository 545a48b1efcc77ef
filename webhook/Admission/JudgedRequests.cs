using SelfHealGitOps.Policy;

namespace SelfHealGitOps.Webhook.Admission;

/// <summary>Which requests are judged at all.</summary>
internal static class JudgedRequests
{
    /// <summary>
    /// CREATE and UPDATE of objects, and the two ways to change what a pod runs once it is there. Other subresources hold no
    /// pod spec and are let through, should they come; so are kinds of requests that store nothing. A subresource that nobody
    /// knows is judged like an object, to be on the safe side.
    /// </summary>
    public static bool Include(in AdmissionRequest request)
    {
        if (request.Operation is not (AdmissionOperation.Create or AdmissionOperation.Update))
        {
            return false;
        }

        var subResource = request.SubResource;
        return subResource.IsEmpty || !(
            subResource.SequenceEqual("status"u8) || subResource.SequenceEqual("scale"u8) || subResource.SequenceEqual("binding"u8)
            || subResource.SequenceEqual("eviction"u8) || subResource.SequenceEqual("exec"u8) || subResource.SequenceEqual("attach"u8)
            || subResource.SequenceEqual("log"u8) || subResource.SequenceEqual("portforward"u8) || subResource.SequenceEqual("proxy"u8));
    }
}
