using System.Diagnostics;
using System.Globalization;
using SelfHealGitOps.Bot.Audit;
using SelfHealGitOps.Bot.Store;
using SelfHealGitOps.Bot.Tests.Store;
using SelfHealGitOps.Bot.Tests.Surviving;
using Xunit;

namespace SelfHealGitOps.Bot.Tests;

/// <summary>This assembly as a process of its own: one that can be killed while it works. It ends with the tests, however these end.</summary>
internal sealed class Child : IAsyncDisposable
{
    private readonly Process process;

    private Child(Process process) => this.process = process;

    public static IReadOnlyList<string> Command(params string[] args) => [typeof(Child).Assembly.Location, .. args];

    /// <summary>Starts one, and waits until it has said so many numbers.</summary>
    public static async Task<Child> StartAsync(string work, string folder, int after)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardInput = true, RedirectStandardOutput = true };
        foreach (var arg in Command(work, folder))
        {
            start.ArgumentList.Add(arg);
        }

        var child = new Child(Process.Start(start)!);
        for (var i = 0; i < after; i++)
        {
            Assert.NotNull(await child.process.StandardOutput.ReadLineAsync());
        }

        return child;
    }

    /// <summary>Starts one, kills it after so many numbers, whatever it does just then, and says the last number that it came to say.</summary>
    public static async Task<long> KillAsync(string work, string folder, int after)
    {
        await using var child = await StartAsync(work, folder, after - 1);
        var last = await child.process.StandardOutput.ReadLineAsync();
        child.process.Kill();
        while (await child.process.StandardOutput.ReadLineAsync() is { } line)
        {
            last = line;
        }

        await child.process.WaitForExitAsync();
        return long.Parse(last!, CultureInfo.InvariantCulture);
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            process.Kill();
        }

        await process.WaitForExitAsync();
        process.Dispose();
    }

    /// <summary>What the process does.</summary>
    public static async Task<int> MainAsync(string[] args)
    {
        // Whoever started it is gone when nobody can write to it any more.
        new Thread(() =>
        {
            while (Console.In.Read() >= 0)
            {
            }

            if (args[0] is "store-write" or "lease-hold" or "audit-write")
            {
                Process.GetCurrentProcess().Kill();
            }
        })
        { IsBackground = true }.Start();
        try
        {
            await (args[0] switch
            {
                "store-open" => (await SqliteStore.OpenAsync(args[1], TimeProvider.System, default)).DisposeAsync().AsTask(),
                "store-write" => WriteStoreAsync(args[1]),
                "lease-hold" => HoldLeaseAsync(args[1]),
                "lease-count" => CountAsync(args[1], args[2], args[3]),
                KilledPass.Work => KilledPass.RunAsync(args[1..]),
                KilledPass.Race => KilledPass.RaceAsync(args[1..]),
                "audit-write" => WriteAuditAsync(args[1], int.MaxValue),
                "audit-append" => WriteAuditAsync(args[1], int.Parse(args[2], CultureInfo.InvariantCulture)),
                _ => throw new ArgumentException(args[0]),
            });
            return 0;
        }
        catch (StoreException exception)
        {
            await Console.Error.WriteLineAsync(exception.Message);
            return 1;
        }
    }

    private static async Task WriteStoreAsync(string folder)
    {
        await using var store = await SqliteStore.OpenAsync(folder, TimeProvider.System, default);
        for (var number = (long)(await store.OpenDeliveriesAsync(null, default)).Count; ; number++)
        {
            var delivery = StoreContract.PullRequest(number, "k", [.. Enumerable.Range(0, 100).Select(i => $"finding {i}")]);
            await store.SaveAsync([new StoreWrite.Delivered(delivery), new StoreWrite.Audited(StoreContract.Event($"{number}"))], null, default);
            Console.Out.WriteLine(number + 1);
        }
    }

    private static async Task HoldLeaseAsync(string folder)
    {
        await using var store = await SqliteStore.OpenAsync(folder, TimeProvider.System, default);
        await store.AcquireLeaseAsync("pass", "child", TimeSpan.FromHours(1), default);
        Console.Out.WriteLine(1);
        await Task.Delay(Timeout.Infinite);
    }

    private static async Task CountAsync(string folder, string file, string holder)
    {
        await using var store = await SqliteStore.OpenAsync(folder, TimeProvider.System, default);
        for (var i = 0; i < 25;)
        {
            if (await store.AcquireLeaseAsync("pass", holder, TimeSpan.FromHours(1), default) is not LeaseAnswer.Granted(var lease))
            {
                await Task.Delay(2);
                continue;
            }

            var number = int.Parse(await File.ReadAllTextAsync(file), CultureInfo.InvariantCulture);
            await File.WriteAllTextAsync(file, $"{number + 1}");
            await store.ReleaseLeaseAsync(lease, default);
            i++;
        }
    }

    private static async Task WriteAuditAsync(string folder, int count)
    {
        var log = new AuditFile(folder, TimeProvider.System);
        for (var i = 0; i < count; i++)
        {
            Console.Out.WriteLine((await log.AppendAsync([StoreContract.Event($"{i}")], default))[^1].Sequence);
        }
    }
}
