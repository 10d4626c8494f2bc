using AgentKeys.Protocol;
using AgentKeys.Storage;
using AgentKeys.Testing.Audit;
using AgentKeys.Testing.Storage;
using AgentKeys.Testing.Tokens;
using Xunit;

namespace AgentKeys.Tests.Storage;

/// <summary>The local store with the broker's real tokens: each thing bent alone, at each act.</summary>
public sealed class StorageTokenAtTheActTests : IDisposable
{
    private readonly TemporaryFolder _root = new();
    private readonly TestTokens _tokens = new();
    private readonly TestDevice _device = new();
    private readonly TestDevice _other = new();
    private readonly ManualTime _time = new();

    private StorageClaims Claims => _tokens.StorageClaims(_device.Omni, DataClass.Credentials, StorageClaims.LocalAudience("dev", DataClass.Credentials), _time.GetUtcNow());

    public void Dispose()
    {
        _tokens.Dispose();
        _device.Dispose();
        _other.Dispose();
        _root.Dispose();
    }

    private async Task<RefusalCode?[]> AtEachAct(string token, TrustedKeys? keys = null, string? issuer = null)
    {
        var store = new LocalObjectStore(_root.Path, new StorageTokenVerifier(keys ?? _tokens.StorageKeys, issuer ?? _tokens.Issuer, "dev"), _time);
        var session = new StorageSession.Local(token);
        var key = new StorageKey(_device.Omni, DataClass.Credentials, new ObjectName(ServiceName.Parse("a")));
        return
        [
            (await store.PutAsync(session, key, new byte[] { 1 }, PutCondition.CreateOnly, default)).Refusal?.Code,
            (await store.GetAsync(session, key, default)).Refusal?.Code,
            (await store.ListAsync(session, key.Actor, key.DataClass, null, 10, default)).Refusal?.Code,
            (await store.DeleteAsync(session, key, "x", default)).Refusal?.Code is RefusalCode.Conflict ? null : RefusalCode.StorageSessionRefused,
        ];
    }

    private async Task Refused(string token, TrustedKeys? keys = null, string? issuer = null)
    {
        Assert.All(await AtEachAct(token, keys, issuer), code => Assert.Equal(RefusalCode.StorageSessionRefused, code));
        Assert.Empty(Directory.GetFiles(_root.Path, "*.enc", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task The_right_token_opens_every_act() =>
        Assert.All(await AtEachAct(_tokens.Storage(Claims)), code => Assert.Null(code));

    [Fact]
    public async Task Another_actors_token_opens_nothing() => await Refused(_tokens.Storage(Claims with { Actor = _other.Omni }));

    [Fact]
    public async Task Another_classs_token_opens_nothing() => await Refused(_tokens.Storage(Claims with { DataClass = DataClass.Memory }));

    [Fact]
    public async Task Another_stores_token_opens_nothing() =>
        await Refused(_tokens.Storage(Claims with { Audience = StorageClaims.LocalAudience("other", DataClass.Credentials) }));

    [Fact]
    public async Task The_cloud_roles_token_opens_nothing() => await Refused(_tokens.Storage(Claims with { Audience = "sts.amazonaws.com" }));

    [Fact]
    public async Task Another_brokers_token_opens_nothing() => await Refused(_tokens.Storage(Claims), issuer: "https://other.example");

    [Fact]
    public async Task Another_key_opens_nothing() => await Refused(_tokens.Storage(Claims), keys: _tokens.CapKeys);

    [Fact]
    public async Task An_expired_token_opens_nothing()
    {
        var token = _tokens.Storage(Claims);
        _time.Advance(StorageClaims.Lifetime);
        await Refused(token);
    }
}
