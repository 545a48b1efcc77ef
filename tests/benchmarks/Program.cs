using SelfHealGitOps.Benchmarks;

var corpora = args.FirstOrDefault(arg => !arg.StartsWith('-'));
ReadingBenchmark.Run(corpora);
AdmissionBenchmark.Run();
return 0;
