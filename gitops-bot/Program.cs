using SelfHealGitOps.Bot.Commands;

return SelfHealCommand.Run(args);
