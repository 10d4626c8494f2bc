using System.Buffers;
using System.Text;
using System.Text.Json;
using AgentKeys.Ethereum;
using AgentKeys.Ethereum.Rpc;
using Nethereum.JsonRpc.Client.RpcMessages;
using Newtonsoft.Json.Linq;

namespace AgentKeys.Chain.Nethereum;

/// <summary>Calls to Nethereum's messages and back. Results are read by the same strict readers, whoever carried them.</summary>
internal static class RpcMessages
{
    private const int MaxUpstreamMessage = 512;

    /// <summary>Plain objects as parameters: every serializer writes them the same.</summary>
    public static RpcRequestMessage Request(RpcCall call, long id)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartArray();
            call.WriteParameters(writer);
            writer.WriteEndArray();
        }

        using var parameters = JsonDocument.Parse(buffer.WrittenMemory);
        return new RpcRequestMessage(id, call.Method, [.. parameters.RootElement.EnumerateArray().Select(Plain)!]);
    }

    /// <exception cref="RpcProtocolException">Not JSON-RPC 2.0, not an answer to this call, or of another shape.</exception>
    public static void Deliver(RpcCall call, RpcRequestMessage request, RpcResponseMessage? answer)
    {
        if (answer is null || answer.JsonRpcVersion != "2.0")
            throw new RpcProtocolException("it is not JSON-RPC 2.0.");
        if (!IsNumber(answer.Id, (long)request.Id))
            throw new RpcProtocolException("it answers another call.");
        var result = Json(answer.Result);
        if (answer.Error is null)
            call.Complete(result);
        else if (result.AsSpan().SequenceEqual("null"u8))
            call.Refuse(ErrorOf(answer.Error));
        else
            throw new RpcProtocolException("it has not exactly one of result and error.");
    }

    private static object? Plain(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => element.GetString(),
        JsonValueKind.Number => element.GetInt64(),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Array => element.EnumerateArray().Select(Plain).ToArray(),
        JsonValueKind.Object => element.EnumerateObject().ToDictionary(m => m.Name, m => Plain(m.Value)),
        _ => null,
    };

    private static bool IsNumber(object? id, long expected) => id switch
    {
        long number => number == expected,
        int number => number == expected,
        JsonElement { ValueKind: JsonValueKind.Number } element => element.TryGetInt64(out var number) && number == expected,
        _ => false,
    };

    private static byte[] Json(object? result) => result switch
    {
        null => "null"u8.ToArray(),
        string text => JsonSerializer.SerializeToUtf8Bytes(text),
        JsonElement { ValueKind: JsonValueKind.Undefined } => "null"u8.ToArray(),
        JsonElement element => Encoding.UTF8.GetBytes(element.GetRawText()),
        JToken token => Encoding.UTF8.GetBytes(token.ToString(Newtonsoft.Json.Formatting.None)),
        _ => JsonSerializer.SerializeToUtf8Bytes(result),
    };

    private static RpcErrorException ErrorOf(RpcError error)
    {
        var text = error.Message ?? throw new RpcProtocolException("its error has another shape.");
        return new RpcErrorException(error.Code, text.Length <= MaxUpstreamMessage ? text : text[..MaxUpstreamMessage], RevertData(error.Data));
    }

    /// <summary>Hex text; some nodes wrap it in an object once more.</summary>
    private static byte[]? RevertData(object? data)
    {
        using var json = JsonDocument.Parse(Json(data));
        var element = json.RootElement;
        if (element.ValueKind == JsonValueKind.Object && element.TryGetProperty("data", out var inner))
            element = inner;
        return element.ValueKind == JsonValueKind.String && Hex.TryDecode(element.GetString(), out var bytes) ? bytes : null;
    }
}
