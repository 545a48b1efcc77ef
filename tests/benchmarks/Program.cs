using SelfHealGitOps.Benchmarks;

if (args is ["webhook", ..])
{
    await WebhookBenchmark.RunAsync(isLong: args.Contains("--long"));
    return 0;
}

var corpora = args.FirstOrDefault(arg => !arg.StartsWith('-'));
ReadingBenchmark.Run(corpora);
AdmissionBenchmark.Run();
EditBenchmark.Run();
ProcessBenchmark.Run(corpora);
await WebhookBenchmark.RunAsync(isLong: false);
return 0;
