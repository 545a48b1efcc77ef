using System.Reflection;

namespace SelfHealGitOps.Bot.Tests.Surviving;

/// <summary>A process that is gone: what it was about to do next is not done, and nothing after it either.</summary>
/// <remarks>A cancellation, for nothing in a pass takes that for a failure of one item.</remarks>
internal sealed class CrashException(string at) : OperationCanceledException($"killed at {at}");

/// <summary>Counts what a bot asks of the world outside, in the order in which it asks.</summary>
internal sealed class Calls
{
    public List<string> Names { get; } = [];

    /// <summary>Called before each, with its number from 1 and its name.</summary>
    public Action<int, string> Before { get; set; } = (_, _) => { };

    public T Of<T>(T inner, string prefix)
        where T : class
    {
        var proxy = DispatchProxy.Create<T, Interception>();
        ((Interception)(object)proxy).Set(inner, name =>
        {
            Names.Add($"{prefix}.{name}");
            Before(Names.Count, Names[^1]);
        });
        return proxy;
    }

    /// <summary>From the n-th call on, there is nobody any more to make one.</summary>
    public static Calls CrashingAt(int n)
    {
        var calls = new Calls();
        calls.Before = (at, name) =>
        {
            if (at >= n)
            {
                throw new CrashException($"{n}: {name}");
            }
        };
        return calls;
    }
}

/// <summary>Stands before a port, and has a word before each call.</summary>
#pragma warning disable CA1852 // The proxy is derived from it.
internal class Interception : DispatchProxy
#pragma warning restore CA1852
{
    private object inner = new();
    private Action<string> before = _ => { };

    public void Set(object port, Action<string> word) => (inner, before) = (port, word);

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        // Closing a handle is what the system does for the dead.
        if (!targetMethod!.IsSpecialName && targetMethod.Name != nameof(IAsyncDisposable.DisposeAsync))
        {
            before(targetMethod.Name.Replace("Async", "", StringComparison.Ordinal));
        }

        return targetMethod.Invoke(inner, BindingFlags.DoNotWrapExceptions, null, args, null);
    }
}
