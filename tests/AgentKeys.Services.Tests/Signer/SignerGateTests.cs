using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using AgentKeys.Protocol;
using AgentKeys.Services.Tests.Worker;
using Xunit;

namespace AgentKeys.Services.Tests.Signer;

/// <summary>The signer alone, asked as a worker asks it and as a compromised worker would.</summary>
public class SignerGateTests
{
    private const string Generate = "/v1/keys/generate";
    private const string Unwrap = "/v1/keys/unwrap";
    private static readonly byte[] s_empty = "{}"u8.ToArray();

    [Fact]
    public async Task A_generated_key_is_the_one_that_its_wrap_unwraps_to()
    {
        await using var stack = await VaultStack.StartAsync();
        var made = await stack.SendToSignerAsync(Generate, stack.StoreCall([1]).Build(), s_empty);
        Assert.Equal("ok", made.Code);
        Assert.Equal(stack.Chain.Head, made.Block);
        Assert.Equal("no-store", made.CacheControl);

        var opened = await stack.SendToSignerAsync(Unwrap, stack.FetchCall().Build(), UnwrapBody(made));

        Assert.Equal("ok", opened.Code);
        Assert.Equal(Key(made), Key(opened));
        Assert.Equal(32, Key(made).Length);
        Assert.NotEqual(Key(made), Key(await stack.SendToSignerAsync(Generate, stack.StoreCall([1]).Build(), s_empty)));
    }

    /// <summary>Reads unwrap, writes generate, never the other way round.</summary>
    [Fact]
    public async Task The_cap_of_one_operation_does_not_do_the_other()
    {
        await using var stack = await VaultStack.StartAsync();
        var made = await stack.SendToSignerAsync(Generate, stack.StoreCall([1]).Build(), s_empty);
        Assert.Equal("cap_op_mismatch", (await stack.SendToSignerAsync(Unwrap, stack.StoreCall([1]).Build(), UnwrapBody(made))).Code);
        Assert.Equal("cap_op_mismatch", (await stack.SendToSignerAsync(Generate, stack.FetchCall().Build(), s_empty)).Code);
    }

    public static TheoryData<string> Bends =>
    [
        .. Bend.All.Where(b => b.Code is not ("payload_too_large" or "unsupported_media_type" or "storage_session_required")
            && (b.Code != "invalid_input" || b.Name.StartsWith("min block", StringComparison.Ordinal))
            && b.Name is not ("proof of another body" or "cap of another class")).Select(b => b.Name),
    ];

    /// <summary>Everything that the worker checks and the signer can see, it checks itself.</summary>
    [Theory]
    [MemberData(nameof(Bends))]
    public async Task The_signer_refuses_what_the_worker_should_have_refused(string name)
    {
        await using var stack = await VaultStack.StartAsync();
        var call = stack.StoreCall([1]);
        Bend.Named(name).Apply(stack, call);
        var before = stack.SignerRecords;
        Assert.Equal(Bend.Named(name).Code, (await stack.SendToSignerAsync(Generate, call.Build(), s_empty)).Code);
        Assert.Equal(before, stack.SignerRecords);
    }

    /// <summary>A compromised worker that does not count gets no more uses out of a grant.</summary>
    [Fact]
    public async Task The_signer_counts_a_grants_uses_itself()
    {
        await using var stack = await VaultStack.StartAsync();
        stack.Chain.Grant(stack.Agent.Omni, VaultStack.Service, g => g with { MaxCalls = 2, PeriodSeconds = 3600 });
        Assert.Equal("ok", (await stack.SendToSignerAsync(Generate, stack.StoreCall([1]).Build(), s_empty)).Code);
        var last = await stack.SendToSignerAsync(Generate, stack.StoreCall([1]).Build(), s_empty);
        Assert.Equal("ok", last.Code);
        Assert.Equal("quota_exceeded", (await stack.SendToSignerAsync(Unwrap, stack.FetchCall().Build(), UnwrapBody(last))).Code);
        Assert.Equal("quota_exceeded", (await stack.SendToSignerAsync(Generate, stack.StoreCall([1]).Build(), s_empty)).Code);
    }

    /// <summary>The one thing that it cannot check: the worker's body is not its to see.</summary>
    [Fact]
    public async Task The_proofs_body_hash_is_the_workers_business()
    {
        await using var stack = await VaultStack.StartAsync();
        var call = stack.StoreCall([1]);
        Bend.Named("proof of another body").Apply(stack, call);
        Assert.Equal("ok", (await stack.SendToSignerAsync(Generate, call.Build(), s_empty)).Code);
    }

    [Theory, MemberData(nameof(VaultStack.Classes), MemberType = typeof(VaultStack))]
    public async Task A_class_that_the_peer_does_not_serve_is_unauthorized(DataClass dataClass)
    {
        await using var stack = await VaultStack.StartAsync(() => new VaultStack { Class = dataClass, PeerClass = (dataClass == DataClass.Memory ? DataClass.Credentials : DataClass.Memory).Name() });
        Assert.Equal("unauthorized", (await stack.SendToSignerAsync(Generate, stack.StoreCall([1]).Build(), s_empty)).Code);
        Assert.Equal("signer_unavailable", (await stack.StoreAsync([1])).Code);
    }

    [Theory, MemberData(nameof(VaultStack.Classes), MemberType = typeof(VaultStack))]
    public async Task A_peer_of_another_user_is_unauthorized(DataClass dataClass)
    {
        await using var stack = await VaultStack.StartAsync(() => new VaultStack { Class = dataClass, PeerUid = VaultStack.CurrentUid + 1 });
        Assert.Equal("unauthorized", (await stack.SendToSignerAsync(Generate, stack.StoreCall([1]).Build(), s_empty)).Code);
        Assert.Equal("signer_unavailable", (await stack.StoreAsync([1])).Code);
        Assert.Equal("", stack.StoreDigest());
    }

    /// <summary>A worker that kept a client's words cannot use them again, whatever its own log says.</summary>
    [Fact]
    public async Task A_proof_and_a_write_cap_work_once_at_the_signer_too()
    {
        await using var stack = await VaultStack.StartAsync();
        var store = stack.StoreCall([1]);
        var wire = store.Build();
        Assert.Equal("ok", (await stack.SendToSignerAsync(Generate, wire, s_empty)).Code);
        Assert.Equal("proof_replayed", (await stack.SendToSignerAsync(Generate, wire, s_empty)).Code);
        Assert.Equal("cap_replayed", (await stack.SendToSignerAsync(Generate, store.Build(), s_empty)).Code);
        await stack.RestartAsync();
        Assert.Equal("proof_replayed", (await stack.SendToSignerAsync(Generate, wire, s_empty)).Code);
        Assert.Equal("cap_replayed", (await stack.SendToSignerAsync(Generate, store.Build(), s_empty)).Code);
    }

    /// <summary>A wrap opens only in its own context: the cap's, whatever the body names.</summary>
    [Theory]
    [InlineData("name", "object_corrupt")]
    [InlineData("actor", "object_corrupt")]
    [InlineData("wrapped", "object_corrupt")]
    [InlineData("salt", "object_corrupt")]
    [InlineData("epoch", "actor_key_unavailable")]
    [InlineData("key_id", "actor_key_unavailable")]
    [InlineData("kind", "actor_key_unavailable")]
    public async Task A_wrap_opens_in_no_other_context(string changed, string code)
    {
        await using var stack = await VaultStack.StartAsync();
        stack.AddEpoch(2);
        stack.Chain.Grant(stack.Agent.Omni, "stripe").Grant(stack.OtherAgent.Omni, VaultStack.Service);
        var made = await stack.SendToSignerAsync(Generate, stack.StoreCall([1]).Build(), s_empty);
        var fetch = stack.FetchCall();
        var body = UnwrapBody(made, b =>
        {
            switch (changed)
            {
                case "name": fetch.Cap = fetch.Cap with { Service = ServiceName.Parse("stripe") }; break;
                case "actor":
                    fetch.Device = stack.OtherAgent;
                    fetch.Cap = fetch.Cap with { Actor = stack.OtherAgent.Omni, Device = stack.OtherAgent.Hash, Jkt = stack.OtherAgent.Jkt };
                    break;
                case "wrapped": b["wrapped"] = Base64UrlStrict.Encode(new byte[48]); break;
                case "salt": b["salt"] = Base64UrlStrict.Encode(new byte[32]); break;
                case "epoch": b["epoch"] = 2; break;
                case "key_id": b["key_id"] = "0x0000000000000000"; break;
                default: b["kind"] = 1; break;
            }
        });
        Assert.Equal(code, (await stack.SendToSignerAsync(Unwrap, fetch.Build(), body)).Code);
    }

    [Theory]
    [InlineData("wrapped", "AAAA")]
    [InlineData("salt", "AAAA")]
    [InlineData("salt", "!")]
    [InlineData("kind", 2)]
    [InlineData("kind", 256)]
    [InlineData("key_id", "0x00")]
    [InlineData("epoch", -1)]
    [InlineData("actor_omni", "0x00")]
    public async Task An_unwrap_body_of_another_shape_is_invalid(string member, object value)
    {
        await using var stack = await VaultStack.StartAsync();
        var made = await stack.SendToSignerAsync(Generate, stack.StoreCall([1]).Build(), s_empty);
        var body = UnwrapBody(made, b => b[member] = JsonSerializer.SerializeToNode(value));
        Assert.Equal("invalid_input", (await stack.SendToSignerAsync(Unwrap, stack.FetchCall().Build(), body)).Code);
    }

    [Theory]
    [InlineData("""{"actor_omni":"0x00"}""", "application/json", "invalid_input")]
    [InlineData("", "application/json", "invalid_input")]
    [InlineData("{}", "text/plain", "unsupported_media_type")]
    [InlineData("BIG", "application/json", "payload_too_large")]
    public async Task A_generate_body_names_nothing(string body, string contentType, string code)
    {
        await using var stack = await VaultStack.StartAsync();
        var bytes = Encoding.UTF8.GetBytes(body == "BIG" ? "{" + new string(' ', 2000) + "}" : body);
        Assert.Equal(code, (await stack.SendToSignerAsync(Generate, stack.StoreCall([1]).Build(), bytes, contentType)).Code);
    }

    private static byte[] Key(WireAnswer answer) => Base64UrlStrict.TryDecode(answer.Json.GetProperty("data_key").GetString(), out var key) ? key : [];

    private static byte[] UnwrapBody(WireAnswer made, Action<JsonObject>? bend = null)
    {
        var body = JsonNode.Parse(made.Text)!.AsObject();
        body.Remove("data_key");
        bend?.Invoke(body);
        return Encoding.UTF8.GetBytes(body.ToJsonString());
    }
}
