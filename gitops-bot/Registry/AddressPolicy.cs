using System.Net;
using System.Net.Sockets;

namespace SelfHealGitOps.Bot.Registry;

/// <summary>
/// Which addresses a name may lead to. A host that the owner names may be in the owner's own network; one that only fits a
/// pattern may not, for the pattern's owner chooses where it leads. The addresses where clouds hand out credentials are
/// reached by no name at all, only where they are themselves what the owner wrote.
/// </summary>
internal static class AddressPolicy
{
    private static readonly IPNetwork[] OfTheLink =
    [
        IPNetwork.Parse("169.254.0.0/16"), IPNetwork.Parse("fe80::/10"),

        // Metadata services outside of the link: EC2 by IPv6, and those of two other clouds.
        IPNetwork.Parse("fd00:ec2::/32"), IPNetwork.Parse("100.100.100.200/32"), IPNetwork.Parse("192.0.0.192/32"),
    ];

    private static readonly IPNetwork[] NotPublic =
    [
        .. OfTheLink,
        IPNetwork.Parse("0.0.0.0/8"), IPNetwork.Parse("10.0.0.0/8"), IPNetwork.Parse("100.64.0.0/10"), IPNetwork.Parse("127.0.0.0/8"),
        IPNetwork.Parse("172.16.0.0/12"), IPNetwork.Parse("192.0.0.0/24"), IPNetwork.Parse("192.168.0.0/16"), IPNetwork.Parse("198.18.0.0/15"),
        IPNetwork.Parse("224.0.0.0/3"), IPNetwork.Parse("::/127"), IPNetwork.Parse("fc00::/7"), IPNetwork.Parse("fec0::/10"), IPNetwork.Parse("ff00::/8"),
    ];

    /// <param name="host">As written: a name, or an address.</param>
    /// <param name="isNamed">Whether the owner has written this very host.</param>
    /// <returns>What is wrong with the address; null where nothing is.</returns>
    public static string? WhyNot(string host, bool isNamed, IPAddress address)
    {
        var meant = Embedded(address);
        if (isNamed)
        {
            return Contains(OfTheLink, meant) && !IPAddress.TryParse(host.Trim('[', ']'), out _)
                ? $"{address} is a link-local or metadata address"
                : null;
        }

        return Contains(NotPublic, meant) ? $"{address} is a private, loopback, link-local or metadata address" : null;
    }

    /// <summary>The IPv4 address that an IPv6 address stands for: mapped, behind a translator (64:ff9b::/96), or of 6to4 (2002::/16).</summary>
    private static IPAddress Embedded(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
        {
            return address.MapToIPv4();
        }

        if (address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return address;
        }

        var bytes = address.GetAddressBytes();
        return bytes.AsSpan(0, 12).SequenceEqual((ReadOnlySpan<byte>)[0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0]) ? new(bytes.AsSpan(12))
            : bytes[0] == 0x20 && bytes[1] == 0x02 ? new(bytes.AsSpan(2, 4))
            : address;
    }

    private static bool Contains(IPNetwork[] networks, IPAddress address) => Array.Exists(networks, network => network.Contains(address));
}
