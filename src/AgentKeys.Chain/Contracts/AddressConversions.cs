using AgentKeys.Ethereum;
using AgentKeys.Protocol;

namespace AgentKeys.Chain;

/// <summary>The wire's address and the protocol's are two types of the same 20 bytes: neither project knows the other's.</summary>
public static class AddressConversions
{
    public static AccountAddress ToAccount(this Address address) => new(address.ToArray());

    public static Address ToAddress(this AccountAddress address) => Address.FromBytes(address.ToArray());
}
