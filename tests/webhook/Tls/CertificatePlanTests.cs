using SelfHealGitOps.Webhook.Tls;
using Xunit;

namespace SelfHealGitOps.Webhook.Tests.Tls;

public sealed class CertificatePlanTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly CertificateLifetimes Lifetimes = CertificateLifetimes.Default;

    /// <summary>Shorter than what is left of a leaf when it is due.</summary>
    private static readonly TimeSpan ThreeWeeks = TimeSpan.FromDays(21);

    [Fact]
    public void Every_bundle_in_force_verifies_whatever_is_served_for_years()
    {
        var authorities = 0;
        for (var seed = 0; seed < 20; seed++)
        {
            var world = new PlanWorld(seed, Lifetimes, ThreeWeeks);
            while (world.Now < Now.AddYears(4))
            {
                var broken = world.Turn();
                Assert.True(broken is null, $"seed {seed}: {broken}");
            }

            authorities += world.Authorities;
            Assert.Null(world.ProblemAtEnd());
        }

        // Otherwise nothing of it has been tried.
        Assert.True(authorities > 20 * 5, $"{authorities}");
    }

    [Fact]
    public void The_same_world_finds_a_plan_that_does_not_wait_for_a_bundle_to_settle()
    {
        var hasty = Lifetimes with { Settle = TimeSpan.Zero };
        Assert.Contains(Enumerable.Range(0, 20), seed =>
        {
            var world = new PlanWorld(seed, hasty, ThreeWeeks);
            while (world.Now < Now.AddYears(4))
            {
                if (world.Turn() is not null)
                {
                    return true;
                }
            }

            return false;
        });
    }

    [Fact]
    public void After_years_without_a_leader_an_hour_puts_everything_right()
    {
        for (var seed = 0; seed < 20; seed++)
        {
            var world = new PlanWorld(seed, Lifetimes, TimeSpan.FromDays(900));
            for (var turn = 0; turn < 1500; turn++)
            {
                world.Turn();
            }

            Assert.Null(world.ProblemAtEnd());
        }
    }

    [Fact]
    public void Begins_with_an_authority_and_then_a_leaf()
    {
        Assert.Equal(new CertificateStep.AddAuthority(), Next([], null));
        Assert.Equal(new CertificateStep.IssueLeaf("a"), Next([A(365)], null, isInForce: true));
        Assert.Equal(new CertificateStep.Rest(), Next([A(365)], null, isInForce: false));
        Assert.Equal(new CertificateStep.Rest(), Next([A(365)], Leaf("a", 90)));
    }

    [Fact]
    public void Renews_a_leaf_at_two_thirds_of_its_life()
    {
        Assert.Equal(new CertificateStep.Rest(), Next([A(300)], Leaf("a", 30.1)));
        Assert.Equal(new CertificateStep.IssueLeaf("a"), Next([A(300)], Leaf("a", 30)));
    }

    [Fact]
    public void Renews_a_leaf_that_is_for_other_names() =>
        Assert.Equal(new CertificateStep.IssueLeaf("a"), Next([A(300)], Leaf("a", 80) with { HasNames = false }, isInForce: true));

    [Fact]
    public void Announces_the_next_authority_before_it_signs()
    {
        Assert.Equal(new CertificateStep.AddAuthority(), Next([A(121)], Leaf("a", 80)));
        AuthorityFacts[] both = [A(121), B(365)];
        Assert.Equal(new CertificateStep.Rest(), Next(both, Leaf("a", 80), isInForce: false));
        Assert.Equal(new CertificateStep.NoteInForce(), Next(both, Leaf("a", 80), isInForce: true));
        Assert.Equal(new CertificateStep.Rest(), Next(both, Leaf("a", 80), Now.AddMinutes(-59), true));
        Assert.Equal(new CertificateStep.IssueLeaf("b"), Next(both, Leaf("a", 80), Now.AddMinutes(-60), true));
        Assert.Equal(new CertificateStep.Rest(), Next(both, Leaf("b", 90), Now.AddMinutes(-60), true));
    }

    [Fact]
    public void Begins_to_wait_anew_when_somebody_has_taken_it_out_again()
    {
        AuthorityFacts[] both = [A(121), B(365)];
        Assert.Equal(new CertificateStep.NoteNotInForce(), Next(both, Leaf("a", 80), Now.AddMinutes(-90), false));
        Assert.Equal(new CertificateStep.Rest(), Next(both, Leaf("a", 80), Now.AddMinutes(-90), null));
    }

    [Fact]
    public void Lets_the_one_before_sign_while_the_next_is_not_in_force()
    {
        AuthorityFacts[] both = [A(100), B(365)];
        Assert.Equal(new CertificateStep.IssueLeaf("a"), Next(both, Leaf("a", 29), isInForce: false));

        // As long as it gains anything.
        Assert.Equal(new CertificateStep.Rest(), Next([A(29), B(365)], Leaf("a", 29), isInForce: false));
        Assert.Equal(new CertificateStep.IssueLeaf("b"), Next([A(0.01), B(365)], Leaf("a", 0.01), Now.AddMinutes(-5), isInForce: true));
    }

    [Fact]
    public void An_authority_leaves_when_it_has_expired_and_no_sooner()
    {
        Assert.Equal(new CertificateStep.Rest(), Next([A(0.001), B(300)], Leaf("b", 60)));
        Assert.Equal(new CertificateStep.DropAuthority("a"), Next([A(0), B(300)], Leaf("b", 60)));
    }

    [Fact]
    public void Whose_key_is_lost_is_followed_by_another_in_good_order()
    {
        Assert.Equal(new CertificateStep.AddAuthority(), Next([A(300) with { CanSign = false }], Leaf("a", 60)));
        Assert.Equal(new CertificateStep.Rest(), Next([A(300) with { CanSign = false }, B(365)], Leaf("a", 60), isInForce: false));
    }

    [Fact]
    public void A_leaf_ends_with_its_authority() =>
        Assert.Equal(Now.AddDays(10), CertificatePlan.NotAfter(A(10), Now, Lifetimes));

    private static AuthorityFacts A(double days) => new("a", Now.AddDays(days), true);

    private static AuthorityFacts B(double days) => new("b", Now.AddDays(days), true);

    private static LeafFacts Leaf(string authority, double days) => new(authority, Now.AddDays(days), true);

    private static CertificateStep Next(AuthorityFacts[] authorities, LeafFacts? leaf, DateTimeOffset? since = null, bool? isInForce = false) =>
        CertificatePlan.Next(new(authorities, leaf, since, isInForce), Now, Lifetimes);
}
