using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace AgentKeys.Cli;

/// <summary>The small files of the home folder and of the dev stack; strict, since only this program writes them.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    AllowDuplicateProperties = false,
    WriteIndented = true,
    MaxDepth = 8)]
[JsonSerializable(typeof(InitJournal))]
[JsonSerializable(typeof(AgentBook))]
[JsonSerializable(typeof(SessionRecord))]
[JsonSerializable(typeof(RegistrationRequest))]
[JsonSerializable(typeof(DevPorts))]
[JsonSerializable(typeof(DevProcesses))]
internal sealed partial class HomeJson : JsonSerializerContext
{
    /// <summary>Null where there is no file.</summary>
    /// <exception cref="CliException">there is one, damaged.</exception>
    public static T? ReadFile<T>(string path, JsonTypeInfo<T> type)
        where T : class
    {
        if (!File.Exists(path))
            return null;
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), type) ?? throw new JsonException();
        }
        catch (JsonException e)
        {
            throw CliException.Failure($"{path} is damaged (at {e.Path ?? "$"}).", "move it away and run the command again", e);
        }
    }

    public static void WriteFile<T>(string path, T value, JsonTypeInfo<T> type) => PrivateFiles.Write(path, JsonSerializer.SerializeToUtf8Bytes(value, type));
}

/// <summary>A master's passkey as this machine knows it: public values, and where it may be used.</summary>
/// <param name="CredentialId">base64url; tells the browser which passkey to ask for.</param>
/// <param name="X">0x hex of 32 bytes.</param>
/// <param name="Origin">null: bound to no origin (localhost on dev profiles).</param>
internal sealed record PasskeyRecord(string CredentialId, string X, string Y, string RpId, string? Origin = null);

/// <summary>How far <c>agentkeys init</c> came. Keys are files of their own.</summary>
/// <param name="Kind">operator or agent.</param>
/// <param name="OperatorOmni">an agent's operator, or the operator's own omni.</param>
internal sealed record InitJournal(string Kind, string OperatorOmni)
{
    public PasskeyRecord? Passkey { get; init; }
}

/// <param name="Services">names this home has granted: the chain knows only their hashes.</param>
internal sealed record AgentRecord(string ActorOmni, string DeviceKeyHash, string DeviceAddress, List<string> Services);

/// <summary>Names that the operator gave to agents.</summary>
internal sealed record AgentBook(SortedDictionary<string, AgentRecord> Agents);

internal sealed record SessionRecord(string Broker, string Token, long ExpiresAt, string OperatorOmni, string ActorOmni, string DeviceKeyHash, string TrustTier);

/// <summary>
/// What an agent's machine hands to its operator: public values and the device key's EIP-712 signature over them. The operator
/// checks everything; nothing here is a secret.
/// </summary>
internal sealed record RegistrationRequest(
    string Kind, string DeviceAddress, string DeviceKeyHash, string OperatorOmni, string ActorOmni, ulong Deadline, string Signature, string Chain)
{
    public const string KindName = "agentkeys-agent-registration";
}
