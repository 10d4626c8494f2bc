using System.Diagnostics;
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
    private const string Odd = "one\r\ntwo {\"level\":\"info\"}";

    [Fact]
    public async Task An_event_is_one_line_of_JSON_with_a_utc_time_its_parts_and_its_trace_on_stderr()
    {
        using var span = new Activity("test").SetIdFormat(ActivityIdFormat.W3C).Start();
        var line = await WriteAsync(null);
        using var json = JsonDocument.Parse(line);
        string? Text(string name) => json.RootElement.GetProperty(name).GetString();
        Assert.Equal("2027-01-15T08:00:00.000Z", Text("time"));
        Assert.Equal("warning", Text("level"));
        Assert.Equal($"{Odd} in 7", Text("message"));
        Assert.Equal(Odd, Text("what"));
        Assert.Equal("agentkeys.fake", Text("level_"));
        Assert.Equal(7, json.RootElement.GetProperty("count").GetInt32());
        Assert.Equal((span.TraceId.ToHexString(), span.SpanId.ToHexString()), (Text("traceId"), Text("spanId")));
        Assert.Contains("three", Text("exception"), StringComparison.Ordinal);
        Assert.False(json.RootElement.TryGetProperty("{OriginalFormat}", out _));
    }

    [Fact]
    public async Task Or_one_line_of_text_with_the_same_trace()
    {
        using var span = new Activity("test").SetIdFormat(ActivityIdFormat.W3C).Start();
        var line = await WriteAsync("text");
        Assert.StartsWith($"2027-01-15T08:00:00.000Z warning [{span.TraceId.ToHexString()}] AgentKeys.Test: one\\r\\ntwo ", line, StringComparison.Ordinal);
        Assert.Contains("three\\nfour", line, StringComparison.Ordinal);
    }

    /// <summary>As a service is made, so that the form in force is the one that is tried.</summary>
    private static async Task<string> WriteAsync(string? format)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration["Logging:Format"] = format;
        builder.Services.AddSingleton<TimeProvider>(new ManualTime());
        builder.AddServiceDefaults("broker");
        await using var app = builder.Build();
        var console = app.Services.GetRequiredService<IOptions<ConsoleLoggerOptions>>().Value;
        Assert.Equal(LogLevel.Trace, console.LogToStandardErrorThreshold);

        var formatter = app.Services.GetServices<ConsoleFormatter>().Single(candidate => candidate.Name == console.FormatterName);
        using var output = new StringWriter();
        List<KeyValuePair<string, object?>> state = [new("What", Odd), new("Count", 7), new("Level", "agentkeys.fake"), new("None", null), new("{OriginalFormat}", "{What} in {Count}")];
        var entry = new LogEntry<List<KeyValuePair<string, object?>>>(LogLevel.Warning, "AgentKeys.Test", default, state, new InvalidOperationException("three\nfour"), (_, _) => $"{Odd} in 7");
        formatter.Write(in entry, null, output);
        var line = output.ToString();
        Assert.EndsWith(Environment.NewLine, line, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', line[..^Environment.NewLine.Length]);
        return line;
    }
}
