using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using AgentKeys.Testing.Processes;
using Xunit;

namespace AgentKeys.EndToEnd.Tests.Stack;

/// <summary>All that a stack and its people left, said or were started with: a name for each place, and its bytes.</summary>
internal sealed class Evidence
{
    private readonly List<(string Place, byte[] Bytes)> _all = [];
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false }) { Timeout = TimeSpan.FromSeconds(30) };

    public IEnumerable<string> WhereIs(Canary secret) => _all.Where(e => secret.IsIn(e.Bytes)).Select(e => e.Place).Distinct();

    public void Add(string place, byte[] bytes) => _all.Add((place, bytes));

    public void Add(string place, CommandResult said) => Add(place, Encoding.UTF8.GetBytes(said.Output + said.Error));

    /// <summary>Successes by their route; refusals apart, so that none of them may hold what a success may.</summary>
    public void Add(IEnumerable<Overheard> answers)
    {
        foreach (var answer in answers)
            Add(answer.Status == 200 ? $"answer of {answer.Route}" : $"refusal of {answer.Route}", answer.Answer);
    }

    /// <summary>Every file below, by its path. A socket holds nothing.</summary>
    public void AddFiles(string root)
    {
        var files = Directory.GetFiles(root, "*", SearchOption.AllDirectories).Where(f => !f.EndsWith(".sock", StringComparison.Ordinal)).ToList();
        Assert.Contains(files, f => f.EndsWith("logs/broker.log", StringComparison.Ordinal));
        foreach (var file in files)
            Add(Path.GetRelativePath(root, file), File.ReadAllBytes(file));
    }

    /// <summary>What everybody may read about a running process, and its environment where we may (a service shows it to root alone).</summary>
    public void AddProcesses(ServiceStack stack)
    {
        foreach (var process in (ServiceProcess[])[stack.Anvil, .. stack.Services])
        {
            var proc = string.Create(CultureInfo.InvariantCulture, $"/proc/{process.Pid}");
            if (!Directory.Exists(proc))
                continue; // no Linux
            Add($"command line of {process.Name}", ReadAll(Path.Combine(proc, "cmdline")));
            if (ProcessLimits.IsRoot)
                Add($"environment of {process.Name}", ReadAll(Path.Combine(proc, "environ")));
        }
    }

    /// <summary>Runs the command line and expects success; what it says is evidence.</summary>
    public async Task<string> RunAsync(AgentKeysCli machine, string? input, CancellationToken ct, params string[] arguments)
    {
        var result = await machine.RunAsync(ct, input, arguments);
        Assert.True(result.ExitCode == 0, result.Tail);
        Add($"output of {string.Join(' ', arguments.Take(2))}", result);
        return result.Output;
    }

    /// <summary>Sends what nobody should, expects a refusal, and keeps it; gives its body.</summary>
    public async Task<string> SendAsync(Uri url, string body, CancellationToken ct, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        using var response = await _http.SendAsync(request, ct);
        var answer = await response.Content.ReadAsByteArrayAsync(ct);
        Assert.InRange((int)response.StatusCode, 400, 599);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        Add($"refusal of {url.AbsolutePath[..Math.Min(20, url.AbsolutePath.Length)]}", [.. Encoding.UTF8.GetBytes(response.Headers.ToString()), .. answer]);
        return Encoding.UTF8.GetString(answer);
    }

    /// <summary>Files of /proc have no length.</summary>
    private static byte[] ReadAll(string path)
    {
        using var file = File.OpenRead(path);
        using var bytes = new MemoryStream();
        file.CopyTo(bytes);
        return bytes.ToArray();
    }
}
