using System.Text.Json;
using AgentKeys.Hosting;
using AgentKeys.Testing.Audit;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;
using Xunit;

namespace AgentKeys.Tests.Hosting;

public sealed class LogLineTests
{
    [Fact]
    public async Task An_event_is_one_line_with_a_utc_time_and_goes_to_stderr()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Services.AddSingleton<TimeProvider>(new ManualTime());
        builder.AddServiceDefaults("broker");
        await using var app = builder.Build();
        var console = app.Services.GetRequiredService<IOptions<ConsoleLoggerOptions>>().Value;
        Assert.Equal(LogLevel.Trace, console.LogToStandardErrorThreshold);

        var formatter = app.Services.GetServices<ConsoleFormatter>().Single(candidate => candidate.Name == console.FormatterName);
        using var output = new StringWriter();
        var entry = new LogEntry<string>(LogLevel.Warning, "AgentKeys.Test", default, "one\r\ntwo {\"level\":\"info\"}", new InvalidOperationException("three\nfour"), (state, _) => state);
        formatter.Write(in entry, null, output);
        var line = output.ToString();
        Assert.Equal(line.Length - Environment.NewLine.Length, line.IndexOf('\n', StringComparison.Ordinal));
        using var json = JsonDocument.Parse(line);
        Assert.Equal("2027-01-15T08:00:00.000Z", json.RootElement.GetProperty("time").GetString());
        Assert.Equal("warning", json.RootElement.GetProperty("level").GetString());
        Assert.Equal("one\r\ntwo {\"level\":\"info\"}", json.RootElement.GetProperty("message").GetString());
        Assert.Contains("three", json.RootElement.GetProperty("exception").GetString(), StringComparison.Ordinal);
    }
}
