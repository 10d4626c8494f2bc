using System.Xml.Linq;
using Xunit;

namespace AgentKeys.Tests.Repository;

/// <summary>
/// Who may reference whom. The compiler enforces it (transitive references are off); this table says it, and fails when somebody
/// adds a reference that the architecture does not have.
/// </summary>
public class ReferenceFences
{
    private static readonly Dictionary<string, string[]> s_allowed = new()
    {
        ["Ethereum"] = [],
        ["Ethereum.BouncyCastle"] = ["Ethereum"],
        ["Protocol"] = ["Ethereum"],
        ["Chain"] = ["Ethereum", "Protocol"],
        ["Chain.Nethereum"] = ["Chain", "Ethereum", "Protocol"],
        ["WebAuthn.Fido2"] = ["Protocol"],
        ["Storage"] = ["Protocol"],
        ["Audit"] = ["Protocol"],
        ["Hosting"] = ["Protocol"],
        ["Verification"] = ["Chain", "Chain.Nethereum", "Protocol"],
        ["Client"] = ["Ethereum", "Protocol"],
        ["Broker"] = ["Audit", "Hosting", "Protocol", "Verification"],
        ["Signer"] = ["Audit", "Hosting", "Protocol", "Verification"],
        ["Worker"] = ["Audit", "Hosting", "Protocol", "Storage", "Verification"],
        ["Cli"] = ["Chain", "Chain.Nethereum", "Client", "Ethereum", "Hosting", "Protocol", "WebAuthn.Fido2"],
    };

    [Fact]
    public void Every_project_references_exactly_what_the_table_allows()
    {
        var actual = RepositoryRoot.Projects("src").ToDictionary(
            p => Short(Path.GetFileNameWithoutExtension(p)),
            p => XDocument.Load(p).Descendants("ProjectReference")
                .Select(r => Short(Path.GetFileNameWithoutExtension(r.Attribute("Include")!.Value.Replace('\\', '/'))))
                .Order(StringComparer.Ordinal).ToArray());

        Assert.Equal(s_allowed.Keys.Order(StringComparer.Ordinal), actual.Keys.Order(StringComparer.Ordinal));
        Assert.All(s_allowed, row => Assert.Equal(row.Value, actual[row.Key]));
    }

    [Fact]
    public void Transitive_references_stay_off_everywhere()
    {
        var props = XDocument.Load(RepositoryRoot.File("Directory.Build.props"));
        Assert.Equal("true", props.Descendants("DisableTransitiveProjectReferences").Single().Value);
        var overrides = RepositoryRoot.Projects("src").Concat(RepositoryRoot.Projects("tests")).Concat(RepositoryRoot.Projects("harness"))
            .Where(p => File.ReadAllText(p).Contains("DisableTransitiveProjectReferences", StringComparison.Ordinal));
        Assert.Empty(overrides);
    }

    /// <summary>Where the feed lacks the packages nothing of them may be referenced; where it has them, these alone know.</summary>
    [Theory]
    [InlineData("Nethereum", "Chain.Nethereum", 2)]
    [InlineData("Fido2", "WebAuthn.Fido2", 1)]
    [InlineData("BouncyCastle", "Ethereum.BouncyCastle", 0)]
    public void Optional_projects_are_referenced_under_their_switch_alone(string library, string project, int references)
    {
        var optional = RepositoryRoot.Projects("src").SelectMany(p => XDocument.Load(p).Descendants("ProjectReference"))
            .Where(r => r.Attribute("Include")!.Value.Contains(project, StringComparison.Ordinal)).ToList();
        Assert.Equal(references, optional.Count);
        Assert.All(optional, r => Assert.Equal($"'$(With{library})' == 'true'", r.Parent!.Attribute("Condition")?.Value));
    }

    private static string Short(string project) => project.Replace("AgentKeys.", "", StringComparison.Ordinal);
}
