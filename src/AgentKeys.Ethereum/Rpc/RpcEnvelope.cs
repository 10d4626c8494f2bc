using System.Text.Json;

namespace AgentKeys.Ethereum.Rpc;

/// <summary>
/// Reads JSON-RPC 2.0 answers (specification, section 5) strictly: <c>jsonrpc</c> is "2.0", <c>id</c> is the call's number,
/// exactly one of <c>result</c> and <c>error</c>, none of the four twice. Other members are ignored: providers add their own.
/// </summary>
internal static class RpcEnvelope
{
    private const int MaxUpstreamMessage = 512;

    /// <summary>Hands the answer of a single call to it.</summary>
    /// <exception cref="RpcProtocolException">Not an answer to this call.</exception>
    public static void ReadSingle(ReadOnlySpan<byte> json, RpcCall call)
    {
        var reader = new Utf8JsonReader(json);
        Guard(ref reader, JsonTokenType.StartObject);
        var answer = ReadMembers(json, ref reader);
        End(ref reader);
        Deliver(answer, call.Id == answer.Id ? call : null);
    }

    /// <summary>Hands every answer of a batch to its call; the order is the node's.</summary>
    /// <exception cref="RpcProtocolException">An answer is missing, double, or nobody's.</exception>
    /// <exception cref="RpcErrorException">The node refused the batch as a whole.</exception>
    public static void ReadBatch(ReadOnlySpan<byte> json, IReadOnlyList<RpcCall> calls)
    {
        var reader = new Utf8JsonReader(json);
        if (!Read(ref reader))
            throw new RpcProtocolException("it is empty.");
        if (reader.TokenType == JsonTokenType.StartObject)
            throw RefusedBatch(json, ref reader);
        if (reader.TokenType != JsonTokenType.StartArray)
            throw new RpcProtocolException("it is no batch.");

        var waiting = calls.ToDictionary(c => c.Id);
        while (Read(ref reader) && reader.TokenType == JsonTokenType.StartObject)
        {
            var answer = ReadMembers(json, ref reader);
            RpcCall? call = null;
            if (answer.Id is { } id)
                waiting.Remove(id, out call);
            Deliver(answer, call);
        }

        if (reader.TokenType != JsonTokenType.EndArray)
            throw new RpcProtocolException("the batch holds something that is no answer.");
        End(ref reader);
        if (waiting.Count > 0)
            throw new RpcProtocolException("the batch is not complete.");
    }

    private static void Deliver(Answer answer, RpcCall? call)
    {
        if (call is null)
            throw new RpcProtocolException("it answers another call.");
        if (answer.Error.IsEmpty)
            call.Complete(answer.Result);
        else
            call.Refuse(ReadError(answer.Error));
    }

    private static Exception RefusedBatch(ReadOnlySpan<byte> json, ref Utf8JsonReader reader)
    {
        var answer = ReadMembers(json, ref reader);
        End(ref reader);
        return answer.Error.IsEmpty
            ? new RpcProtocolException("one answer to a batch.")
            : ReadError(answer.Error);
    }

    private static Answer ReadMembers(ReadOnlySpan<byte> json, scoped ref Utf8JsonReader reader)
    {
        var answer = default(Answer);
        bool version = false, idSeen = false;
        while (Read(ref reader) && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (Is(ref reader, "jsonrpc"u8))
            {
                Once(ref version);
                Read(ref reader);
                if (reader.TokenType != JsonTokenType.String || !Is(ref reader, "2.0"u8))
                    throw new RpcProtocolException("it is not JSON-RPC 2.0.");
            }
            else if (Is(ref reader, "id"u8))
            {
                Once(ref idSeen);
                Read(ref reader);
                answer.Id = reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var id) ? id : null;
            }
            else if (Is(ref reader, "result"u8))
            {
                answer.Result = Slice(json, ref reader, answer.Result);
            }
            else if (Is(ref reader, "error"u8))
            {
                answer.Error = Slice(json, ref reader, answer.Error);
            }
            else
            {
                Slice(json, ref reader, []);
            }
        }

        if (!version || !idSeen)
            throw new RpcProtocolException("it is not JSON-RPC 2.0.");
        if (answer.Result.IsEmpty == answer.Error.IsEmpty)
            throw new RpcProtocolException("it has not exactly one of result and error.");
        return answer;
    }

    private static RpcErrorException ReadError(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        reader.Read();
        using var document = JsonDocument.ParseValue(ref reader);
        try
        {
            return ReadError(document.RootElement);
        }
        catch (InvalidOperationException e)
        {
            throw NoText(e);
        }
    }

    private static RpcErrorException ReadError(JsonElement error)
    {
        if (error.ValueKind != JsonValueKind.Object
            || !error.TryGetProperty("code", out var code) || code.ValueKind != JsonValueKind.Number || !code.TryGetInt64(out var number)
            || !error.TryGetProperty("message", out var message) || message.ValueKind != JsonValueKind.String)
            throw new RpcProtocolException("its error has another shape.");

        var text = message.GetString() ?? "";
        return new RpcErrorException(number, text.Length <= MaxUpstreamMessage ? text : text[..MaxUpstreamMessage], RevertData(error));
    }

    /// <summary>Geth and anvil give the data as hex text; some nodes wrap it in an object once more.</summary>
    private static byte[]? RevertData(JsonElement error)
    {
        if (!error.TryGetProperty("data", out var data))
            return null;
        if (data.ValueKind == JsonValueKind.Object && data.TryGetProperty("data", out var inner))
            data = inner;
        return data.ValueKind == JsonValueKind.String && Hex.TryDecode(data.GetString(), out var bytes) ? bytes : null;
    }

    /// <summary>Names and texts are looked into only here, and half of a surrogate pair shows only then.</summary>
    private static bool Is(scoped ref Utf8JsonReader reader, ReadOnlySpan<byte> text)
    {
        try
        {
            return reader.ValueTextEquals(text);
        }
        catch (InvalidOperationException e)
        {
            throw NoText(e);
        }
    }

    private static RpcProtocolException NoText(Exception e) => new("its text is not Unicode.", e);

    private static ReadOnlySpan<byte> Slice(ReadOnlySpan<byte> json, scoped ref Utf8JsonReader reader, scoped ReadOnlySpan<byte> before)
    {
        if (!before.IsEmpty)
            throw new RpcProtocolException("a member is there twice.");
        Read(ref reader);
        var start = (int)reader.TokenStartIndex;
        Skip(ref reader);
        return json[start..(int)reader.BytesConsumed];
    }

    private static void Once(ref bool seen)
    {
        if (seen)
            throw new RpcProtocolException("a member is there twice.");
        seen = true;
    }

    private static void Guard(ref Utf8JsonReader reader, JsonTokenType expected)
    {
        if (!Read(ref reader) || reader.TokenType != expected)
            throw new RpcProtocolException("it is no answer.");
    }

    private static void End(ref Utf8JsonReader reader)
    {
        if (Read(ref reader))
            throw new RpcProtocolException("there is something behind it.");
    }

    private static bool Read(scoped ref Utf8JsonReader reader)
    {
        try
        {
            return reader.Read();
        }
        catch (JsonException e)
        {
            throw new RpcProtocolException("it is not JSON.", e);
        }
    }

    private static void Skip(scoped ref Utf8JsonReader reader)
    {
        try
        {
            reader.Skip();
        }
        catch (JsonException e)
        {
            throw new RpcProtocolException("it is not JSON.", e);
        }
    }

    private ref struct Answer
    {
        public long? Id;
        public ReadOnlySpan<byte> Result;
        public ReadOnlySpan<byte> Error;
    }
}
