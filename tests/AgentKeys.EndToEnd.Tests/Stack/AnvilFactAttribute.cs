using AgentKeys.Testing.Chain;
using Xunit;

// Each test runs a whole stack; two cores are not enough for several.
[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace AgentKeys.EndToEnd.Tests.Stack;

/// <summary>A test that needs a chain: skipped, naming the one command to run, where there is no anvil.</summary>
internal sealed class AnvilFactAttribute : FactAttribute
{
    public AnvilFactAttribute() => Skip = Anvil.Missing;
}
