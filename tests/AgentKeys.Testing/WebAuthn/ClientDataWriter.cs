using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace AgentKeys.Testing.WebAuthn;

/// <summary>clientDataJSON in the order and spelling of WebAuthn section 5.8.1.1, unless bent.</summary>
internal static class ClientDataWriter
{
    public static byte[] Write(string type, ReadOnlySpan<byte> challenge, string origin, AssertionOptions options)
    {
        if (options.ClientDataJson is { } whole)
            return whole;

        List<ClientDataEntry> entries =
        [
            new("type", Quote(options.Type ?? type)),
            new("challenge", Quote(Base64Url.EncodeToString(options.Challenge ?? challenge))),
            new("origin", Quote(options.Origin ?? origin)),
        ];
        if (options.CrossOrigin != "")
            entries.Add(new("crossOrigin", options.CrossOrigin ?? "false"));

        var members = options.Members is null ? entries : options.Members(entries);
        return Encoding.UTF8.GetBytes("{" + string.Join(',', members.Select(e => $"\"{e.Key}\":{e.RawValue}")) + "}");
    }

    private static string Quote(string text) => "\"" + JsonEncodedText.Encode(text, System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping) + "\"";
}
