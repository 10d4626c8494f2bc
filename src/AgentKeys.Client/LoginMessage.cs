using AgentKeys.Protocol;

namespace AgentKeys.Client;

/// <summary>
/// What a broker asks a key to sign at login (EIP-4361). A key signs nothing unread: the text must be a login at this broker, by
/// this address, for this device, or login fails before anything is signed. The broker checks nonce and times.
/// </summary>
internal static class LoginMessage
{
    public static void Check(string text, Uri broker, AccountAddress address, DeviceKeyHash device)
    {
        var fits = SiweMessage.TryParse(text, out var message)
            && message.Domain == broker.Authority && message.Address == address && message.Device == device;
        if (!fits)
            throw new AgentKeysException(AgentKeysException.BadAnswer, "The broker asks to sign something that is not a login there by this key; it was not signed.");
    }
}
