using System.Globalization;
using SelfHealGitOps.Bot.Report;

namespace SelfHealGitOps.Bot.Schedule;

/// <summary>One line of the account of a score.</summary>
/// <param name="Points">Never negative, but for the line that ends computed scores at 99.</param>
/// <param name="Input">Which input it comes from: <c>replicas</c>.</param>
/// <param name="Why">The value seen. May quote names from a cluster or a repository.</param>
internal sealed record BlastLine(int Points, string Input, string Why)
{
    /// <summary>One line whatever the names hold: a Service called "x\n+50" must not add to the account.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{(Points < 0 ? '-' : '+')}{Math.Abs(Points)}  {Printable.Of(Input)}: {Printable.Of(Why)}");
}
