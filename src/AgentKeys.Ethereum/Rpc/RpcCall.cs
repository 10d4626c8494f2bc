using System.Text.Json;

namespace AgentKeys.Ethereum.Rpc;

/// <summary>Writes the elements of <c>params</c>; the array around them is written already.</summary>
public delegate void RpcParams(Utf8JsonWriter writer);

/// <summary>Reads a <c>result</c>. The reader stands on its first token.</summary>
/// <exception cref="RpcProtocolException">The result has another shape. <see cref="JsonException"/>,
/// <see cref="InvalidOperationException"/> and <see cref="FormatException"/> are turned into that.</exception>
public delegate T RpcParser<out T>(ref Utf8JsonReader reader);

/// <summary>One method call, alone or in a batch. Holds its answer afterwards, so it is used once.</summary>
public abstract class RpcCall(string method, RpcParams? parameters)
{
    public string Method => method;

    /// <summary>Whether a second attempt after a transport fault is harmless. False for anything that sends.</summary>
    public bool Repeatable { get; init; } = true;

    internal long Id { get; set; }

    internal bool Answered { get; set; }

    internal RpcErrorException? Error { get; set; }

    internal abstract void Accept(ref Utf8JsonReader result);

    /// <summary>The elements of <c>params</c>, for a transport that writes its own envelopes.</summary>
    public void WriteParameters(Utf8JsonWriter writer) => parameters?.Invoke(writer);

    /// <summary>The node's <c>result</c>, as JSON.</summary>
    /// <exception cref="RpcProtocolException">It has another shape.</exception>
    public void Complete(ReadOnlySpan<byte> result)
    {
        var reader = new Utf8JsonReader(result);
        reader.Read();
        Accept(ref reader);
        Answered = true;
    }

    /// <summary>The node's <c>error</c>.</summary>
    public void Refuse(RpcErrorException error)
    {
        Error = error;
        Answered = true;
    }

    internal void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("jsonrpc", "2.0");
        writer.WriteNumber("id", Id);
        writer.WriteString("method", method);
        writer.WriteStartArray("params");
        WriteParameters(writer);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}

/// <inheritdoc cref="RpcCall"/>
public sealed class RpcCall<T>(string method, RpcParams? parameters, RpcParser<T> parser) : RpcCall(method, parameters)
{
    private T? _result;

    /// <summary>The answer.</summary>
    /// <exception cref="RpcErrorException">The node answered this call with an error.</exception>
    /// <exception cref="InvalidOperationException">The call was not sent yet.</exception>
    public T Result => Error is not null ? throw Error
        : Answered ? _result!
        : throw new InvalidOperationException("This call was not sent yet.");

    internal override void Accept(ref Utf8JsonReader result)
    {
        try
        {
            _result = parser(ref result);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            throw new RpcProtocolException($"the result of {Method} has another shape.", e);
        }
    }
}
