// Fetches one credential that this machine's actor was granted, and writes its bytes to standard output.
//   dotnet run --project docs/samples/fetch -- OPENAI_API_KEY > key
using AgentKeys.Client;

if (args is not [var name])
{
    Console.Error.WriteLine("usage: fetch NAME");
    return 2;
}
var profile = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
var home = Environment.GetEnvironmentVariable("AGENTKEYS_HOME") ?? Path.Combine(profile, ".agentkeys");
var network = Environment.GetEnvironmentVariable("AGENTKEYS_NETWORK") ?? Path.Combine(home, "network.json");
using var interrupted = new CancellationTokenSource();
Console.CancelKeyPress += (_, e) =>
{
    e.Cancel = true;
    interrupted.Cancel();
};

// The device key signs each request; no session or cap is of use without it.
using var device = KeyFile.Load(Path.Combine(home, "device.json"));
using var agentKeys = new AgentKeysClient(NetworkDescription.Load(network), device);
try
{
    // Logs in, has a cap minted for this one object, and asks the worker. Disposing wipes the value.
    using var credential = await agentKeys.Credentials.FetchAsync(name, interrupted.Token);
    await using var output = Console.OpenStandardOutput();
    await output.WriteAsync(credential.Value, interrupted.Token);
    return 0;
}
catch (AgentKeysException e)
{
    // Codes are stable (SPEC.md section 9): act on them, never on the text.
    Console.Error.WriteLine($"{e.Code}: {e.Detail}");
    if (e.RetryAfter is { } pause)
        Console.Error.WriteLine($"try again in {pause.TotalSeconds} s");
    return 3;
}
