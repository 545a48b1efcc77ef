using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using SelfHealGitOps.Webhook.Tls;
using Xunit;

namespace SelfHealGitOps.Webhook.Tests.Tls;

public sealed class ManagedCertificatesTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly IReadOnlyList<string> Names = CertificateAuthority.NamesOf("selfheal-webhook", "selfheal");

    [Fact]
    public void Comes_back_from_its_Secret_as_it_was()
    {
        var made = Run(Run(ManagedCertificates.Empty, Now, CertificateLifetimes.Default), Now.AddDays(250), CertificateLifetimes.Default);
        made = made with { InForceSince = Now.AddDays(250) };
        var secret = new JsonObject { ["data"] = new JsonObject { ["other"] = "kept" } };
        made.WriteTo(secret);
        var read = ManagedCertificates.Read(secret);
        Assert.Equal(made.Bundle, read.Bundle);
        Assert.Equal(2, read.Authorities.Length);
        Assert.All(read.Authorities, authority => Assert.True(authority.HasPrivateKey));
        Assert.Equal(made.Leaf!.Thumbprint, read.Leaf!.Thumbprint);
        Assert.True(read.Leaf.HasPrivateKey);
        Assert.Equal(made.InForceSince, read.InForceSince);
        Assert.Equal("kept", (string?)secret["data"]!["other"]);
        Assert.DoesNotContain("KEY", made.Bundle, StringComparison.Ordinal);

        (read with { InForceSince = null }).WriteTo(secret);
        Assert.Null(ManagedCertificates.Read(secret).InForceSince);
    }

    [Fact]
    public void A_leaf_is_for_the_service_and_for_serving_alone()
    {
        var leaf = Run(ManagedCertificates.Empty, Now, CertificateLifetimes.Default).Leaf!;
        Assert.True(leaf.MatchesHostname("selfheal-webhook.selfheal.svc") && leaf.MatchesHostname("selfheal-webhook.selfheal.svc.cluster.local"));
        Assert.False(leaf.MatchesHostname("selfheal-webhook.other.svc"));
        Assert.False(leaf.Extensions.OfType<X509BasicConstraintsExtension>().Single().CertificateAuthority);
        Assert.Equal("1.3.6.1.5.5.7.3.1", leaf.Extensions.OfType<X509EnhancedKeyUsageExtension>().Single().EnhancedKeyUsages[0].Value);
    }

    [Fact]
    public void A_leaf_of_another_authority_of_the_same_name_is_not_taken_for_its_own()
    {
        var made = Run(ManagedCertificates.Empty, Now, CertificateLifetimes.Default);
        var other = Run(ManagedCertificates.Empty, Now, CertificateLifetimes.Default);
        Assert.Null((made with { Leaf = other.Leaf }).Situation(Names, true).Leaf);
        Assert.NotNull(made.Situation(Names, true).Leaf);
        Assert.False(made.Situation(["selfheal-webhook.other.svc"], true).Leaf!.HasNames);
    }

    [Fact]
    public void Certificates_of_a_minute_verify_at_every_second()
    {
        var lifetimes = new CertificateLifetimes
        {
            Authority = TimeSpan.FromSeconds(240), Leaf = TimeSpan.FromSeconds(60), Backdate = TimeSpan.FromSeconds(5), Settle = TimeSpan.FromSeconds(5),
        };
        var held = ManagedCertificates.Empty;
        var (leaves, authorities) = (new HashSet<string>(), new HashSet<string>());
        for (var second = 0; second < 900; second += 3)
        {
            var now = Now.AddSeconds(second);
            var before = held;
            held = Run(held, now, lifetimes);
            leaves.Add(held.Leaf!.SerialNumber);
            authorities.UnionWith(held.Authorities.Select(ManagedCertificates.IdOf));

            // Whoever has not heard yet has the bundle of before, or serves the leaf of before.
            AssertVerifies(held, held.Leaf!, now);
            if (before.Leaf is not null)
            {
                AssertVerifies(before, held.Leaf!, now);
                AssertVerifies(held, before.Leaf, now);
            }
        }

        Assert.InRange(leaves.Count, 15, 40);
        Assert.InRange(authorities.Count, 4, 8);
    }

    [Fact]
    public void Reads_anything_without_a_word()
    {
        var secret = new JsonObject();
        Run(ManagedCertificates.Empty, Now, CertificateLifetimes.Default).WriteTo(secret);
        var random = new Random(3);
        for (var round = 0; round < 60; round++)
        {
            var harmed = (JsonObject)secret.DeepClone();
            var key = ((string[])["tls.crt", "tls.key", "ca.crt", "ca.key"])[random.Next(4)];
            var text = Encoding.UTF8.GetChars(Convert.FromBase64String((string)harmed["data"]![key]!));
            text[random.Next(text.Length)] = (char)random.Next(10, 127);
            harmed["data"]![key] = random.Next(5) switch
            {
                0 => null,
                1 => 7,
                2 => "no base64",
                _ => Convert.ToBase64String(Encoding.UTF8.GetBytes(text)),
            };
            harmed["metadata"]!["annotations"]![ManagedCertificates.InForceAnnotation] = "soon";
            var read = ManagedCertificates.Read(harmed);
            Assert.NotNull(Run(read, Now, CertificateLifetimes.Default).Leaf);
        }

        Assert.Empty(ManagedCertificates.Read([]).Authorities);
    }

    private static ManagedCertificates Run(ManagedCertificates certificates, DateTimeOffset now, CertificateLifetimes lifetimes)
    {
        for (var count = 0; CertificatePlan.Next(certificates.Situation(Names, isInForce: true), now, lifetimes) is var step and not CertificateStep.Rest; count++)
        {
            Assert.True(count < 16, "the plan does not come to rest");
            certificates = certificates.After(step, Names, now, lifetimes);
        }

        return certificates;
    }

    private static void AssertVerifies(ManagedCertificates certificates, X509Certificate2 leaf, DateTimeOffset now)
    {
        var bundle = new X509Certificate2Collection();
        bundle.ImportFromPem(certificates.Bundle);
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(bundle);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.VerificationTime = now.UtcDateTime;
        chain.ChainPolicy.VerificationTimeIgnored = false;
        Assert.True(chain.Build(leaf), $"{now:u} {string.Join(", ", chain.ChainStatus.Select(status => status.Status))}");
    }
}
