using SelfHealGitOps.Webhook;

return await WebhookCommand.Create(WebhookHost.RunAsync).Parse(args).InvokeAsync();
