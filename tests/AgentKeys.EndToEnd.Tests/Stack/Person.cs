using System.Text;
using AgentKeys.Client;
using AgentKeys.Ethereum;
using AgentKeys.Testing.Processes;
using Xunit;

namespace AgentKeys.EndToEnd.Tests.Stack;

/// <summary>A program with the device key of a home: stores and fetches through the client library, and knows what to be refused with.</summary>
internal sealed class Person : IDisposable
{
    private static readonly TimeSpan s_recovery = TimeSpan.FromSeconds(30);

    private readonly Secp256k1Key _device;

    public Person(ServiceStack stack, AgentKeysCli machine)
    {
        _device = KeyFile.Load(Path.Combine(machine.Home, "device.json"));
        Client = new AgentKeysClient(NetworkDescription.Load(stack.In("network.json")), _device);
    }

    public AgentKeysClient Client { get; }

    public Task<ulong> StoreAsync(string name, string value, CancellationToken ct) => Client.Credentials.StoreAsync(name, Encoding.UTF8.GetBytes(value), cancel: ct);

    public async Task<string> FetchAsync(string name, CancellationToken ct)
    {
        using var found = await Client.Credentials.FetchAsync(name, ct);
        return Encoding.UTF8.GetString(found.Value.Span);
    }

    /// <summary>Exactly this code, nothing else counts.</summary>
    public static async Task RefusedAsync(string code, Func<Task> act)
    {
        var refused = await Assert.ThrowsAsync<AgentKeysException>(act);
        Assert.True(code == refused.Code, $"expected {code}, got {refused.Code}: {refused.Detail}");
    }

    /// <summary>Works again by itself within half a minute, and until then hears nothing but this code.</summary>
    public static async Task<T> RecoversAsync<T>(string code, Func<Task<T>> act)
    {
        var until = TimeProvider.System.GetTimestamp();
        while (true)
        {
            try
            {
                return await act();
            }
            catch (AgentKeysException e) when (TimeProvider.System.GetElapsedTime(until) < s_recovery)
            {
                Assert.True(code == e.Code, $"expected {code} until it recovers, got {e.Code}: {e.Detail}");
                await Task.Delay(100);
            }
        }
    }

    public void Dispose()
    {
        Client.Dispose();
        _device.Dispose();
    }
}
