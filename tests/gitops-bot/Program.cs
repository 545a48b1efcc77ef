using SelfHealGitOps.Bot.Tests;

return await Child.MainAsync(args);
