using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using Xunit;

namespace AgentKeys.Services.Tests.Fences;

/// <summary>Services read the registry; only the command line sends transactions as an operator.</summary>
public class NobodyButTheCliWrites
{
    [Theory]
    [InlineData("AgentKeys.Broker")]
    [InlineData("AgentKeys.Signer")]
    [InlineData("AgentKeys.Worker")]
    [InlineData("AgentKeys.Verification")]
    public void No_service_names_the_registry_writer(string assembly)
    {
        var names = ReferencedTypes(Path.Combine(AppContext.BaseDirectory, assembly + ".dll"));
        Assert.NotEmpty(names);
        Assert.DoesNotContain("IRegistryWriter", names);
    }

    /// <summary>The broker links nothing that opens an object, a worker nothing that signs a token.</summary>
    [Theory]
    [InlineData("AgentKeys.Broker", "ObjectEnvelope", "KeyWrap")]
    [InlineData("AgentKeys.Worker", "KeyWrap", "TokenSigner")]
    [InlineData("AgentKeys.Signer", "ObjectEnvelope", "TokenSigner")]
    public void Minting_opening_and_holding_keys_are_three_programs(string assembly, params string[] forbidden) =>
        Assert.Empty(ReferencedTypes(Path.Combine(AppContext.BaseDirectory, assembly + ".dll")).Intersect(forbidden));

    private static HashSet<string> ReferencedTypes(string path)
    {
        using var file = new PEReader(File.OpenRead(path));
        var metadata = file.GetMetadataReader();
        var referenced = metadata.TypeReferences.Select(h => metadata.GetString(metadata.GetTypeReference(h).Name));
        var defined = metadata.TypeDefinitions.Select(h => metadata.GetString(metadata.GetTypeDefinition(h).Name));
        return [.. referenced, .. defined];
    }
}
