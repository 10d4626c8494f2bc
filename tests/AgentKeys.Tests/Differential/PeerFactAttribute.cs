using Xunit;

namespace AgentKeys.Tests.Differential;

/// <summary>A comparison with other implementations; without Node.js or their packages it is skipped and says what to run.</summary>
public sealed class PeerFactAttribute : FactAttribute
{
    public PeerFactAttribute() => Skip = NodePeer.Missing;
}
