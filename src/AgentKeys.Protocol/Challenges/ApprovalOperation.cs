using System.Text;

namespace AgentKeys.Protocol;

/// <summary>
/// An operation that masters approve. Its id is in every challenge, so an approval of one operation is never one of another.
/// </summary>
public sealed class ApprovalOperation
{
    public static readonly ApprovalOperation RegisterFirstMaster = new("register-first-master");
    public static readonly ApprovalOperation RegisterAgentDevice = new("register-agent-device");
    public static readonly ApprovalOperation RevokeAgentDevice = new("revoke-agent-device");
    public static readonly ApprovalOperation SetScope = new("set-scope");
    public static readonly ApprovalOperation RevokeScope = new("revoke-scope");

    private ApprovalOperation(string name)
    {
        Name = name;
        Id = AbiWords.HashText(Encoding.ASCII.GetBytes("agentkeys:v1:" + name));
    }

    public static IReadOnlyList<ApprovalOperation> All { get; } = [RegisterFirstMaster, RegisterAgentDevice, RevokeAgentDevice, SetScope, RevokeScope];

    /// <summary>For instance <c>set-scope</c>.</summary>
    public string Name { get; }

    /// <summary>keccak256 of <c>agentkeys:v1:&lt;name&gt;</c>.</summary>
    public Bytes32 Id { get; }

    public override string ToString() => Name;
}
