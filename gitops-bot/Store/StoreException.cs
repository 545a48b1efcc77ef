namespace SelfHealGitOps.Bot.Store;

/// <summary>The store or the audit log cannot be used. The message names the place, what is wrong and what to do; it holds no password.</summary>
internal sealed class StoreException(string message, Exception? cause = null) : IOException(message, cause);
