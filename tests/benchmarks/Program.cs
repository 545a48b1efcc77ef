using SelfHealGitOps.Benchmarks;

var corpora = args.FirstOrDefault(arg => !arg.StartsWith('-'));
ReadingBenchmark.Run(corpora);
AdmissionBenchmark.Run();
EditBenchmark.Run();
ProcessBenchmark.Run(corpora);
return 0;
