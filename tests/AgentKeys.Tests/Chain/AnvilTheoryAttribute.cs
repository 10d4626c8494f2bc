using AgentKeys.Testing.Chain;
using Xunit;

namespace AgentKeys.Tests.Chain;

/// <summary>As <see cref="AnvilFactAttribute"/>, with data.</summary>
public sealed class AnvilTheoryAttribute : TheoryAttribute
{
    public AnvilTheoryAttribute() => Skip = Anvil.Missing;
}
