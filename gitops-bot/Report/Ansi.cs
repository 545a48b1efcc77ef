namespace SelfHealGitOps.Bot.Report;

/// <summary>Colours for a terminal; plain text anywhere else, and where NO_COLOR is set to anything.</summary>
internal sealed class Ansi(bool isOn)
{
    public static Ansi None { get; } = new(false);

    /// <summary>What fits standard output: https://no-color.org, and no colours in files and pipes.</summary>
    public static Ansi ForOutput() => new(
        !Console.IsOutputRedirected
        && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))
        && Environment.GetEnvironmentVariable("TERM") != "dumb");

    public string Bold(string text) => Paint("1", text);

    public string Dim(string text) => Paint("2", text);

    public string Red(string text) => Paint("31", text);

    public string Green(string text) => Paint("32", text);

    public string Yellow(string text) => Paint("33", text);

    public string Cyan(string text) => Paint("36", text);

    private string Paint(string code, string text) => isOn ? $"\e[{code}m{text}\e[0m" : text;
}
