using Xunit;
using static SelfHealGitOps.Tests.Manifests.EditCase;

namespace SelfHealGitOps.Tests.Manifests;

public sealed class YamlEditorRemoveTests
{
    private const string Pod =
        """
        # head
        spec:
          hostPID: true # why
          hostNetwork: true

          # about volumes
          volumes:
          - name: a
            hostPath:
              path: /
          - name: b
            emptyDir: {}
          # before containers
          containers:
            - image: x # pinned
              name: web
              securityContext:
                capabilities:
                  add:
                    - NET_ADMIN
                    - SYS_ADMIN # really
                privileged: true
        tail: |
          text


        """;

    [Fact]
    public void A_removed_line_leaves_its_comment() =>
        Gives(Pod, Pod.Replace("  hostPID: true # why", "  # why"), Remove("spec.hostPID"));

    [Fact]
    public void A_removed_line_leaves_the_blank_lines_around() =>
        Gives(Pod, Pod.Replace("  hostNetwork: true\n", ""), Remove("spec.hostNetwork"));

    [Fact]
    public void An_element_goes_whole() => Gives(
        Pod,
        Pod.Replace("  - name: a\n    hostPath:\n      path: /\n", ""),
        Remove("spec.volumes[name=a]"));

    [Fact]
    public void The_last_element_goes_whole() => Gives(
        Pod,
        Pod.Replace("  - name: b\n    emptyDir: {}\n", ""),
        Remove("spec.volumes[name=b]"));

    [Fact]
    public void All_elements_leave_an_empty_list() => Gives(
        Pod,
        Pod.Replace("  volumes:\n  - name: a\n    hostPath:\n      path: /\n  - name: b\n    emptyDir: {}\n", "  volumes: []\n"),
        Remove("spec.volumes[name=a]"),
        Remove("spec.volumes[name=b]"));

    [Fact]
    public void All_elements_and_one_added_leave_a_list() => Gives(
        Pod,
        Pod.Replace("  - name: a\n    hostPath:\n      path: /\n  - name: b\n    emptyDir: {}\n", "  - name: c\n"),
        Remove("spec.volumes[name=a]"),
        Append("spec.volumes", Map(("name", "c"))),
        Remove("spec.volumes[name=b]"));

    [Fact]
    public void A_scalar_of_a_set_goes_and_its_comment_stays() => Gives(
        Pod,
        Pod.Replace("            - SYS_ADMIN # really\n", "            # really\n"),
        Remove("spec.containers[name=web].securityContext.capabilities.add[=SYS_ADMIN]"));

    [Fact]
    public void All_keys_leave_an_empty_map() => Gives(
        "a:\n  b: # why\n    c: 1\n    d: [x]\n    # below\n  e: 1\n",
        "a:\n  b: {} # why\n    # below\n  e: 1\n",
        Remove("a.b.c"),
        Remove("a.b.d"));

    [Fact]
    public void One_key_goes_and_another_comes() => Gives(
        "a:\n  b:\n    c: 1\n  e: 1\n",
        "a:\n  b:\n    d: 2\n  e: 1\n",
        Remove("a.b.c"),
        Set("a.b.d", 2));

    [Fact]
    public void The_dash_moves_to_the_next_key() => Gives(
        "a:\n- name: x\n  image: y\n  z: 1\n- name: b\n",
        "a:\n- z: 1\n- name: b\n",
        Remove("a[0].name"),
        Remove("a[0].image"));

    [Fact]
    public void The_dash_stays_with_the_comment_of_the_removed_key() => Gives(
        "a:\n- name: x # why\n  image: y\n",
        "a:\n- # why\n  image: y\n",
        Remove("a[0].name"));

    [Fact]
    public void The_dash_stays_above_a_comment_between() => Gives(
        "a:\n- name: x\n  # why\n  image: y\n",
        "a:\n-\n  # why\n  image: y\n",
        Remove("a[0].name"));

    [Fact]
    public void The_only_key_of_an_element_leaves_an_empty_map() =>
        Gives("a:\n- b: 1 # why\n- c: 1\n", "a:\n- {} # why\n- c: 1\n", Remove("a[0].b"));

    [Fact]
    public void The_only_key_of_an_element_makes_place_for_another() => Gives(
        "a:\n-   b: 1\n-   c: 1\n",
        "a:\n-   d:\n      x: 1\n    e: 2\n-   c: 1\n",
        Remove("a[0].b"),
        Set("a[0].d.x", 1),
        Set("a[0].e", 2));

    [Fact]
    public void A_nested_list_loses_its_first() => Gives("a:\n- - x\n  - w\n- - z\n", "a:\n- - w\n- []\n", Remove("a[0][=x]"), Remove("a[1][0]"));

    [Fact]
    public void Consecutive_entries_go() => Gives(
        "a:\n  b: 1\n  c:\n    x: 1\n  d: |\n    text\n\n  e: 1\nf: 1\n",
        "a:\n  b: 1\n\n  e: 1\nf: 1\n",
        Remove("a.c"),
        Remove("a.d"));

    [Fact]
    public void The_last_entry_goes_and_others_come_outside() => Gives(
        "a:\n  b: 1\n  c:\n    x: 1\n    w: 1\n",
        "a:\n  b: 1\n  c:\n    x: 1\n  d: 1\ne: 1\n",
        Remove("a.c.w"),
        Set("a.d", 1),
        Set("e", 1));

    [Fact]
    public void What_is_not_there_is_no_edit() => Gives(Pod, Pod, Remove("spec.nothing.at.all"), Remove("spec.volumes[name=zzz].x"));

    [Fact]
    public void A_removal_wins_over_what_is_done_below() => Gives(
        "a:\n  b: 1\nc: 1\n", "c: 1\n", Set("a.b", 2), Set("a.x.w", 2), Remove("a"));
}
