using System.Text;
using SelfHealGitOps.Bot.Detect;
using SelfHealGitOps.Bot.Report;
using Xunit;

namespace SelfHealGitOps.Bot.Tests.Report;

public class DiffReportTests
{
    [Theory]
    [InlineData(true, "--- a/x\\u202e.yaml\n+++ b/x\\u202e.yaml\n@@ -1,1 +1,1 @@\n-a\\u001b[31m\n+b\n")]
    [InlineData(false, "--- a/x\u202E.yaml\n+++ b/x\u202E.yaml\n@@ -1,1 +1,1 @@\n-a\e[31m\r\n+b\r\n")]
    public void Shows_a_terminal_text_and_a_pipe_the_bytes(bool isTerminal, string expected)
    {
        using var output = new StringWriter { NewLine = "\n" };
        var file = new FileScan("x\u202E.yaml", [], [], 1) { Change = new(Encoding.UTF8.GetBytes("a\e[31m\r\n"), Encoding.UTF8.GetBytes("b\r\n")) };

        new DiffReport(output, new Terminal(isTerminal, Ansi.None)).Write(new ScanResult("/", [file], TimeSpan.Zero));

        Assert.Equal(expected, output.ToString());
    }
}
