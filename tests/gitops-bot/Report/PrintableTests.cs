using SelfHealGitOps.Bot.Report;
using Xunit;

namespace SelfHealGitOps.Bot.Tests.Report;

public class PrintableTests
{
    [Theory]
    [InlineData("plain\ttext", "plain\ttext")]
    [InlineData("wéb 😀 👨‍👩‍👧 न्‍य", "wéb 😀 👨‍👩‍👧 न्‍य")]
    [InlineData("\e[31mred", "\\u001b[31mred")]
    [InlineData("a\r\nb\u0085c", "a\\u000d\\u000ab\\u0085c")]
    [InlineData("\u009B31m\u007F", "\\u009b31m\\u007f")]
    [InlineData("a\u202Eb\u2066c\u200Fd\u061Ce", "a\\u202eb\\u2066c\\u200fd\\u061ce")]
    [InlineData("a\u200Bb\uFEFFc", "a\\u200bb\\ufeffc")]
    [InlineData("a\U000E0041b", "a\\U000e0041b")]
    public void Shows_what_would_act_on_the_terminal(string text, string shown) => Assert.Equal(shown, Printable.Of(text));

    [Theory]
    [InlineData("a\n\tb\r\nc", "a\n\tb\nc")]
    [InlineData("a\n::error::b\u001b", "a\\u000a::error::b\\u001b")]
    [InlineData("a\n \t::error::b", "a\\u000a \t::error::b")]
    [InlineData("a\n##[error]b", "a\\u000a##[error]b")]
    public void Lets_no_line_of_a_message_be_a_command(string text, string expected) => Assert.Equal(expected, Printable.Message(text));
}
