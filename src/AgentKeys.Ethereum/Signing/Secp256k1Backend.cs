namespace AgentKeys.Ethereum;

/// <summary>Who does the arithmetic on a private key.</summary>
public enum Secp256k1Backend
{
    /// <summary><see cref="Framework"/> where the platform has the curve, else <see cref="Portable"/>.</summary>
    Auto,

    /// <summary>The framework's ECDsa: OpenSSL or the system's own library, constant time, random nonces. Not on macOS.</summary>
    Framework,

    /// <summary>This library's own arithmetic, RFC 6979 nonces. Its limits are with <see cref="Secp256k1Key"/>.</summary>
    Portable,
}
