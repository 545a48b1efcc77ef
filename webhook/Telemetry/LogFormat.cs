namespace SelfHealGitOps.Webhook.Telemetry;

/// <summary>How log lines look.</summary>
internal enum LogFormat
{
    /// <summary>A JSON object a line.</summary>
    Json,

    /// <summary>For people.</summary>
    Text,
}
