using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace AgentKeys.EndToEnd.Tests.Packages;

/// <summary>A container registry on loopback that has one image, <c>base:latest</c>, with nothing in it: images can be built where no registry is reachable.</summary>
internal sealed class LoopbackRegistry : IAsyncDisposable
{
    private const string ManifestType = "application/vnd.oci.image.manifest.v1+json";

    private readonly HttpListener _listener = new();
    private readonly Dictionary<string, (string Type, byte[] Bytes)> _content = [];
    private readonly Task _serving;

    public LoopbackRegistry(int port, string architecture)
    {
        Address = $"127.0.0.1:{port}";
        var config = Keep("application/vnd.oci.image.config.v1+json", $$$"""{"architecture":"{{{architecture}}}","os":"linux","config":{"Env":["PATH=/usr/bin"]},"rootfs":{"type":"layers","diff_ids":[]},"history":[]}""");
        var manifest = Keep(ManifestType, $$$"""{"schemaVersion":2,"mediaType":"{{{ManifestType}}}","config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"{{{config.Digest}}}","size":{{{config.Size}}}},"layers":[]}""");
        _content["latest"] = _content[manifest.Digest];
        _listener.Prefixes.Add($"http://{Address}/");
        _listener.Start();
        _serving = ServeAsync();
    }

    /// <summary>Host and port.</summary>
    public string Address { get; }

    public async ValueTask DisposeAsync()
    {
        _listener.Close();
        await _serving;
    }

    private (string Digest, int Size) Keep(string type, string json)
    {
        var bytes = Encoding.UTF8.GetBytes(json);
        var digest = "sha256:" + Convert.ToHexStringLower(SHA256.HashData(bytes));
        _content[digest] = (type, bytes);
        return (digest, bytes.Length);
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            HttpListenerContext call;
            try
            {
                call = await _listener.GetContextAsync();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
            Answer(call);
        }
    }

    private void Answer(HttpListenerContext call)
    {
        using var answer = call.Response;
        var name = call.Request.Url!.Segments[^1];
        if (call.Request.Url.AbsolutePath == "/v2/")
            return;
        if (!_content.TryGetValue(name, out var found))
        {
            answer.StatusCode = 404;
            return;
        }
        answer.ContentType = found.Type;
        answer.Headers["Docker-Content-Digest"] = "sha256:" + Convert.ToHexStringLower(SHA256.HashData(found.Bytes));
        answer.ContentLength64 = found.Bytes.Length;
        if (call.Request.HttpMethod == "GET")
            answer.OutputStream.Write(found.Bytes);
    }
}
