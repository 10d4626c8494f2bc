using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace AgentKeys.EndToEnd.Tests.Stack;

/// <param name="Service"><c>service.name</c> of the resource.</param>
/// <param name="Parent">empty for a root.</param>
/// <param name="Kind">of OTLP: 1 internal, 2 server, 3 client.</param>
internal sealed record Span(string Service, string Name, string Trace, string Id, string Parent, ulong Kind, IReadOnlyDictionary<string, string> Attributes);

/// <summary>An OTLP/HTTP collector on a free port: keeps what it is sent, and reads the spans out of it.</summary>
internal sealed class Collector : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly ConcurrentQueue<byte[]> _bodies = new();
    private readonly Task _serving;

    public Collector()
    {
        using (var free = new TcpListener(IPAddress.Loopback, 0))
        {
            free.Start();
            Url = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{((IPEndPoint)free.LocalEndpoint).Port}");
        }
        _listener.Prefixes.Add(Url + "/");
        _listener.Start();
        _serving = ServeAsync();
    }

    public string Url { get; }

    /// <summary>For a service that is to send here.</summary>
    public IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string>
    {
        ["OTEL_EXPORTER_OTLP_ENDPOINT"] = Url,
        ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
        ["OTEL_BSP_SCHEDULE_DELAY"] = "200",
        ["OTEL_RESOURCE_ATTRIBUTES"] = "deployment.environment.name=test",
    };

    /// <summary>Everything received, byte for byte.</summary>
    public byte[] Received => [.. _bodies.SelectMany(b => b)];

    public IReadOnlyList<Span> Spans => [.. _bodies.SelectMany(Read)];

    public async ValueTask DisposeAsync()
    {
        _listener.Close();
        await _serving;
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
            using var body = new MemoryStream();
            await context.Request.InputStream.CopyToAsync(body);
            if (context.Request.Url!.AbsolutePath == "/v1/traces")
                _bodies.Enqueue(body.ToArray());
            context.Response.ContentType = "application/x-protobuf";
            context.Response.Close();
        }
    }

    /// <summary>ExportTraceServiceRequest: resource_spans 1 {resource 1 {attributes 1}, scope_spans 2 {spans 2}}.</summary>
    private static IEnumerable<Span> Read(byte[] request)
    {
        foreach (var (_, resourceSpans) in Fields(request).Where(f => f.Number == 1))
        {
            var service = Fields(resourceSpans).Where(f => f.Number == 1).SelectMany(r => Attributes(r.Bytes, 1)).First(a => a.Key == "service.name").Value;
            foreach (var (_, scope) in Fields(resourceSpans).Where(f => f.Number == 2))
            {
                foreach (var (_, span) in Fields(scope).Where(f => f.Number == 2))
                    yield return ReadSpan(service, span);
            }
        }
    }

    private static Span ReadSpan(string service, byte[] span)
    {
        byte[] Bytes(int number) => Fields(span).FirstOrDefault(f => f.Number == number).Bytes ?? [];
        var kind = Bytes(6);
        return new Span(
            service, Encoding.UTF8.GetString(Bytes(5)), Convert.ToHexStringLower(Bytes(1)), Convert.ToHexStringLower(Bytes(2)), Convert.ToHexStringLower(Bytes(4)),
            kind.Length == 0 ? 0 : BitConverter.ToUInt64(kind), Attributes(span, 9).ToDictionary(a => a.Key, a => a.Value));
    }

    /// <summary>KeyValue {key 1, value 2 {string_value 1 | bool 2 | int 3}}.</summary>
    private static IEnumerable<(string Key, string Value)> Attributes(byte[] message, int number)
    {
        foreach (var (_, pair) in Fields(message).Where(f => f.Number == number))
        {
            var key = Encoding.UTF8.GetString(Fields(pair).First(f => f.Number == 1).Bytes);
            var value = Fields(Fields(pair).First(f => f.Number == 2).Bytes).FirstOrDefault();
            yield return (key, value.Number == 1 ? Encoding.UTF8.GetString(value.Bytes) : value.Bytes is { Length: 8 } n ? BitConverter.ToUInt64(n).ToString(CultureInfo.InvariantCulture) : "");
        }
    }

    /// <summary>Of one protobuf message; a number becomes its eight bytes.</summary>
    private static List<(int Number, byte[] Bytes)> Fields(byte[] message)
    {
        var fields = new List<(int, byte[])>();
        var at = 0;
        ulong Varint()
        {
            ulong value = 0;
            for (var shift = 0; ; shift += 7)
            {
                var b = message[at++];
                value |= (ulong)(b & 0x7f) << shift;
                if (b < 0x80)
                    return value;
            }
        }
        byte[] Take(int length) => message[at..(at += length)];
        while (at < message.Length)
        {
            var tag = Varint();
            fields.Add(((int)(tag >> 3), (tag & 7) switch
            {
                0 => BitConverter.GetBytes(Varint()),
                1 => Take(8),
                2 => Take((int)Varint()),
                5 => Take(4),
                _ => throw new InvalidDataException("not protobuf"),
            }));
        }
        return fields;
    }
}
