using System.Diagnostics;
using AgentKeys.EndToEnd.Tests.Stack;
using AgentKeys.Testing.Processes;
using Xunit;

namespace AgentKeys.EndToEnd.Tests.Browser;

/// <summary>The page that a person sees, in a real browser with a virtual authenticator, against a real chain.</summary>
public class CeremonyInChromium
{
    [ChromiumFact]
    public async Task An_operator_enrols_with_two_touches_in_the_page()
    {
        var ct = new CancellationTokenSource(TimeSpan.FromMinutes(4)).Token;
        using var folder = new StackFolder("chromium");
        await using var stack = await folder.StartAsync(ct);
        await using var browser = await Chromium.StartAsync(ct);
        await using var page = await BrowserPage.OpenAsync(browser, ct);
        await page.AddPasskeyAsync(ct);

        using var init = StartInit(folder);
        var output = init.StandardOutput.ReadToEndAsync(ct);
        await page.NavigateAsync(await UrlAsync(init.StandardError, ct), ct);
        var screenshots = Directory.CreateDirectory(Path.Combine(folder.Programs.Root, ".cache", "screenshots")).FullName;
        await page.WaitForAsync(Ready("Create passkey"), ct);
        await page.ScreenshotAsync(Path.Combine(screenshots, "enrol.png"), ct);
        var text = await page.EvaluateAsync("document.body.innerText", ct);
        Assert.Contains("operator", text, StringComparison.OrdinalIgnoreCase);
        await page.EvaluateAsync("document.querySelector('#go').click()", ct);

        // The page follows to the second touch by itself.
        await page.WaitForAsync(Ready("Approve with passkey"), ct);
        await page.ScreenshotAsync(Path.Combine(screenshots, "confirm.png"), ct);
        await page.EvaluateAsync("document.querySelector('#go').click()", ct);
        await init.WaitForExitAsync(ct);
        Assert.Equal(0, init.ExitCode);
        Assert.Contains("operator_omni", await output, StringComparison.Ordinal);

        var status = await new AgentKeysCli(folder.Programs, Path.Combine(folder.Path, "person"), folder.DevState, null).JsonAsync(ct, "status");
        Assert.Equal("human_anchored", status.GetProperty("trust_tier").GetString());
    }

    private static string Ready(string button) => $"(b => b && !b.hidden && !b.disabled && b.textContent === '{button}')(document.querySelector('#go'))";

    private static Process StartInit(StackFolder folder)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true, WorkingDirectory = folder.Programs.Root };
        foreach (var argument in new[] { folder.Programs.Cli, "init", "--no-browser", "--json", "--home", Path.Combine(folder.Path, "person") })
            start.ArgumentList.Add(argument);
        start.Environment["AGENTKEYS_NETWORK"] = Path.Combine(folder.DevState, "network.json");
        return Process.Start(start)!;
    }

    private static async Task<string> UrlAsync(StreamReader lines, CancellationToken ct)
    {
        while (await lines.ReadLineAsync(ct) is { } line)
        {
            var at = line.IndexOf("http://localhost:", StringComparison.Ordinal);
            if (at < 0)
                continue;
            _ = lines.ReadToEndAsync(CancellationToken.None);
            return line[at..].Split(' ')[0];
        }
        throw new UnexpectedOutcomeException("init ended without naming the page.");
    }
}
