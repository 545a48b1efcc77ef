namespace SelfHealGitOps.Bot.Export;

/// <summary>What a rule is in CEL.</summary>
internal abstract record CelForm
{
    private CelForm()
    {
    }

    /// <summary>The rule finds something exactly where one of the checks does, in every object that an API server has read and completed.</summary>
    public sealed record Expressed(params CelCheck[] Checks) : CelForm;

    /// <param name="Reason">Why there is none: an end of the sentence "not covered, because …".</param>
    public sealed record Missing(string Reason) : CelForm;
}

/// <summary>One thing that may be wrong.</summary>
/// <param name="Bad">True where it is wrong: in CEL, of <c>c</c> where the scope is a container, and of <c>variables</c>.</param>
/// <param name="Message">What is wrong, and what is wanted, behind the containers' names where the scope is a container: <c>must not run privileged</c>.</param>
internal sealed record CelCheck(CelScope Scope, string Bad, string Message);

/// <summary>What a check is asked of.</summary>
internal enum CelScope
{
    /// <summary>A pod, or the template of one.</summary>
    Pod,

    /// <summary>Each of its containers: init, regular and ephemeral.</summary>
    Container,

    /// <summary>Each of its regular containers.</summary>
    RegularContainer,

    Service,

    ClusterRoleBinding,

    /// <summary>A Role or a ClusterRole.</summary>
    Role,
}
