namespace AgentKeys.Protocol;

/// <summary>
/// What an envelope says about itself. It ROUTES (which secret unwraps its key, which version it claims) and proves nothing until
/// <see cref="ObjectEnvelope.TryOpen"/> has opened the same bytes.
/// </summary>
/// <param name="ObjectVersion">1 or more; rises with every store of the name.</param>
/// <param name="Nonce">12 bytes.</param>
public sealed record EnvelopeHeader(DataClass Class, WrappedKey Key, ulong ObjectVersion, byte[] Nonce);
