using System.Net;
using System.Net.Sockets;

namespace SelfHealGitOps.Bot.Registry;

/// <summary>
/// Connects to addresses that may be connected to. The check is on the address itself, after the name was looked up and
/// right before it is used: a name that is looked up twice may lead elsewhere the second time.
/// </summary>
internal static class GuardedSocket
{
    /// <exception cref="AddressRefusedException">Every address of the host is one that it may not lead to.</exception>
    public static async ValueTask<Stream> ConnectAsync(
        SocketsHttpConnectionContext context, RegistrySettings settings, Func<string, CancellationToken, Task<IPAddress[]>> resolve, CancellationToken cancellationToken)
    {
        var host = context.DnsEndPoint.Host;
        var isNamed = settings.Names(Hosts.Of(context.InitialRequestMessage.RequestUri!));
        var addresses = IPAddress.TryParse(host, out var literal) ? [literal] : await resolve(host, cancellationToken).ConfigureAwait(false);
        var allowed = Array.FindAll(addresses, address => AddressPolicy.WhyNot(host, isNamed, address) is null);
        if (allowed.Length == 0 && addresses.Length > 0)
        {
            throw new AddressRefusedException(
                $"{host} leads to an address that it may not lead to: {AddressPolicy.WhyNot(host, isNamed, addresses[0])}");
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, context.DnsEndPoint.Port, cancellationToken).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}

/// <summary>A name leads where it must not.</summary>
internal sealed class AddressRefusedException(string message) : IOException(message);
