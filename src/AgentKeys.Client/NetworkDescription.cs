using System.Text.Json;
using System.Text.Json.Serialization;
using AgentKeys.Protocol;

namespace AgentKeys.Client;

/// <summary>
/// Where a network of AgentKeys is: <c>network.json</c>, public, written by <c>agentkeys dev</c> or by whoever runs the services.
/// Programs need broker and workers; the operator's commands also the chain.
/// </summary>
/// <param name="Broker">public URL of the broker.</param>
/// <param name="Workers">data class name to public URL.</param>
/// <param name="Profile">name of the chain's profile: <c>anvil</c>, <c>base</c>, ...</param>
/// <param name="RpcUrls">JSON-RPC endpoints of the chain.</param>
/// <param name="Deployment">addresses of the contracts, as in the deployment file; read by whoever talks to the chain.</param>
/// <param name="Store">audience of the object store, for people.</param>
public sealed record NetworkDescription(
    Uri Broker, IReadOnlyDictionary<string, Uri> Workers, string Profile, IReadOnlyList<Uri> RpcUrls, JsonElement Deployment, string? Store = null)
{
    /// <exception cref="NetworkDescriptionException">no such file, or not a description.</exception>
    public static NetworkDescription Load(string path)
    {
        try
        {
            return Parse(File.ReadAllBytes(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new NetworkDescriptionException($"Cannot read the network description {path}.", e);
        }
        catch (NetworkDescriptionException e)
        {
            throw new NetworkDescriptionException($"{path}: {e.Message}", e);
        }
    }

    /// <exception cref="NetworkDescriptionException">not a description.</exception>
    public static NetworkDescription Parse(ReadOnlySpan<byte> json)
    {
        try
        {
            var network = JsonSerializer.Deserialize(json, NetworkJson.Default.NetworkDescription) ?? throw new JsonException();
            if (!IsHttp(network.Broker) || !network.Workers.Values.All(IsHttp) || !network.RpcUrls.All(IsHttp))
                throw new NetworkDescriptionException("URLs must be absolute and http or https.");
            return network;
        }
        catch (JsonException e)
        {
            throw new NetworkDescriptionException($"Not a network description (at {e.Path ?? "$"}).", e);
        }
    }

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, NetworkJson.Default.NetworkDescription);

    /// <exception cref="NetworkDescriptionException">the network has none for this class.</exception>
    public Uri Worker(DataClass dataClass) =>
        Workers.TryGetValue(dataClass.Name(), out var url) ? url : throw new NetworkDescriptionException($"The network has no worker for {dataClass.Name()}.");

    /// <summary>Joins a public URL, which may have a path, and a route. Exactly this text goes into proofs.</summary>
    internal static Uri Route(Uri service, string route) => new(service.AbsoluteUri.TrimEnd('/') + route);

    private static bool IsHttp(Uri url) => url.IsAbsoluteUri && (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps);
}

/// <summary>The network description is missing or wrong; the message says where.</summary>
public sealed class NetworkDescriptionException(string message, Exception? inner = null) : Exception(message, inner);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    AllowDuplicateProperties = false,
    WriteIndented = true,
    MaxDepth = 8)]
[JsonSerializable(typeof(NetworkDescription))]
internal sealed partial class NetworkJson : JsonSerializerContext;
