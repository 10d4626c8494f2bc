using AgentKeys.Testing.Chain;
using Xunit;

namespace AgentKeys.Tests.Chain;

/// <summary>A test that needs a real node; without anvil it is skipped and says what to run.</summary>
public sealed class AnvilFactAttribute : FactAttribute
{
    public AnvilFactAttribute() => Skip = Anvil.Missing;
}
