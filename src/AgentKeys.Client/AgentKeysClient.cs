using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using AgentKeys.Ethereum;
using AgentKeys.Protocol;

namespace AgentKeys.Client;

/// <summary>
/// What a program with a device key uses: sessions, caps, storage sessions, <see cref="Credentials"/> and <see cref="Memory"/>.
/// It logs in by itself when there is no session or the last one has run out. One per device key; safe for concurrent use.
/// <code>
/// using var device = KeyFile.Load("/home/agent/.agentkeys/device.json");
/// using var agentKeys = new AgentKeysClient(NetworkDescription.Load("/home/agent/.agentkeys/network.json"), device);
/// using var credential = await agentKeys.Credentials.FetchAsync("OPENAI_API_KEY", cancel);
/// </code>
/// </summary>
/// <exception cref="AgentKeysException">of every method: refused by a service, unreachable, or no answer of the protocol.</exception>
public sealed class AgentKeysClient : IDisposable
{
    private static readonly TimeSpan s_storageMargin = TimeSpan.FromSeconds(30);

    private readonly HttpClient _http;
    private readonly bool _ownsHttp;
    private readonly ISecp256k1Signer _device;
    private readonly TimeProvider _time;
    private readonly ServiceChannel _channel;
    private readonly SemaphoreSlim _login = new(1, 1);
    private readonly Dictionary<(Omni, DataClass), StorageSession> _storage = [];

    /// <param name="device">signs every call; the caller disposes it.</param>
    /// <param name="http">shared by the program; null: an own one, with a timeout of 30 s and no redirects.</param>
    public AgentKeysClient(NetworkDescription network, ISecp256k1Signer device, HttpClient? http = null, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(device);
        (Network, _device) = (network, device);
        _time = time ?? TimeProvider.System;
        _ownsHttp = http is null;
        _http = http ?? new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { Timeout = TimeSpan.FromSeconds(30) };
        _channel = new ServiceChannel(_http, new DeviceProofs(device, _time), _time);
        DeviceAddress = new AccountAddress(device.Address.ToArray());
        Device = DeviceKeyHash.OfAddress(DeviceAddress);
        Credentials = new CredentialsClient(this, _channel);
        Memory = new MemoryClient(this, _channel);
    }

    public NetworkDescription Network { get; }
    public AccountAddress DeviceAddress { get; }
    public DeviceKeyHash Device { get; }
    public CredentialsClient Credentials { get; }
    public MemoryClient Memory { get; }

    /// <summary>The current session; set one that was kept from an earlier run. Null: the next call logs in.</summary>
    public Session? Session { get; set; }

    /// <summary>Services answer from this block or a later one, or refuse with <c>chain_behind</c>. Set it after a transaction.</summary>
    public ulong? MinBlock { get; set; }

    /// <summary>Logs in with the device key, or with <paramref name="wallet"/>; the device key proves possession either way.</summary>
    public async Task<Session> LoginAsync(ISecp256k1Signer? wallet, CancellationToken cancel)
    {
        var account = wallet ?? _device;
        var address = new AccountAddress(account.Address.ToArray());
        var start = new StartBody(address.ToString(), Device.ToString());
        var opened = await PostAsync("/v1/auth/wallet/start", start, ClientJson.Default.StartBody, ClientJson.Default.StartAnswer, c => c with { Proven = false, Idempotent = true }, cancel);
        LoginMessage.Check(opened.Message, Network.Broker, address, Device);

        var signature = account.SignDigest(Eip191.HashMessage(Encoding.UTF8.GetBytes(opened.Message)));
        var verify = new VerifyBody(opened.RequestId, signature.ToString());
        var answer = await PostAsync("/v1/auth/wallet/verify", verify, ClientJson.Default.VerifyBody, ClientJson.Default.VerifyAnswer, c => c, cancel);
        return Session = Session.FromAnswer(answer);
    }

    /// <summary>The current session, or a new one by the device key when there is none, or it is about to end.</summary>
    public async Task<Session> EnsureSessionAsync(CancellationToken cancel)
    {
        await _login.WaitAsync(cancel);
        try
        {
            return Session is { } session && session.Device == Device && session.IsFresh(_time.GetUtcNow()) ? session : await LoginAsync(null, cancel);
        }
        finally
        {
            _login.Release();
        }
    }

    /// <summary>Mints a cap for one operation on one object, or on all of a class.</summary>
    /// <param name="name">null for list and teardown.</param>
    /// <param name="operatorOmni">null: the session's.</param>
    /// <param name="actor">whose data; null: the session's actor.</param>
    /// <param name="ttlSeconds">60 to 900; null: the broker's default.</param>
    public Task<MintedCap> MintCapAsync(DataClass dataClass, CapOp op, ObjectName? name, Omni? operatorOmni, Omni? actor, int? ttlSeconds, CancellationToken cancel) =>
        WithSessionAsync(async session =>
        {
            var body = new CapBody(
                (operatorOmni ?? session.Operator).ToString(), (actor ?? session.Actor).ToString(), name?.Service.Value, name?.Key?.Value, Device.ToString(), ttlSeconds);
            var answer = await PostAsync(CapRoutes.PathOf(dataClass, op), body, ClientJson.Default.CapBody, ClientJson.Default.CapAnswer, Authorized(session), cancel);
            return new MintedCap(answer.Cap, DateTimeOffset.FromUnixTimeSeconds(answer.ExpiresAt), answer.Block);
        }, cancel);

    /// <summary>Would the broker mint this cap now, and if not, which check refuses? Nothing is minted.</summary>
    /// <param name="name">null for list and teardown.</param>
    /// <param name="actor">whose data; null: the session's actor.</param>
    public Task<Explanation> ExplainAsync(DataClass dataClass, CapOp op, ObjectName? name, Omni? actor, CancellationToken cancel) =>
        WithSessionAsync(
            session =>
            {
                var body = new ExplainBody(
                    op.Name(), dataClass.Name(), session.Operator.ToString(), (actor ?? session.Actor).ToString(), name?.Service.Value, name?.Key?.Value, Device.ToString());
                return PostAsync(CapRoutes.Explain, body, ClientJson.Default.ExplainBody, ClientJson.Default.Explanation, Authorized(session), cancel);
            },
            cancel);

    /// <summary>A storage session of <paramref name="actor"/>'s data (null: the session's actor); kept until half a minute before its end.</summary>
    public Task<StorageSession> GetStorageSessionAsync(DataClass dataClass, Omni? actor, CancellationToken cancel) =>
        WithSessionAsync(async session =>
        {
            var owner = actor ?? session.Actor;
            lock (_storage)
            {
                if (_storage.TryGetValue((owner, dataClass), out var kept) && kept.ExpiresAt - _time.GetUtcNow() > s_storageMargin)
                    return kept;
            }
            var body = new StorageTokenBody(owner.ToString(), dataClass.Name());
            var answer = await PostAsync("/v1/mint-oidc-jwt", body, ClientJson.Default.StorageTokenBody, ClientJson.Default.StorageTokenAnswer, Authorized(session), cancel);
            var made = new StorageSession(answer.Token, answer.Audience, DateTimeOffset.FromUnixTimeSeconds(answer.ExpiresAt));
            lock (_storage)
                _storage[(owner, dataClass)] = made;
            return made;
        }, cancel);

    public void Dispose()
    {
        _login.Dispose();
        if (_ownsHttp)
            _http.Dispose();
    }

    /// <summary>A kept session may be of a broker that has a new key since: then, and only then, one new login.</summary>
    private async Task<T> WithSessionAsync<T>(Func<Session, Task<T>> act, CancellationToken cancel)
    {
        var before = Session;
        var session = await EnsureSessionAsync(cancel);
        try
        {
            return await act(session);
        }
        catch (AgentKeysException e) when (e.Refusal is RefusalCode.Unauthorized && ReferenceEquals(session, before))
        {
            Session = null;
            return await act(await EnsureSessionAsync(cancel));
        }
    }

    private Func<ServiceCall, ServiceCall> Authorized(Session session) => c => c with { Token = session.Token, Idempotent = true, MinBlock = MinBlock };

    private async Task<TAnswer> PostAsync<TBody, TAnswer>(
        string route, TBody body, JsonTypeInfo<TBody> bodyType, JsonTypeInfo<TAnswer> answerType, Func<ServiceCall, ServiceCall> with, CancellationToken cancel)
        where TAnswer : class
    {
        var call = new ServiceCall(NetworkDescription.Route(Network.Broker, route), JsonSerializer.SerializeToUtf8Bytes(body, bodyType));
        return ClientJson.Read(await _channel.SendAsync(with(call), cancel), answerType);
    }
}
