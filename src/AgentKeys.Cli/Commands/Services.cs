using AgentKeys.Client;
using AgentKeys.Ethereum;

namespace AgentKeys.Cli;

/// <summary>
/// A client of the services with this home's device key and kept session. A session of a key that the chain did not know is not
/// reused: after a registration a new login says more.
/// </summary>
internal sealed class Services : IDisposable
{
    private readonly CommandContext _context;
    private readonly Secp256k1Key _device;
    private readonly Session? _kept;

    public Services(CommandContext context)
    {
        _context = context;
        _device = context.Home.LoadDevice();
        Client = new AgentKeysClient(context.Network, _device, time: context.Edges.Time);
        _kept = context.Home.LoadSession(context.Network.Broker);
        if (_kept is { IsUnregistered: false })
            Client.Session = _kept;
    }

    public AgentKeysClient Client { get; }

    /// <summary>Runs and keeps the session that came of it.</summary>
    public async Task<T> UseAsync<T>(Func<AgentKeysClient, Task<T>> act)
    {
        _context.Output.Step = "waiting for the services";
        try
        {
            return await act(Client);
        }
        finally
        {
            _context.Output.Step = null;
            if (Client.Session is { } session && !ReferenceEquals(session, _kept))
                _context.Home.SaveSession(_context.Network.Broker, session);
        }
    }

    public void Dispose()
    {
        Client.Dispose();
        _device.Dispose();
    }
}
