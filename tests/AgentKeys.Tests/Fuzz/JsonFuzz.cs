using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using AgentKeys.Ethereum.Rpc;
using AgentKeys.Protocol;
using Xunit;
using Xunit.Abstractions;

namespace AgentKeys.Tests.Fuzz;

/// <summary>The two texts that are read by hand: clientDataJSON and a node's answers.</summary>
public sealed class JsonFuzz(ITestOutputHelper output)
{
    private static readonly JsonNode s_clientData = JsonNode.Parse(
        """{"type":"webauthn.get","challenge":"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8","origin":"https://keys.example.org","crossOrigin":false,"extra":{"type":[1,{"a":"b"}],"x":-1.5e3},"topOrigin":null}""")!;

    private static readonly JsonNode[] s_answers =
    [
        JsonNode.Parse("""{"jsonrpc":"2.0","id":7,"result":{"number":"0x1","hash":["0xab",null,true]},"extra":[1]}""")!,
        JsonNode.Parse("""{"jsonrpc":"2.0","id":7,"result":"0x00"}""")!,
        JsonNode.Parse("""{"jsonrpc":"2.0","id":7,"error":{"code":3,"message":"execution reverted","data":{"data":"0x08c379a0"}}}""")!,
        JsonNode.Parse("""{"id":7,"jsonrpc":"2.0","error":{"code":-32000,"message":"header not found","data":"0x"}}""")!,
    ];

    /// <summary>Wherever the framework reads JSON, the scan finds the same members at the same places, or refuses for one of its stated reasons.</summary>
    [Fact]
    public Task Client_data() => FuzzRun.RunAsync(output, 20_000, m => m.Json(s_clientData), json =>
    {
        var fault = ClientDataScanner.Scan(json, out var members);
        var seen = TopLevel.Read(json);
        if (seen is { Refusable: false })
            Assert.Equal(ClientDataFault.None, fault);
        if (seen is { Refusable: true })
            Assert.NotEqual(ClientDataFault.None, fault);
        foreach (var (name, member) in new[] { ("type", members.Type), ("challenge", members.Challenge), ("origin", members.Origin), ("crossOrigin", members.CrossOrigin) })
        {
            if (seen is { Refusable: false })
                Assert.Equal(seen.Members.TryGetValue(name, out var found) ? found : null, member);
            if (member is { } at)
                Assert.True(json.AsSpan(at.KeyIndex).StartsWith(Encoding.ASCII.GetBytes($"\"{name}\"")) && at.RawValue(json).Length > 0);
        }
        return fault == ClientDataFault.None;
    });

    /// <summary>Only the two exceptions that callers know; and taken exactly where the framework's document says the same.</summary>
    [Fact]
    public Task Rpc_answer() => FuzzRun.RunAsync(output, 20_000, m => m.Json(m.Pick(s_answers)), json =>
    {
        var call = new RpcCall<string>("eth_call", null, Raw) { Id = 7 };
        var accepted = Accepts(() => RpcEnvelope.ReadSingle(json, call));
        if (Opinion(json) is { } expected)
            Assert.True(expected.Accepts == accepted, $"accepted: {accepted}, expected: {expected}");
        if (accepted && call.Error is null && Opinion(json) is { } agreed)
            Assert.Equal(agreed.Result, call.Result);
        return accepted;
    });

    [Fact]
    public Task Rpc_batch() => FuzzRun.RunAsync(output, 20_000, m => m.OneIn(2) ? m.Bytes(Encode(m)) : Encode(m), json =>
    {
        RpcCall<string>[] calls = [new("a", null, Raw) { Id = 7 }, new("b", null, Raw) { Id = 8 }];
        var accepted = Accepts(() => RpcEnvelope.ReadBatch(json, calls));
        Assert.True(!accepted || calls.All(c => c.Answered));
        return accepted;
    });

    private static byte[] Encode(Mutator mutator)
    {
        var (first, second) = (mutator.Pick(s_answers), mutator.Pick(s_answers).DeepClone());
        if (!mutator.OneIn(8))
            second["id"] = 8;
        var bent = mutator.OneIn(2) ? Encoding.UTF8.GetString(mutator.Json(second)) : second.ToJsonString();
        return Encoding.UTF8.GetBytes(mutator.OneIn(2) ? $"[{first.ToJsonString()},{bent}]" : $"[{bent},{first.ToJsonString()}]");
    }

    private static bool Accepts(Action read)
    {
        try
        {
            read();
            return true;
        }
        catch (Exception e) when (e is RpcProtocolException or RpcErrorException)
        {
            return false;
        }
    }

    private static string Raw(ref Utf8JsonReader reader)
    {
        using var value = JsonDocument.ParseValue(ref reader);
        return value.RootElement.GetRawText();
    }

    /// <summary>Null: the framework has none, for a name or a text that is no Unicode.</summary>
    private static (bool Accepts, string? Result)? Opinion(byte[] json)
    {
        if (json.AsSpan().IndexOf("\\ud800"u8) >= 0)
            return null; // whoever does not look at that name or text takes it, whoever looks refuses it
        try
        {
            using var document = JsonDocument.Parse(json);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                return (false, null);
            var all = document.RootElement.EnumerateObject().Select(m => (m.Name, m.Value)).ToList();
            var (version, id) = (Only(all, "jsonrpc"), Only(all, "id"));
            var (result, error) = (Only(all, "result"), Only(all, "error"));
            var four = all.Where(m => m.Name is "jsonrpc" or "id" or "result" or "error").ToList();
            var ok = four.Count == four.Select(m => m.Name).Distinct().Count()
                && version is { ValueKind: JsonValueKind.String } v && v.GetString() == "2.0"
                && id is { ValueKind: JsonValueKind.Number } i && i.TryGetInt64(out var number) && number == 7
                && result is null != error is null && (error is null || IsError(error.Value));
            return (ok, ok ? result?.GetRawText() : null);
        }
        catch (JsonException)
        {
            return (false, null);
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static bool IsError(JsonElement error)
    {
        if (error.ValueKind != JsonValueKind.Object)
            return false;
        // Of a member that is there twice the last counts: a node's error is shown, nothing is decided by it.
        var all = error.EnumerateObject().Select(m => (m.Name, m.Value)).ToList();
        foreach (var text in all.SelectMany(m => m.Value.ValueKind == JsonValueKind.Object ? m.Value.EnumerateObject().Select(i => i.Value) : [m.Value]).Where(v => v.ValueKind == JsonValueKind.String))
            _ = text.GetString(); // throws where it is no Unicode
        return all.LastOrDefault(m => m.Name == "code").Value is { ValueKind: JsonValueKind.Number } code && code.TryGetInt64(out _)
            && all.LastOrDefault(m => m.Name == "message").Value is { ValueKind: JsonValueKind.String } message && message.GetString() is not null;
    }

    private static JsonElement? Only(List<(string Name, JsonElement Value)> all, string name) =>
        all.Any(m => m.Name == name) ? all.First(m => m.Name == name).Value : null;

    /// <summary>What the framework's reader finds at the top level, and whether the scan's own rules forbid it.</summary>
    private sealed class TopLevel
    {
        private const int MaxDepth = 32;

        public Dictionary<string, ClientDataMember?> Members { get; } = [];
        public bool Refusable { get; private set; }

        /// <returns>null where it is no JSON object.</returns>
        public static TopLevel? Read(byte[] json)
        {
            try
            {
                var found = new TopLevel();
                return found.TryRead(json) ? found : null;
            }
            catch (JsonException)
            {
                return null;
            }
        }

        private bool TryRead(byte[] json)
        {
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 1000 });
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
                return false;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var (key, escaped, raw) = ((int)reader.TokenStartIndex, reader.ValueIsEscaped || reader.ValueSpan.Contains((byte)'\\'), Encoding.Latin1.GetString(reader.ValueSpan));
                reader.Read();
                var start = (int)reader.TokenStartIndex;
                SkipWatchingDepth(ref reader);
                var four = raw is "type" or "challenge" or "origin" or "crossOrigin";
                Refusable |= escaped || (four && !Members.TryAdd(raw, new ClientDataMember(key, start, (int)reader.BytesConsumed)));
            }
            return !reader.Read();
        }

        private void SkipWatchingDepth(ref Utf8JsonReader reader)
        {
            if (reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray))
                return;
            var outside = reader.CurrentDepth;
            do
                Refusable |= reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray && reader.CurrentDepth >= outside + MaxDepth;
            while (reader.Read() && reader.CurrentDepth > outside);
        }
    }
}
