namespace AgentKeys.Protocol;

/// <summary><c>typ</c> of each token; a token of one kind is never accepted as another.</summary>
public static class TokenTypes
{
    public const string Cap = "cap+jwt";
    public const string Session = "session+jwt";
    public const string Storage = "JWT";
    public const string Proof = "dpop+jwt";

    /// <summary>Protected header of a broker token: <c>{"alg":"ES256","typ":…,"kid":…}</c>.</summary>
    public static byte[] EncodeHeader(string typ, string keyId) =>
        ProtocolJson.Write(new TokenHeaderWire("ES256", typ, keyId), ProtocolJson.Strict.TokenHeaderWire);
}
