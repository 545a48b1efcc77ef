using SelfHealGitOps.Benchmarks;

if (args is ["webhook", ..])
{
    await WebhookBenchmark.RunAsync(isLong: args.Contains("--long"));
    return 0;
}

if (args is ["heal"])
{
    HealBenchmark.Run();
    return 0;
}

var corpora = args.FirstOrDefault(arg => !arg.StartsWith('-'));
ReadingBenchmark.Run(corpora);
AdmissionBenchmark.Run();
EditBenchmark.Run();
ProcessBenchmark.Run(corpora);
HealBenchmark.Run();
await WebhookBenchmark.RunAsync(isLong: false);
return 0;
