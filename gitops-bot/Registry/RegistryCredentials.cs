using System.Text;

namespace SelfHealGitOps.Bot.Registry;

/// <summary>A name and its password, or token.</summary>
internal sealed record RegistryCredentials(string User, string Password)
{
    public string Basic => Convert.ToBase64String(Encoding.UTF8.GetBytes($"{User}:{Password}"));

    /// <summary>Without the password: records print themselves into messages.</summary>
    public override string ToString() => User;
}

/// <summary>What became of looking for credentials.</summary>
internal abstract record CredentialsReading
{
    private CredentialsReading()
    {
    }

    public sealed record Found(RegistryCredentials Credentials) : CredentialsReading;

    /// <summary>There are none: ask anonymously.</summary>
    public sealed record None : CredentialsReading;

    /// <summary>There may be some, but they cannot be had.</summary>
    public sealed record Failed(string Message) : CredentialsReading;
}
