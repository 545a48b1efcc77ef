using SelfHealGitOps.Webhook;

// Signals drain before they end anything, so the command line must not end the process on its own.
return await WebhookCommand.Create(WebhookHost.RunAsync).Parse(args).InvokeAsync(new() { ProcessTerminationTimeout = null });
