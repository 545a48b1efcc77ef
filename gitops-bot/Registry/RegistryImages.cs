using System.Net;
using SelfHealGitOps.Manifests;

namespace SelfHealGitOps.Bot.Registry;

/// <summary>Asks registries about images: their mirrors first, and then themselves.</summary>
internal sealed class RegistryImages(RegistrySettings settings, TimeProvider time, Func<string, CancellationToken, Task<IPAddress[]>>? resolve = null)
    : IImages, IDisposable
{
    private readonly RegistryConnection connection = new(settings, time, resolve);

    public async Task<ImageAnswer> AskAsync(ImageReference image, CancellationToken cancellationToken)
    {
        var name = ImagePrefix.HostOf(image.Registry);
        if (!settings.Hosts.TryGetValue(name, out var host))
        {
            return new ImageAnswer.Absent(AbsenceCode.NotAllowed, $"{image} is of {name}, which is not among the registries that may be asked; name it under registries.hosts");
        }

        if (!ImagePrefix.TryParse(name, out var home))
        {
            return new ImageAnswer.Absent(AbsenceCode.InvalidReference, $"{Excerpt.Of(name)} is no host that could be asked");
        }

        ImageAnswer answer = null!;
        foreach (var place in host.Mirrors.Append(home))
        {
            answer = settings.Hosts.TryGetValue(place.Host, out var there)
                ? await AskOneAsync(image, place, there, cancellationToken).ConfigureAwait(false)
                : new ImageAnswer.Absent(AbsenceCode.NotAllowed, $"the mirror {place} of {name} is not among the registries that may be asked; name {place.Host} under registries.hosts");

            // A mirror may lack an image, or be away. One that lies is no reason to look elsewhere: somebody has to know.
            if (answer is ImageAnswer.Known or ImageAnswer.Absent { Code: AbsenceCode.Lies })
            {
                break;
            }
        }

        return answer;
    }

    public void Dispose() => connection.Dispose();

    private async Task<ImageAnswer> AskOneAsync(ImageReference image, ImagePrefix place, RegistryHost host, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(settings.Limits.ImageTimeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            return await new ImageQuestion(connection, settings, place.Host, host, image, place.Mirror(image).Repository, time)
                .AskAsync(both.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new ImageAnswer.Absent(
                AbsenceCode.Slow, $"{place.Host} did not tell all about {image} within {settings.Limits.ImageTimeout.TotalSeconds} seconds; it is asked again in a later pass")
            {
                // Longer than one call may take; but one image with many tags is no proof against the others.
                Tries = 2,
            };
        }
    }
}
