using AgentKeys.Protocol;

namespace AgentKeys.Client;

/// <summary>
/// What a broker asks a key to sign at login (EIP-4361). A key signs nothing unseen: the message must be for this broker, this
/// address and this device, or login fails before anything is signed.
/// </summary>
internal static class LoginMessage
{
    public static void Check(string message, Uri broker, AccountAddress address, DeviceKeyHash device)
    {
        var lines = message.Split('\n');
        var fits = lines.Length > 2
            && lines[0] == $"{broker.Authority} wants you to sign in with your Ethereum account:"
            && lines[1].Equals(address.ToString(), StringComparison.OrdinalIgnoreCase)
            && lines.Contains($"- urn:agentkeys:device:{device}");
        if (!fits)
            throw new AgentKeysException(AgentKeysException.BadAnswer, "The broker asks to sign something that is not a login here; it was not signed.");
    }
}
