namespace SelfHealGitOps.Bot;

/// <summary>The command line asks for what cannot be: said on stderr, exit 2. The message names the argument and the remedy.</summary>
internal sealed class UsageException(string message) : Exception(message);
