using SelfHealGitOps.Manifests;

namespace SelfHealGitOps.Bot.Schedule;

/// <summary>What pods refer to by name, in their own namespace.</summary>
internal static class PodReferences
{
    private static readonly Name[] ContainerLists = [Name.Containers, Name.InitContainers, Name.EphemeralContainers];

    /// <summary>Whether a pod uses a ConfigMap, Secret, ServiceAccount or PersistentVolumeClaim: be it optional, or under one key of many.</summary>
    /// <param name="spec">Of the pod.</param>
    public static bool Uses(Field spec, string kind, string name) => kind switch
    {
        "ServiceAccount" => AccountOf(spec) == name,
        "ConfigMap" => InEnvironment(spec, Name.ConfigMapKeyRef, Name.ConfigMapRef, name) || InVolumes(spec, Name.ConfigMap, Name.Name, name),
        "Secret" => InEnvironment(spec, Name.SecretKeyRef, Name.SecretRef, name) || InVolumes(spec, Name.Secret, Name.SecretName, name)
            || Names(spec[Name.ImagePullSecrets], name) || InOtherVolumes(spec, name),
        "PersistentVolumeClaim" => Claims(spec).Contains(name, StringComparer.Ordinal),
        _ => false,
    };

    /// <summary>The account of a pod that names none is <c>default</c>.</summary>
    public static string AccountOf(Field spec) => spec[Name.ServiceAccountName].Text ?? spec[Name.ServiceAccount].Text ?? "default";

    public static IEnumerable<string> Claims(Field spec)
    {
        var claims = new List<string>();
        foreach (var volume in spec[Name.Volumes].Elements)
        {
            if (volume[Name.PersistentVolumeClaim][Name.ClaimName].Text is { } claim)
            {
                claims.Add(claim);
            }
        }

        return claims;
    }

    /// <summary>Whether one of a list of references has the name.</summary>
    public static bool Names(Field references, string name)
    {
        foreach (var reference in references.Elements)
        {
            if (reference[Name.Name].Text == name)
            {
                return true;
            }
        }

        return false;
    }

    private static bool InEnvironment(Field spec, Name key, Name whole, string name)
    {
        foreach (var list in ContainerLists)
        {
            foreach (var container in spec[list].Elements)
            {
                foreach (var variable in container[Name.Env].Elements)
                {
                    if (variable[Name.ValueFrom][key][Name.Name].Text == name)
                    {
                        return true;
                    }
                }

                foreach (var source in container[Name.EnvFrom].Elements)
                {
                    if (source[whole][Name.Name].Text == name)
                    {
                        return true;
                    }
                }
            }
        }

        return false;
    }

    /// <summary>As a volume of its own, or as a part of a projected one, where all kinds have a <c>name</c>.</summary>
    private static bool InVolumes(Field spec, Name kind, Name nameField, string name)
    {
        foreach (var volume in spec[Name.Volumes].Elements)
        {
            if (volume[kind][nameField].Text == name)
            {
                return true;
            }

            foreach (var source in volume[Name.Projected][Name.Sources].Elements)
            {
                if (source[kind][Name.Name].Text == name)
                {
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>Drivers of volumes that log in with a Secret.</summary>
    private static bool InOtherVolumes(Field spec, string name)
    {
        foreach (var volume in spec[Name.Volumes].Elements)
        {
            foreach (var driver in volume.Entries)
            {
                if (driver.Value[Name.SecretRef][Name.Name].Text == name || driver.Value["nodePublishSecretRef"][Name.Name].Text == name
                    || (driver.Key == "azureFile" && driver.Value[Name.SecretName].Text == name))
                {
                    return true;
                }
            }
        }

        return false;
    }
}
