using Xunit;
using static SelfHealGitOps.Tests.Manifests.EditCase;

namespace SelfHealGitOps.Tests.Manifests;

public sealed class YamlEditorTests
{
    [Fact]
    public void Replaces_a_scalar_and_keeps_the_comment_after_it() => Gives(
        """
        kind: Pod
        hostNetwork: true # needed
        tail: 1

        """,
        """
        kind: Pod
        hostNetwork: false # needed
        tail: 1

        """,
        Set("hostNetwork", false));

    [Fact]
    public void Adds_a_key_with_its_missing_parents_after_the_last_content_line() => Gives(
        """
        spec:
          containers:
          - name: web
            image: nginx # pinned
            # about the next
          - name: other
        # the end

        """,
        """
        spec:
          containers:
          - name: web
            image: nginx # pinned
            securityContext:
              capabilities:
                drop:
                - ALL
              privileged: false
            # about the next
          - name: other
        # the end

        """,
        Append("spec.containers[name=web].securityContext.capabilities.drop", "ALL"),
        Set("spec.containers[name=web].securityContext.privileged", false));

    [Fact]
    public void Adds_at_the_end_of_everything() => Gives(
        """
        spec:
            containers:
              - name: web
                args:
                  - a

        """,
        """
        spec:
            containers:
              - name: web
                args:
                  - a
                  - --b=c
                x: 1
            hostNetwork: false
        last: "yes"

        """,
        Set("last", "yes"), Set("spec.hostNetwork", false), Set("spec.containers[name=web].x", 1), Append("spec.containers[name=web].args", "--b=c"));
}
